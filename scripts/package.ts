/**
 * `npm run package`: makes the `.vsix` from a production build and holds it to its limits: size, number of files, and exactly
 * the files a user needs.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';

const MAX_BYTES = 1.5 * 1024 * 1024;
/** What the catalogue may add, packed, in all bundles that carry it. */
const MAX_CATALOG_BYTES = 600e3;
const CATALOG = 'server/src/catalog/data';

/** Everything that may be in the package. */
const ALLOWED = [
  /^package(\.nls)?\.json$/,
  /^(README|LICENSE|CHANGELOG)(\.md|\.txt)?$/i,
  /^language-configuration\.json$/,
  /^dist\/(extension|language-client|server)\.cjs$/,
  /^dist\/(extension\.browser|server\.browser|panel)\.js$/,
  /^dist\/panel\.css$/,
  /^schemas\/ai-infra\.schema\.json$/,
  /^snippets\/[\w.-]+\.json$/,
  /^syntaxes\/[\w.-]+\.json$/,
  /^media\/[\w.-]+\.(svg|png)$/,
  /^docs\/rules\/[\w-]+\.md$/,
  /^docs\/walkthrough\/[\w.-]+\.(md|svg|png)$/,
  /^docs\/images\/[\w.-]+\.png$/,
];

/** Nothing of these may be missing. */
const NEEDED = [
  'dist/extension.cjs',
  'dist/language-client.cjs',
  'dist/extension.browser.js',
  'dist/server.cjs',
  'dist/server.browser.js',
  'dist/panel.js',
  'package.json',
];

const built = spawnSync('node', ['scripts/build.mjs', '--production'], { stdio: 'inherit' });
if (built.status !== 0) process.exit(built.status ?? 1);

const files = vsce(['ls', '--no-dependencies'])
  .split('\n')
  .map((file) => file.trim().replaceAll('\\', '/'))
  .filter((file) => file !== '');
const strangers = files.filter((file) => !ALLOWED.some((pattern) => pattern.test(file)));
const missing = NEEDED.filter((file) => !files.includes(file));
if (strangers.length > 0)
  fail(`These files do not belong into the package (see .vscodeignore): ${strangers.join(', ')}`);
if (missing.length > 0) fail(`These files are missing from the package: ${missing.join(', ')}`);

const catalogBytes = packedCatalogBytes();
if (catalogBytes > MAX_CATALOG_BYTES)
  fail(`The catalogue adds ${catalogBytes} bytes to the package; at most ${MAX_CATALOG_BYTES} are allowed.`);

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const vsix = `ai-infra-${version}.vsix`;
vsce(['package', '--no-dependencies', '--out', vsix]);
const bytes = statSync(vsix).size;
if (bytes > MAX_BYTES) fail(`${vsix} is ${bytes} bytes; at most ${MAX_BYTES} are allowed.`);
console.log(
  `${vsix}: ${(bytes / 1024).toFixed(0)} KiB, ${(catalogBytes / 1024).toFixed(0)} KiB of it the catalogue, ${files.length} files. Install with: code --install-extension ${vsix}`,
);

/** The data files as the package packs them, once for every bundle that holds them: each is known by the digest. */
function packedCatalogBytes(): number {
  const parts = readdirSync(CATALOG).map((name) => readFileSync(`${CATALOG}/${name}`));
  const { digest } = JSON.parse(readFileSync(`${CATALOG}/meta.json`, 'utf8')) as { digest: string };
  const bundles = files.filter((file) => file.startsWith('dist/') && readFileSync(file, 'utf8').includes(digest));
  if (bundles.length === 0) fail('No bundle holds the catalogue: its digest was not found.');
  return bundles.length * parts.reduce((sum, part) => sum + deflateRawSync(part).length, 0);
}

/** Runs vsce and returns what it printed; its failure is ours. */
function vsce(args: readonly string[]): string {
  const result = spawnSync('node', ['node_modules/@vscode/vsce/vsce', ...args], { encoding: 'utf8' });
  if (result.status !== 0) fail(`vsce ${args.join(' ')} failed:\n${result.stdout}${result.stderr}`);
  return result.stdout;
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
