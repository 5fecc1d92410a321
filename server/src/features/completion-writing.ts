/** How completion items are written for this client and this place. */
import type { CompletionItem, MarkupContent, Range } from 'vscode-languageserver-types';
import type { Cursor } from '../manifest/cursor.ts';
import { renderMarkdown, renderPlain, type Block } from './markdown.ts';

export interface Writing {
  /** Of the document. */
  readonly uri: string;
  /** What an item replaces. */
  readonly range: Range;
  readonly lineEnd: string;
  /** A blank that is missing after `:` or `-`. */
  readonly before: string;
  readonly snippets: boolean;
  readonly insertTextModes: boolean;
  readonly markdown: boolean;
  readonly commands: boolean;
  readonly labelDetails: boolean;
}

/**
 * The words beside a label. The closed list of an editor shows `labelDetails` alone; `detail` is what it shows of the item that is looked
 * at, and all that an older client shows.
 */
export function details(
  words: { readonly description?: string | undefined; readonly detail?: string | undefined },
  { labelDetails }: Pick<Writing, 'labelDetails'>,
): Pick<CompletionItem, 'labelDetails' | 'detail'> {
  const all = [words.description ?? '', words.detail ?? ''].filter((part) => part !== '').join(' · ');
  if (all === '') return {};
  if (!labelDetails) return { detail: all };
  return { labelDetails: { description: all }, ...(words.detail ? { detail: words.detail } : {}) };
}

export function documentation(
  blocks: readonly Block[],
  writing: Pick<Writing, 'markdown'>,
): { documentation?: MarkupContent } {
  if (blocks.length === 0) return {};
  return {
    documentation: writing.markdown
      ? { kind: 'markdown', value: renderMarkdown(blocks) }
      : { kind: 'plaintext', value: renderPlain(blocks) },
  };
}

/** Where the key begins: at the cursor's own column, except after a blank that is yet to be written. */
export function keyColumn(cursor: Cursor, { range, before }: Writing): number {
  const quote = cursor.quote?.length ?? 0;
  return cursor.opensMapping ? range.start.character + before.length - quote : cursor.indent;
}

export function escapeSnippet(text: string): string {
  return text.replace(/[\\$}]/g, '\\$&');
}

/** A scalar that reads back as this text: quoted where YAML would see something else in it, unless it stands in quotes already. */
export function writeScalar(value: string, { inFlow, quote }: Pick<Cursor, 'inFlow' | 'quote'>): string {
  if (quote === '"') return JSON.stringify(value).slice(1, -1);
  if (quote === "'") return value.replaceAll("'", "''");
  const isPlain = /^[A-Za-z_/][\w./@+-]*$/.test(value) && !(inFlow && /[,[\]{}]/.test(value));
  const isWord = /^(?:true|false|yes|no|on|off|null|~)$/i.test(value);
  return isPlain && !isWord ? value : JSON.stringify(value);
}
