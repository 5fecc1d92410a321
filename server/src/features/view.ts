/** What every feature looks at: one version of one document and its analysis. Offsets become LSP positions here and nowhere else. */
import type { Range, TextEdit as LspTextEdit } from 'vscode-languageserver-types';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Analysis } from '../analysis.ts';
import type { Span, TextEdit } from '../manifest/source.ts';

export interface View {
  readonly document: TextDocument;
  readonly analysis: Analysis;
}

/** What the client said it can do, as far as features care. */
export interface ClientTraits {
  /** Completion items may be snippets with tab stops. */
  readonly snippets: boolean;
  readonly hoverMarkdown: boolean;
  readonly completionMarkdown: boolean;
  /** The client runs `aiInfra.*` commands. */
  readonly commands: boolean;
  readonly labelDetails: boolean;
  /** The client leaves indentation as it is when told so. */
  readonly insertTextModes: boolean;
  /** Edits may name the version they are for. */
  readonly documentChanges: boolean;
  /** Edits of a workspace may create files. */
  readonly createsFiles: boolean;
  /** Edits of a workspace may be snippets. */
  readonly snippetEdits: boolean;
  /** Edits may be shown before they are made. */
  readonly changeAnnotations: boolean;
  readonly hierarchicalSymbols: boolean;
}

export function rangeOf(document: TextDocument, span: Span): Range {
  return { start: document.positionAt(span.start), end: document.positionAt(span.end) };
}

export function spanOf(document: TextDocument, range: Range): Span {
  return { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
}

export function toLspEdits(document: TextDocument, edits: readonly TextEdit[]): LspTextEdit[] {
  return edits.map(({ start, end, newText }) => ({ range: rangeOf(document, { start, end }), newText }));
}

/** Spans touch when they share an offset or an end: a caret at the end of a word belongs to the word. */
export function touches(a: Span, b: Span): boolean {
  return a.start <= b.end && b.start <= a.end;
}
