/** Formatting of a document, a range, or the line that was just left. */
import type { Position, Range, TextEdit } from 'vscode-languageserver-types';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { formatEdits } from '../manifest/format.ts';
import { rangeOf, spanOf, toLspEdits } from './view.ts';

/** The character after which a line is formatted. */
export const FORMAT_AFTER = '\n';

export function formatDocument(document: TextDocument): TextEdit[] {
  return toLspEdits(document, formatEdits(document.getText()));
}

/** Whole lines: half a line has no layout of its own. */
export function formatRange(document: TextDocument, range: Range): TextEdit[] {
  const start = { line: range.start.line, character: 0 };
  const endsBefore = range.end.character === 0 && range.end.line > range.start.line;
  const end = { line: endsBefore ? range.end.line : range.end.line + 1, character: 0 };
  return toLspEdits(document, formatEdits(document.getText(), spanOf(document, { start, end })));
}

/** After a line was ended: that line's gaps. Its indentation and the new line are the author's, who may go on as they like. */
export function formatLineBefore(document: TextDocument, position: Position): TextEdit[] {
  if (position.line === 0) return [];
  const line = { start: { line: position.line - 1, character: 0 }, end: { line: position.line, character: 0 } };
  const text = document.getText(rangeOf(document, spanOf(document, line)));
  const first = text.length - text.trimStart().length;
  const content = spanOf(document, { start: { ...line.start, character: first }, end: line.end });
  // The line end itself stays: the cursor stands behind it.
  return toLspEdits(document, formatEdits(document.getText(), { start: content.start, end: content.end - 1 }));
}
