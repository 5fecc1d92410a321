/** Where things of a workload stand in the text. */
import type { Analysis } from '../analysis.ts';
import type { Path, Span } from '../manifest/source.ts';

/** The whole entry of a workload, key and value. */
export function workloadSpan(analysis: Analysis, name: string): Span | undefined {
  return analysis.source.locate(['workloads', name], 'pair');
}

export function workloadKey(analysis: Analysis, name: string): Span | undefined {
  return analysis.source.locate(['workloads', name], 'key');
}

/** The workload whose entry holds the offset; a comment behind its last line is a part of it. */
export function workloadAt(analysis: Analysis, offset: number): string | undefined {
  for (const { name } of analysis.source.workloads) {
    const span = workloadSpan(analysis, name);
    if (span === undefined || offset < span.start) continue;
    if (offset <= span.end || !analysis.source.text.slice(span.end, offset).includes('\n')) return name;
  }
  return undefined;
}

/** The keys of the target that say which hardware it is, the most telling first. */
export function hardwareSpan(analysis: Analysis, name: string): Span | undefined {
  const workload: Path = ['workloads', name];
  const paths: readonly Path[] = [
    [...workload, 'target', 'accelerator'],
    [...workload, 'target', 'instance'],
    [...workload, 'edge', 'device'],
    [...workload, 'target', 'cluster'],
  ];
  for (const path of paths) {
    const span = analysis.source.isOwn(path) ? analysis.source.locate(path, 'value') : undefined;
    if (span !== undefined) return span;
  }
  return undefined;
}

/** End of the line on which the offset stands, before the line end and any comment or blanks. */
export function endOfContent(text: string, offset: number): number {
  const next = text.indexOf('\n', offset);
  const line = text.slice(offset, next < 0 ? text.length : next);
  const comment = /(?:^|\s)#.*$/.exec(line);
  const content = comment === null ? line : line.slice(0, comment.index);
  return offset + content.trimEnd().length;
}
