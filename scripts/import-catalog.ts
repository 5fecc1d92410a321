/**
 * Imports the price and fact tables into the compact data files that the product carries.
 *
 *     npm run import-catalog [-- --from DIR] [-- --check]
 *
 * DIR is the directory with `catalog/` and `facts/`; by default `../shared/data` beside the project. `--check` writes nothing
 * and exits 1 when the files on disk differ from what the tables give.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { deflateRawSync } from 'node:zlib';
import { buildCatalog } from './import-catalog/build-catalog.ts';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const { values } = parseArgs({ options: { from: { type: 'string' }, check: { type: 'boolean', default: false } } });
const directory = resolve(root, values.from ?? '../shared/data');

if (!existsSync(join(directory, 'catalog', 'instances.csv'))) {
  console.log(
    `The source tables are not here (${values.from ?? '../shared/data'} has no catalog/instances.csv). The data files in server/src/catalog/data are complete without them; to import anew, give --from DIR.`,
  );
  process.exitCode = values.check ? 0 : 2;
} else {
  const { files, report } = buildCatalog(directory);
  const outputs = new Map([
    ...[...files].map(([name, text]) => [`server/src/catalog/data/${name}.json`, text] as const),
    ['docs/reference/catalog-import.md', report] as const,
  ]);
  const stale = [...outputs].filter(
    ([path, text]) => !existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== text,
  );
  if (values.check) {
    for (const [path] of stale) console.error(`${path} is out of date: run npm run import-catalog`);
    process.exitCode = stale.length === 0 ? 0 : 1;
  } else {
    for (const [path, text] of stale) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const sizes = [...files].map(
      ([name, text]) => [name, Buffer.byteLength(text), deflateRawSync(text, { level: 9 }).length] as const,
    );
    for (const [name, raw, packed] of sizes)
      console.log(`${name}.json ${kilobytes(raw)}, deflated ${kilobytes(packed)}`);
    console.log(
      `${String(stale.length)} files written; all data deflated: ${kilobytes(sizes.reduce((sum, [, , packed]) => sum + packed, 0))}`,
    );
  }
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
