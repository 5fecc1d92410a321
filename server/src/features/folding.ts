/** What can be folded: blocks by their indentation, as YAML nests, and runs of comments. */
import { FoldingRangeKind, type FoldingRange } from 'vscode-languageserver-types';

interface Line {
  readonly number: number;
  readonly indent: number;
}

/** Works on any text, broken or not: only leading blanks are looked at. */
export function foldingRanges(text: string): FoldingRange[] {
  const ranges: FoldingRange[] = [];
  const open: Line[] = [];
  let last = 0;
  let commentsFrom: number | undefined;
  const closeDeeperThan = (indent: number): void => {
    for (let top = open.at(-1); top !== undefined && top.indent >= indent; top = open.at(-1)) {
      open.pop();
      if (last > top.number) ranges.push({ startLine: top.number, endLine: last });
    }
  };
  const closeComments = (before: number): void => {
    if (commentsFrom !== undefined && before - 1 > commentsFrom) {
      ranges.push({ startLine: commentsFrom, endLine: before - 1, kind: FoldingRangeKind.Comment });
    }
    commentsFrom = undefined;
  };

  const lines = text.split('\n');
  lines.forEach((line, number) => {
    const content = line.trimStart();
    if (content.startsWith('#')) {
      commentsFrom ??= number;
      return;
    }
    closeComments(number);
    if (content.trim() === '') return;
    const indent = line.length - content.length;
    closeDeeperThan(indent);
    open.push({ number, indent });
    last = number;
  });
  closeComments(lines.length);
  closeDeeperThan(0);
  return ranges.sort((a, b) => a.startLine - b.startLine || b.endLine - a.endLine);
}
