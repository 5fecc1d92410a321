/** What the extension adds when the first manifest opens, as VS Code itself counts it: loading the code, and the call of `activate`. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { type Host, startHost } from '../../scripts/vscode-host/start.ts';
import { manifestOf } from './manifest.ts';
import { median } from './measure.ts';

/** Of the packaged extension in the current VS Code, median in milliseconds; every round is a window with an extension host of its own. */
export async function measureActivation(vsix: string, rounds: number): Promise<number> {
  const workspace = await mkdtemp(path.join(tmpdir(), 'ai-infra-activation-'));
  let host: Host | undefined;
  try {
    await writeFile(path.join(workspace, 'ai-infra.yaml'), manifestOf(52).text);
    host = await startHost({ extension: { kind: 'vsix', file: vsix } });
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const window = await host.openWindow({ workspace });
      times.push(await activationMs(window.page));
      await window.close();
    }
    return median(times) ?? Number.NaN;
  } finally {
    await host?.dispose();
    await rm(workspace, { recursive: true, force: true });
  }
}

/** Opens the manifest as a person does, and reads *Developer: Show Running Extensions*. */
async function activationMs(page: Page): Promise<number> {
  await page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'ai-infra.yaml' }).dblclick();
  await page.locator('.statusbar-item[id="ai-infra.ai-infra.aiInfra.total"]', { hasText: '$' }).waitFor();
  await page.keyboard.press('F1');
  await page.keyboard.type('Developer: Show Running Extensions');
  await page.locator('.quick-input-list .monaco-list-row.focused', { hasText: 'Show Running Extensions' }).waitFor();
  await page.keyboard.press('Enter');
  const row = page.locator('.runtime-extensions-editor .monaco-list-row', { hasText: 'AI Infra' });
  const text = await row.locator('.activation-time').innerText();
  const milliseconds = /Activation: (\d+)ms/.exec(text)?.[1];
  if (milliseconds === undefined) throw new Error(`VS Code says of the activation: ${text}`);
  return Number(milliseconds);
}
