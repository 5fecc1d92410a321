import type { TextEdit } from './source.ts';

/** A stretch of the first text, or a text that was put in. */
type Piece = { readonly start: number; readonly end: number } | { readonly added: string };

/** A text as it came to be from the first one, so that edits made one after another become edits of the first text. */
export type Pieces = readonly Piece[];

export function untouched(length: number): Pieces {
  return [{ start: 0, end: length }];
}

/** The text with the edits made. Where two insert at one place, the earlier in the list stands first. */
export function applyTextEdits(text: string, edits: readonly TextEdit[]): string {
  let out = '';
  let at = 0;
  for (const { start, end, newText } of inOrder(edits)) {
    out += text.slice(at, start) + newText;
    at = end;
  }
  return out + text.slice(at);
}

/** The pieces after edits of the text that the pieces make. */
export function applyToPieces(pieces: Pieces, edits: readonly TextEdit[]): Pieces {
  const out: Piece[] = [];
  const rest = [...pieces];
  let at = 0;
  const take = (until: number, keep: boolean): void => {
    while (at < until) {
      const piece = rest.shift();
      if (!piece) return;
      const length = 'added' in piece ? piece.added.length : piece.end - piece.start;
      const used = Math.min(length, until - at);
      if (keep) out.push(cut(piece, 0, used));
      if (used < length) rest.unshift(cut(piece, used, length));
      at += used;
    }
  };
  for (const { start, end, newText } of inOrder(edits)) {
    take(start, true);
    if (newText !== '') out.push({ added: newText });
    take(end, false);
  }
  take(Infinity, true);
  return out;
}

/** The edits that make the pieces out of the first text. */
export function toTextEdits(pieces: Pieces, length: number): readonly TextEdit[] {
  const edits: TextEdit[] = [];
  let at = 0;
  let added = '';
  for (const piece of [...pieces, { start: length, end: length }]) {
    if ('added' in piece) {
      added += piece.added;
      continue;
    }
    if (piece.start > at || added !== '') edits.push({ start: at, end: piece.start, newText: added });
    at = piece.end;
    added = '';
  }
  return edits;
}

function cut(piece: Piece, from: number, to: number): Piece {
  return 'added' in piece
    ? { added: piece.added.slice(from, to) }
    : { start: piece.start + from, end: piece.start + to };
}

function inOrder(edits: readonly TextEdit[]): readonly TextEdit[] {
  return [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
}
