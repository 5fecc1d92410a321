/** What the extension adds when the first manifest opens, as VS Code itself counts it: loading the code, and the call of `activate`. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import type { ExtensionSource } from '../../scripts/vscode-host/server.ts';
import { type Host, startHost } from '../../scripts/vscode-host/start.ts';
import { manifestOf } from './manifest.ts';
import { median } from './measure.ts';

const PACKAGE = fileURLToPath(new URL('../../package.json', import.meta.url));
const CONTROL = 'Empty Control';

/** Medians in milliseconds. */
export interface ActivationFigures {
  readonly ours: number;
  /**
   * Of an extension for the same files whose code is one empty function: VS Code counts its own turns between the steps of an activation,
   * and those of the other extensions that it starts at that moment, to whoever it starts.
   */
  readonly empty: number;
}

/** Of the packaged extension in the current VS Code, in turns with the empty one; every round is a window with an extension host of its own. */
export async function measureActivation(vsix: string, rounds: number): Promise<ActivationFigures> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ai-infra-activation-'));
  const workspace = path.join(folder, 'workspace');
  const hosts: Host[] = [];
  const start = async (extension: ExtensionSource): Promise<Host> => {
    const host = await startHost({ extension });
    hosts.push(host);
    return host;
  };
  try {
    await mkdir(workspace);
    await writeFile(path.join(workspace, 'ai-infra.yaml'), manifestOf(52).text);
    const ours = await start({ kind: 'vsix', file: vsix });
    const empty = await start({ kind: 'linked', folder: await writeControl(path.join(folder, 'empty')) });
    const times = { ours: [] as number[], empty: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      times.ours.push(await activationMs(ours, workspace, 'AI Infra'));
      times.empty.push(await activationMs(empty, workspace, CONTROL));
    }
    return { ours: median(times.ours) ?? Number.NaN, empty: median(times.empty) ?? Number.NaN };
  } finally {
    for (const host of hosts) await host.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes an extension that takes the same files as ours at the same moment and does nothing. */
async function writeControl(folder: string): Promise<string> {
  const { version, engines, activationEvents, contributes } = JSON.parse(await readFile(PACKAGE, 'utf8')) as {
    readonly version: string;
    readonly engines: unknown;
    readonly activationEvents: unknown;
    readonly contributes: { readonly languages: readonly object[] };
  };
  await mkdir(folder);
  // Files that a language may name beside its patterns are not there.
  const languages = contributes.languages.map((language) => ({
    ...language,
    configuration: undefined,
    icon: undefined,
  }));
  const control = {
    name: 'empty-control',
    publisher: 'ai-infra',
    displayName: CONTROL,
    main: './main.cjs',
    ...{ version, engines, activationEvents, contributes: { languages } },
  };
  await writeFile(path.join(folder, 'package.json'), JSON.stringify(control));
  await writeFile(path.join(folder, 'main.cjs'), 'exports.activate = () => undefined;\n');
  return folder;
}

/** Opens the manifest as a person does, and reads *Developer: Show Running Extensions*. */
async function activationMs(host: Host, workspace: string, extension: string): Promise<number> {
  const window = await host.openWindow({ workspace });
  try {
    return await readActivation(window.page, extension);
  } finally {
    await window.close();
  }
}

async function readActivation(page: Page, extension: string): Promise<number> {
  await page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'ai-infra.yaml' }).dblclick();
  await page.locator('.editor-instance .view-line', { hasText: 'version: 1' }).first().waitFor();
  await page.keyboard.press('F1');
  await page.keyboard.type('Developer: Show Running Extensions');
  await page.locator('.quick-input-list .monaco-list-row.focused', { hasText: 'Show Running Extensions' }).waitFor();
  await page.keyboard.press('Enter');
  const row = page.locator('.runtime-extensions-editor .monaco-list-row', { hasText: extension });
  const time = row.locator('.activation-time', { hasText: /Activation: \d+ms/ });
  const milliseconds = /Activation: (\d+)ms/.exec(await time.innerText())?.[1];
  if (milliseconds === undefined) throw new Error(`VS Code names no activation of ${extension}`);
  return Number(milliseconds);
}
