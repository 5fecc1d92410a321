/** Capabilities: what the client can, and what this server offers. */
import {
  CodeActionKind,
  InsertTextMode,
  MarkupKind,
  PositionEncodingKind,
  ResourceOperationKind,
  TextDocumentSyncKind,
  type ClientCapabilities,
  type ServerCapabilities,
} from 'vscode-languageserver';
import { FIX_ALL_KIND } from '../features/code-actions.ts';
import { DIAGNOSTIC_SOURCE } from '../features/diagnostics.ts';
import { FORMAT_AFTER } from '../features/formatting.ts';
import { SEMANTIC_LEGEND } from '../features/semantic-tokens.ts';
import { REFACTOR_MOVE } from '../features/refactorings.ts';
import type { ClientTraits } from '../features/view.ts';

export interface ConnectionTraits extends ClientTraits {
  readonly pullDiagnostics: boolean;
  readonly diagnosticRefresh: boolean;
  readonly inlayHintRefresh: boolean;
  readonly codeLensRefresh: boolean;
  readonly configuration: boolean;
  readonly configurationRegistration: boolean;
  readonly actionLiterals: boolean;
  readonly watchedFiles: boolean;
  readonly relativePatterns: boolean;
  readonly workspaceFolders: boolean;
}

export function readTraits(client: ClientCapabilities, commands: boolean): ConnectionTraits {
  const text = client.textDocument;
  const item = text?.completion?.completionItem;
  const formats = (list: readonly MarkupKind[] | undefined): boolean =>
    list !== undefined && list.includes(MarkupKind.Markdown);
  return {
    snippets: item?.snippetSupport === true,
    completionMarkdown: formats(item?.documentationFormat),
    hoverMarkdown: formats(text?.hover?.contentFormat),
    insertTextModes: item?.insertTextModeSupport?.valueSet.includes(InsertTextMode.asIs) === true,
    labelDetails: item?.labelDetailsSupport === true,
    hierarchicalSymbols: text?.documentSymbol?.hierarchicalDocumentSymbolSupport === true,
    documentChanges: client.workspace?.workspaceEdit?.documentChanges === true,
    createsFiles: client.workspace?.workspaceEdit?.resourceOperations?.includes(ResourceOperationKind.Create) === true,
    snippetEdits: client.workspace?.workspaceEdit?.snippetEditSupport === true,
    changeAnnotations: client.workspace?.workspaceEdit?.changeAnnotationSupport !== undefined,
    commands,
    pullDiagnostics: text?.diagnostic !== undefined,
    diagnosticRefresh: client.workspace?.diagnostics?.refreshSupport === true,
    inlayHintRefresh: client.workspace?.inlayHint?.refreshSupport === true,
    codeLensRefresh: client.workspace?.codeLens?.refreshSupport === true,
    configuration: client.workspace?.configuration === true,
    configurationRegistration: client.workspace?.didChangeConfiguration?.dynamicRegistration === true,
    actionLiterals: text?.codeAction?.codeActionLiteralSupport !== undefined,
    workspaceFolders: client.workspace?.workspaceFolders === true,
    watchedFiles: client.workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    relativePatterns: client.workspace?.didChangeWatchedFiles?.relativePatternSupport === true,
  };
}

const ACTION_KINDS = [
  CodeActionKind.QuickFix,
  CodeActionKind.RefactorRewrite,
  CodeActionKind.RefactorExtract,
  REFACTOR_MOVE,
  FIX_ALL_KIND,
];

/** Every client must understand UTF-16, and offsets of the core are UTF-16 units: nothing is gained by another. */
export function serverCapabilities(traits: ConnectionTraits): ServerCapabilities {
  return {
    positionEncoding: PositionEncodingKind.UTF16,
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
    hoverProvider: true,
    completionProvider: { resolveProvider: true, triggerCharacters: [':', ' ', '*'] },
    codeLensProvider: {},
    documentSymbolProvider: true,
    workspaceSymbolProvider: true,
    foldingRangeProvider: true,
    inlayHintProvider: true,
    codeActionProvider: { codeActionKinds: ACTION_KINDS },
    definitionProvider: true,
    referencesProvider: true,
    documentHighlightProvider: true,
    renameProvider: { prepareProvider: true },
    documentFormattingProvider: true,
    documentRangeFormattingProvider: true,
    documentOnTypeFormattingProvider: { firstTriggerCharacter: FORMAT_AFTER },
    selectionRangeProvider: true,
    documentLinkProvider: {},
    // Announced here, it needs no registration, which a client may refuse.
    ...(traits.workspaceFolders && { workspace: { workspaceFolders: { supported: true, changeNotifications: true } } }),
    // Colours are asked for where they are seen: a whole large text would cost every keystroke.
    semanticTokensProvider: { legend: SEMANTIC_LEGEND, range: true, full: false },
    ...(traits.pullDiagnostics
      ? {
          diagnosticProvider: {
            identifier: DIAGNOSTIC_SOURCE,
            interFileDependencies: false,
            workspaceDiagnostics: false,
          },
        }
      : {}),
  };
}
