import { cp, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { parseArgs, stripVTControlCharacters } from 'node:util';
import { type Scene, scenes } from './pictures/scenes.ts';
import { windowActions } from './pictures/window.ts';
import { readExtensionManifest } from './vscode-host/server.ts';
import { type Host, type Viewport, startHost } from './vscode-host/start.ts';
import { type HostVersion, projectRoot } from './vscode-host/versions.ts';

// Pictures of the built extension in a real VS Code: `tsx scripts/screenshots.ts [--readme] [--scene NAME…] [--theme NAME…]
// [--size NAME…] [--vsix FILE]`. Writes dist/screenshots/<scene>-<theme>-<size>.png, with --readme docs/images/<scene>-<theme>.png.

const themes: Readonly<Record<string, string>> = {
  light: 'Default Light Modern',
  dark: 'Default Dark Modern',
  'contrast-dark': 'Default High Contrast',
  'contrast-light': 'Default High Contrast Light',
};

const sizes: Readonly<Record<string, Viewport>> = {
  wide: { width: 1440, height: 900 },
  narrow: { width: 900, height: 700 },
  readme: { width: 1280, height: 720 },
};

/** What the window showed when a scene could not be played. */
const failures = join(projectRoot, 'dist/screenshots/failed');

/** A README that loads at once: no picture over this. */
const readmeBytes = 250_000;

/** As a user has it, but without what would hide the extension or differ from run to run. */
const pictureSettings = {
  'editor.minimap.enabled': false,
  'editor.fontSize': 13,
  'window.autoDetectHighContrast': false,
  'window.autoDetectColorScheme': false,
  'files.autoSave': 'off',
  'explorer.decorations.badges': false,
  'workbench.editor.enablePreview': false,
};

interface Shot {
  readonly scene: Scene;
  readonly theme: string;
  readonly size: string;
  readonly file: string;
}

const { values: options } = parseArgs({
  options: {
    readme: { type: 'boolean', default: false },
    scene: { type: 'string', multiple: true },
    theme: { type: 'string', multiple: true },
    size: { type: 'string', multiple: true },
    version: { type: 'string', default: 'current' },
    vsix: { type: 'string' },
    extension: { type: 'string', default: projectRoot },
  },
});

function chooseShots(): readonly Shot[] {
  const { readme } = options;
  const folder = join(projectRoot, readme ? 'docs/images' : 'dist/screenshots');
  const wantedThemes = chosen('theme', Object.keys(themes), options.theme, readme ? ['light', 'dark'] : undefined);
  const wantedSizes = readme ? ['readme'] : chosen('size', ['wide', 'narrow'], options.size);
  const names = chosen(
    'scene',
    scenes.filter((scene) => !readme || scene.readme === true).map((scene) => scene.name),
    options.scene,
  );
  return wantedThemes.flatMap((theme) =>
    wantedSizes.flatMap((size) =>
      scenes
        .filter((scene) => names.includes(scene.name))
        .map((scene) => {
          const name = readme ? `${scene.name}-${theme}` : `${scene.name}-${theme}-${size}`;
          return { scene, theme, size, file: join(folder, `${name}.png`) };
        }),
    ),
  );
}

/** The names asked for, or the usual ones; a name that does not exist is an error that lists those that do. */
function chosen(
  what: string,
  known: readonly string[],
  asked: readonly string[] | undefined,
  usual: readonly string[] = known,
): readonly string[] {
  const unknown = asked?.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`--${what} ${unknown} is not known; there are ${known.join(', ')}`);
  return asked ?? usual;
}

async function takeShot(host: Host, shot: Shot, extensionId: string): Promise<void> {
  const template = join(projectRoot, 'scripts/pictures/workspace');
  // The title bar shows the folder's name.
  const parent = await realpath(await mkdtemp(join(tmpdir(), 'ai-infra-pictures-')));
  const workspace = join(parent, 'support-assistant');
  await cp(template, workspace, { recursive: true });
  await host.server.writeSettings({ ...pictureSettings, 'workbench.colorTheme': themes[shot.theme] });
  const window = await host.openWindow({ workspace, ...viewportOf(shot.size) });
  try {
    const actions = windowActions(window.page, extensionId);
    const content = await readFile(join(workspace, shot.scene.file), 'utf8');
    await actions.see('.explorer-folders-view .monaco-list-row');
    await actions.openFile(shot.scene.file);
    // The first lens says that the server has answered.
    await actions.see('.codelens-decoration');
    await shot.scene.act(actions, content);
    const picture = await actions.settledPicture();
    await writeFile(shot.file, picture);
    const size = `${Math.round(picture.length / 1000)} kB`;
    console.log(`${relative(projectRoot, shot.file)}  ${size}`);
    if (options.readme && picture.length > readmeBytes) throw new Error(`${shot.file} is ${size}; 250 kB is the limit`);
  } catch (error) {
    // Never among the README's pictures.
    const file = join(failures, basename(shot.file));
    await mkdir(failures, { recursive: true });
    await window.page.screenshot({ path: file });
    const reason = stripVTControlCharacters(error instanceof Error ? error.message : String(error));
    throw new Error(`${relative(projectRoot, file)}: ${reason}`, { cause: error });
  } finally {
    await window.close();
    await rm(parent, { recursive: true, force: true });
  }
}

function viewportOf(size: string): { readonly viewport?: Viewport } {
  const viewport = sizes[size];
  return viewport === undefined ? {} : { viewport };
}

async function main(): Promise<number> {
  const version = chosen('version', ['current', 'oldest'], [options.version])[0] as HostVersion;
  const shots = chooseShots();
  for (const shot of shots) await mkdir(dirname(shot.file), { recursive: true });
  await rm(failures, { recursive: true, force: true });
  const { id } = await readExtensionManifest(options.extension);
  const host = await startHost({
    version,
    extension:
      options.vsix === undefined ? { kind: 'linked', folder: options.extension } : { kind: 'vsix', file: options.vsix },
    log: (line) => console.log(line),
  });
  let failed = 0;
  try {
    for (const shot of shots) {
      try {
        await takeShot(host, shot, id);
      } catch (error) {
        failed += 1;
        console.error(error instanceof Error ? error.message : String(error));
      }
    }
  } finally {
    await host.dispose();
  }
  console.log(`${shots.length - failed} pictures taken, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

// Exit listeners end the server and its processes.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
process.exitCode = await main();
