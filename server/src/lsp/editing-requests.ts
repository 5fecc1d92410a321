/** Requests that offer or make edits, and those of the panel and the commands. One line a feature. */
import {
  LSPErrorCodes,
  ResponseError,
  type CodeAction,
  type CodeActionContext,
  type Connection,
  type DocumentHighlight,
  type InlayHint,
  type Location,
  type Range,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import { alternatives, switchEdits } from '../features/alternatives.ts';
import { useHardware } from '../features/browse-hardware.ts';
import { codeActions } from '../features/code-actions.ts';
import { formatDocument, formatLineBefore, formatRange } from '../features/formatting.ts';
import { inlayHints } from '../features/inlay-hints.ts';
import { isFilling, panelModel } from '../features/panel.ts';
import { workloadSpan } from '../features/places.ts';
import { definition, highlights, prepareRename, references, rename, RenameRefused } from '../features/references.ts';
import { tradeoff } from '../features/tradeoff.ts';
import { rangeOf, toLspEdits } from '../features/view.ts';
import {
  ALTERNATIVES,
  PANEL,
  SWITCH,
  TRADEOFF,
  USE_HARDWARE,
  WORKLOADS,
  type AlternativesParams,
  type AlternativesResult,
  type PanelModel,
  type SwitchParams,
  type SwitchResult,
  type TradeoffParams,
  type TradeoffResult,
  type UseHardwareParams,
  type WorkloadsResult,
} from '../protocol.ts';
import { createHandler, type HandlerContext } from './handler.ts';
import type { About, At, RequestContext } from './reading-requests.ts';

export function registerEditing(connection: Connection, { about, traits, settings, books }: RequestContext): void {
  connection.languages.inlayHint.on(
    about<About & { readonly range: Range }, InlayHint[]>(
      { method: 'textDocument/inlayHint', empty: [], yields: true },
      ({ uri }, { range }, view) => inlayHints(view(), range, settings(uri).inlayHints),
    ),
  );
  connection.onCodeAction(
    about<About & { readonly range: Range; readonly context: CodeActionContext }, CodeAction[]>(
      { method: 'textDocument/codeAction', empty: [], yields: true },
      ({ uri }, { range, context }, view) => {
        // Without literals a client takes bare commands only, and there is none that would apply an edit.
        if (!traits().actionLiterals) return [];
        const request = { range, ...(context.only === undefined ? {} : { only: context.only }) };
        return codeActions(view(), request, traits(), (path) => books.writable(uri, path));
      },
    ),
  );
  connection.onDefinition(
    about<At, Location[]>({ method: 'textDocument/definition', empty: [] }, (_document, { position }, view) =>
      definition(view(), position),
    ),
  );
  connection.onReferences(
    about<At & { readonly context: { readonly includeDeclaration: boolean } }, Location[]>(
      { method: 'textDocument/references', empty: [] },
      (_document, { position, context }, view) => references(view(), position, context.includeDeclaration),
    ),
  );
  connection.onDocumentHighlight(
    about<At, DocumentHighlight[]>(
      { method: 'textDocument/documentHighlight', empty: [] },
      (_document, { position }, view) => highlights(view(), position),
    ),
  );
  connection.onPrepareRename(
    about<At, ReturnType<typeof prepareRename>>(
      { method: 'textDocument/prepareRename', empty: null },
      (_document, { position }, view) => prepareRename(view(), position),
    ),
  );
  connection.onRenameRequest(
    about<At & { readonly newName: string }, WorkspaceEdit | null>(
      { method: 'textDocument/rename', empty: null },
      (_document, { position, newName }, view) => {
        try {
          return rename(view(), position, newName, traits());
        } catch (error) {
          if (error instanceof RenameRefused) throw new ResponseError(LSPErrorCodes.RequestFailed, error.message);
          throw error;
        }
      },
    ),
  );
  connection.onDocumentFormatting(
    about<About, TextEdit[]>({ method: 'textDocument/formatting', empty: [], leftToYaml: true }, ({ text }) =>
      formatDocument(text),
    ),
  );
  connection.onDocumentRangeFormatting(
    about<About & { readonly range: Range }, TextEdit[]>(
      { method: 'textDocument/rangeFormatting', empty: [], leftToYaml: true },
      ({ text }, { range }) => formatRange(text, range),
    ),
  );
  connection.onDocumentOnTypeFormatting(
    about<At, TextEdit[]>(
      { method: 'textDocument/onTypeFormatting', empty: [], leftToYaml: true },
      ({ text }, { position }) => formatLineBefore(text, position),
    ),
  );
}

/** The product's own requests: their parameters name the document as `uri`. */
export function registerOwn(connection: Connection, context: HandlerContext): void {
  const uriOf = (params: { readonly uri: string }): string => params.uri;
  connection.onRequest(
    PANEL,
    createHandler<{ readonly uri: string }, PanelModel | null>(
      context,
      uriOf,
      { method: PANEL, empty: null, yields: true },
      (document, _params, view) => {
        const current = view();
        const model = panelModel(current);
        if (isFilling(current.analysis)) context.announce(document);
        return model;
      },
    ),
  );
  connection.onRequest(
    ALTERNATIVES,
    createHandler<AlternativesParams, AlternativesResult | null>(
      context,
      uriOf,
      { method: ALTERNATIVES, empty: null },
      (document, { workload }, view) => alternatives(view().analysis, document.version, workload),
    ),
  );
  connection.onRequest(
    TRADEOFF,
    createHandler<TradeoffParams, TradeoffResult | null>(
      context,
      uriOf,
      { method: TRADEOFF, empty: null, yields: true },
      (document, { workload }, view) => tradeoff(view().analysis, document.version, workload),
    ),
  );
  connection.onRequest(
    SWITCH,
    createHandler<SwitchParams, SwitchResult | null>(
      context,
      uriOf,
      { method: SWITCH, empty: null },
      (document, { workload, alternative }, view) => {
        const current = view();
        const edits = switchEdits(current.analysis, workload, alternative);
        return edits === undefined ? null : { version: document.version, edits: toLspEdits(current.document, edits) };
      },
    ),
  );
  connection.onRequest(
    USE_HARDWARE,
    createHandler<UseHardwareParams, SwitchResult | null>(
      context,
      uriOf,
      { method: USE_HARDWARE, empty: null },
      (document, { workload, choice }, view) => {
        const current = view();
        const edits = useHardware(current.analysis, workload, choice);
        return edits === undefined ? null : { version: document.version, edits: toLspEdits(current.document, edits) };
      },
    ),
  );
  connection.onRequest(
    WORKLOADS,
    createHandler<{ readonly uri: string }, WorkloadsResult | null>(
      context,
      uriOf,
      { method: WORKLOADS, empty: null },
      (_document, _params, view) => {
        const { analysis, document } = view();
        return analysis.source.workloads.flatMap(({ name }) => {
          const span = workloadSpan(analysis, name);
          return span === undefined ? [] : [{ name, range: rangeOf(document, span) }];
        });
      },
    ),
  );
}
