/**
 * Bundles everything that package.json names: extension (desktop, web), language server (node, worker), command line, panel.
 * `node scripts/build.mjs [--production]`. Entry points that do not exist are an error: nothing is skipped in silence.
 */
import { chmod, mkdir, readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { build } from 'esbuild';

const production = process.argv.includes('--production');

/** Catalogue data is carried as text and parsed when the first manifest opens, not when the process starts. */
const dataAsText = {
  name: 'data-as-text',
  setup(build) {
    build.onLoad({ filter: /server[\\/]src[\\/]catalog[\\/]data[\\/].*\.json$/ }, async (file) => {
      const { readFile } = await import('node:fs/promises');
      const compact = JSON.stringify(JSON.parse(await readFile(file.path, 'utf8')));
      return { contents: `export default ${JSON.stringify(compact)}`, loader: 'js' };
    });
  },
};

/** Every `import * as vscode` copies the whole API, property by property; through one module in between it is copied once. */
const vscodeOnce = {
  name: 'vscode-once',
  setup(build) {
    build.onResolve({ filter: /^vscode$/ }, ({ namespace }) =>
      namespace === 'vscode-once' ? { path: 'vscode', external: true } : { path: 'vscode', namespace: 'vscode-once' },
    );
    build.onLoad({ filter: /^vscode$/, namespace: 'vscode-once' }, () => ({ contents: "export * from 'vscode'" }));
  },
};

/** Activation is to read no more than it runs. In the web an extension is one file. */
const languageClientApart = {
  name: 'language-client-apart',
  setup(build) {
    build.onResolve({ filter: /\/language-client\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './language-client.cjs', external: true } : undefined,
    );
  },
};

const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));

const common = {
  define: { AI_INFRA_VERSION: JSON.stringify(version) },
  bundle: true,
  minify: production,
  sourcemap: production ? false : 'linked',
  target: 'es2022',
  logLevel: 'warning',
  legalComments: 'none',
  plugins: [dataAsText],
};

const node = { ...common, platform: 'node', format: 'cjs', target: 'node20', mainFields: ['module', 'main'] };
// A worker has no Buffer: csv-parse carries its own for browsers.
const browser = { ...common, platform: 'browser', alias: { 'csv-parse/sync': 'csv-parse/browser/esm/sync' } };

const bundles = [
  { ...node, entryPoints: ['server/src/node.ts'], outfile: 'dist/server.cjs' },
  { ...node, entryPoints: ['server/src/cli.ts'], outfile: 'dist/cli.cjs' },
  {
    ...node,
    entryPoints: ['client/src/extension.ts'],
    outfile: 'dist/extension.cjs',
    plugins: [vscodeOnce, languageClientApart],
    // VS Code hands out its API to `require` alone.
    supported: { 'dynamic-import': false },
  },
  {
    ...node,
    entryPoints: ['client/src/language-client.ts'],
    outfile: 'dist/language-client.cjs',
    external: ['vscode'],
  },
  { ...browser, format: 'iife', entryPoints: ['server/src/browser.ts'], outfile: 'dist/server.browser.js' },
  {
    ...browser,
    format: 'cjs',
    entryPoints: ['client/src/extension.browser.ts'],
    outfile: 'dist/extension.browser.js',
    plugins: [vscodeOnce],
  },
  { ...browser, format: 'iife', entryPoints: ['client/src/panel/webview/main.ts'], outfile: 'dist/panel.js' },
];

const only = process.argv.find((argument) => argument.startsWith('--only='))?.slice('--only='.length);
const wanted = bundles.filter((bundle) => !only || bundle.outfile.includes(only));
const missing = wanted.flatMap((bundle) => bundle.entryPoints).filter((entry) => !existsSync(entry));
if (missing.length > 0) {
  console.error(`Cannot build: ${missing.join(', ')} not found.`);
  process.exit(1);
}

await mkdir('dist', { recursive: true });
await Promise.all(wanted.map((bundle) => build(bundle)));

for (const bin of ['dist/server.cjs', 'dist/cli.cjs']) if (existsSync(bin)) await chmod(bin, 0o755);
