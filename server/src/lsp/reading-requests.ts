/** Requests that only look: at a document (hover, lenses, outline), or at the catalogue. One line a feature. */
import type {
  CodeLens,
  CompletionItem,
  CompletionList,
  Connection,
  DocumentLink,
  DocumentSymbol,
  FoldingRange,
  Hover,
  Position,
  Range,
  SelectionRange,
  SemanticTokens,
  SymbolInformation,
} from 'vscode-languageserver';
import type { Catalog } from '../catalog/types.ts';
import { chipOffers, chipRows } from '../features/browse-hardware.ts';
import { codeLenses } from '../features/code-lens.ts';
import type { ItemData } from '../features/complete-values.ts';
import { complete, resolveCompletion } from '../features/completion.ts';
import { documentLinks } from '../features/document-links.ts';
import { documentSymbols, flatSymbols } from '../features/document-symbols.ts';
import { foldingRanges } from '../features/folding.ts';
import { hover } from '../features/hover.ts';
import { selectionRanges } from '../features/selection-ranges.ts';
import { semanticTokens } from '../features/semantic-tokens.ts';
import type { View } from '../features/view.ts';
import {
  HARDWARE,
  HARDWARE_OFFERS,
  type EditorSettings,
  type HardwareOffersParams,
  type HardwareParams,
  type HardwareOffersResult,
  type HardwareResult,
} from '../protocol.ts';
import type { Baselines } from './baselines.ts';
import type { Bookshelf } from './bookshelf.ts';
import type { ManifestDocument } from './document.ts';
import { createHandler, untilShutdown, type Handler, type HandlerContext, type HandlerOptions } from './handler.ts';
import type { ConnectionTraits } from './traits.ts';

/** Parameters of a request about one document. */
export interface About {
  readonly textDocument: { readonly uri: string };
}

export interface At extends About {
  readonly position: Position;
}

/** What requests are registered with. Traits and settings are asked for at each request: they change. */
export interface RequestContext {
  about<Params extends About, Result>(
    options: HandlerOptions<Result>,
    respond: (document: ManifestDocument, params: Params, view: () => View) => Result,
  ): Handler<Params, Result>;
  traits(): ConnectionTraits;
  settings(documentUri: string): EditorSettings;
  /** The catalogue at the prices of an open manifest, its books among them; without one, of that in use. */
  pricesOf(uri: string | undefined): Promise<Catalog>;
  readonly baselines: Baselines;
  readonly books: Bookshelf;
}

export function registerReading(
  connection: Connection,
  { about, traits, settings, pricesOf, baselines, books }: RequestContext,
  context: HandlerContext,
): void {
  connection.onHover(
    about<At, Hover | null>({ method: 'textDocument/hover', empty: null }, (_document, { position }, view) =>
      hover(view(), position, traits()),
    ),
  );
  connection.onCompletion(
    about<At, CompletionList>(
      { method: 'textDocument/completion', empty: { isIncomplete: false, items: [] } },
      // What was just typed need not be analysed to complete it: an older analysis gives advice enough.
      (document, { position }, view) =>
        complete(document.text, document.latestAnalysis ?? view().analysis, position, traits()),
    ),
  );
  const resolved = createHandler<CompletionItem, CompletionItem | null>(
    context,
    (item) => (item.data as Partial<ItemData> | null | undefined)?.uri,
    { method: 'completionItem/resolve', empty: null },
    (document, item, view) => resolveCompletion((document.latestAnalysis ?? view().analysis).catalog, item, traits()),
  );
  // An item of a document that was closed meanwhile stays as it was offered.
  connection.onCompletionResolve(async (item, token) => (await resolved(item, token)) ?? item);
  connection.onCodeLens(
    about<About, CodeLens[]>({ method: 'textDocument/codeLens', empty: [], yields: true }, ({ uri }, _params, view) => {
      if (!settings(uri).codeLens) return [];
      const current = view();
      return codeLenses(current, traits(), baselines.plansOf(uri, current.analysis));
    }),
  );
  connection.onFoldingRanges(
    about<About, FoldingRange[]>({ method: 'textDocument/foldingRange', empty: [], leftToYaml: true }, (document) =>
      foldingRanges(document.text.getText()),
    ),
  );
  connection.onDocumentSymbol(
    about<About, DocumentSymbol[] | SymbolInformation[]>(
      { method: 'textDocument/documentSymbol', empty: [], leftToYaml: true, yields: true },
      (_document, _params, view) => (traits().hierarchicalSymbols ? documentSymbols(view()) : flatSymbols(view())),
    ),
  );
  connection.onSelectionRanges(
    about<About & { readonly positions: readonly Position[] }, SelectionRange[]>(
      { method: 'textDocument/selectionRange', empty: [], leftToYaml: true },
      (_document, { positions }, view) => selectionRanges(view(), positions),
    ),
  );
  connection.onDocumentLinks(
    about<About, DocumentLink[]>(
      { method: 'textDocument/documentLink', empty: [], yields: true },
      ({ uri }, _params, view) => documentLinks(view(), (path) => books.uriFor(uri, path)),
    ),
  );
  connection.languages.semanticTokens.onRange(
    about<About & { readonly range: Range }, SemanticTokens>(
      { method: 'textDocument/semanticTokens/range', empty: { data: [] }, yields: true },
      (_document, { range }, view) => semanticTokens(view(), range),
    ),
  );
  connection.onRequest(
    HARDWARE,
    untilShutdown(context, async ({ uri }: HardwareParams): Promise<HardwareResult> => chipRows(await pricesOf(uri))),
  );
  connection.onRequest(
    HARDWARE_OFFERS,
    untilShutdown(context, async ({ uri, accelerator }: HardwareOffersParams): Promise<HardwareOffersResult | null> =>
      chipOffers(await pricesOf(uri), accelerator),
    ),
  );
}
