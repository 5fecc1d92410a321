/**
 * Writes everything that is derived: `npm run generate`. With `--check` it writes nothing and fails where a file is not what it would write.
 * What is derived from what stands in `generate/outputs.ts`.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatedFiles, generatedFolders, snapshotFiles } from './generate/outputs.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const check = process.argv.includes('--check');

// Snapshots are compared by a test, which tells what moved.
const files = new Map([...(await generatedFiles()), ...(check ? [] : await snapshotFiles())]);
const stale: string[] = [];

for (const [path, content] of files) {
  const before = await readFile(join(root, path), 'utf8').catch(() => undefined);
  if (before === content) continue;
  stale.push(path);
  if (check) continue;
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
}

for (const { folder, pattern } of generatedFolders) {
  for (const name of await readdir(join(root, folder)).catch((): string[] => [])) {
    const path = `${folder}/${name}`;
    if (!pattern.test(name) || files.has(path)) continue;
    stale.push(path);
    if (!check) await rm(join(root, path));
  }
}

if (check && stale.length > 0) {
  console.error(`Not up to date with its source: ${stale.join(', ')}. Run \`npm run generate\` and commit the result.`);
  process.exit(1);
}
console.log(stale.length === 0 ? `${files.size} generated files are up to date.` : `Wrote ${stale.join(', ')}.`);
