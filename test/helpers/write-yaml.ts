/** Writes plain values as YAML in a style that varies with a stream of choices: another writer than the product's own. */
import type { PlainValue } from '../../server/src/manifest/source.ts';

/** A number below `bound`. */
export type Choose = (bound: number) => number;

export function writeManifest(
  head: { [key: string]: PlainValue },
  workloads: { [key: string]: PlainValue },
  choose: Choose,
  eol: string,
): string {
  const lines: string[] = [];
  const step = [2, 3, 4][choose(3)] ?? 2;
  writeMap(head, 0, step, choose, lines);
  lines.push('workloads:' + comment(choose));
  writeMap(workloads, step, step, choose, lines);
  if (choose(3) === 0) lines.push('# the end');
  return lines.join(eol) + (choose(4) === 0 ? '' : eol);
}

function comment(choose: Choose): string {
  return choose(5) === 0 ? `  # c${choose(1000)}` : '';
}

function writeMap(
  map: { [key: string]: PlainValue },
  indent: number,
  step: number,
  choose: Choose,
  lines: string[],
): void {
  const pad = ' '.repeat(indent);
  for (const [key, value] of Object.entries(map)) {
    if (choose(8) === 0) lines.push('');
    if (choose(8) === 0) lines.push(`${pad}# o${choose(1000)}`);
    writeEntry(
      `${pad}${/^[\w.-]+$/.test(key) && choose(6) > 0 ? key : JSON.stringify(key)}:`,
      value,
      indent,
      step,
      choose,
      lines,
    );
  }
}

function writeEntry(
  head: string,
  value: PlainValue,
  indent: number,
  step: number,
  choose: Choose,
  lines: string[],
): void {
  const nested = typeof value === 'object' && value !== null && Object.keys(value).length > 0;
  if (!nested || choose(3) === 0) {
    lines.push(`${head} ${flow(value, choose)}${comment(choose)}`);
    return;
  }
  lines.push(head + comment(choose));
  if (!Array.isArray(value))
    return writeMap(value as { [key: string]: PlainValue }, indent + step, step, choose, lines);
  const at = choose(2) === 0 || head.trimStart().startsWith('-') ? indent + step : indent;
  for (const item of value as PlainValue[]) {
    const isMap = typeof item === 'object' && item !== null && !Array.isArray(item) && Object.keys(item).length > 0;
    if (!isMap || choose(2) === 0) {
      lines.push(`${' '.repeat(at)}- ${flow(item, choose)}${comment(choose)}`);
      continue;
    }
    const inner: string[] = [];
    writeMap(item as { [key: string]: PlainValue }, at + 2, step, choose, inner);
    const first = inner.findIndex((line) => line.trim() !== '' && !line.trim().startsWith('#'));
    lines.push(`${' '.repeat(at)}- ${(inner[first] ?? '').trimStart()}`, ...inner.slice(first + 1));
  }
}

function flow(value: PlainValue, choose: Choose): string {
  if (Array.isArray(value))
    return `[${(value as PlainValue[]).map((each) => flow(each, choose)).join(choose(2) === 0 ? ', ' : ',')}${value.length > 0 && choose(5) === 0 ? ', ' : ''}]`;
  if (typeof value === 'object' && value !== null) {
    const pad = choose(2) === 0 ? ' ' : '';
    return `{${pad}${Object.entries(value)
      .map(([key, each]) => `${JSON.stringify(key)}: ${flow(each, choose)}`)
      .join(', ')}${pad}}`;
  }
  if (typeof value !== 'string') return Object.is(value, -0) ? '-0' : String(value);
  if (/^[a-z]\w*$/.test(value) && !/^(true|false|null|y|n)$/.test(value) && choose(3) > 0) return value;
  if (choose(3) === 0 && !/[^\x20-\x7e]/.test(value)) return `'${value.replaceAll("'", "''")}'`;
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
