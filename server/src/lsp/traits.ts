/** Capabilities: what the client can, and what this server offers. */
import {
  CodeActionKind,
  MarkupKind,
  PositionEncodingKind,
  TextDocumentSyncKind,
  type ClientCapabilities,
  type ServerCapabilities,
} from 'vscode-languageserver';
import { DIAGNOSTIC_SOURCE } from '../features/diagnostics.ts';
import type { ClientTraits } from '../features/view.ts';

export interface ConnectionTraits extends ClientTraits {
  readonly pullDiagnostics: boolean;
  readonly diagnosticRefresh: boolean;
  readonly inlayHintRefresh: boolean;
  readonly codeLensRefresh: boolean;
  readonly configuration: boolean;
  readonly configurationRegistration: boolean;
  readonly actionLiterals: boolean;
  readonly actionResolve: boolean;
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
    labelDetails: item?.labelDetailsSupport === true,
    hierarchicalSymbols: text?.documentSymbol?.hierarchicalDocumentSymbolSupport === true,
    documentChanges: client.workspace?.workspaceEdit?.documentChanges === true,
    commands,
    pullDiagnostics: text?.diagnostic !== undefined,
    diagnosticRefresh: client.workspace?.diagnostics?.refreshSupport === true,
    inlayHintRefresh: client.workspace?.inlayHint?.refreshSupport === true,
    codeLensRefresh: client.workspace?.codeLens?.refreshSupport === true,
    configuration: client.workspace?.configuration === true,
    configurationRegistration: client.workspace?.didChangeConfiguration?.dynamicRegistration === true,
    actionLiterals: text?.codeAction?.codeActionLiteralSupport !== undefined,
    actionResolve:
      text?.codeAction?.dataSupport === true &&
      text.codeAction.resolveSupport !== undefined &&
      text.codeAction.resolveSupport.properties.includes('edit'),
  };
}

/** Every client must understand UTF-16, and offsets of the core are UTF-16 units: nothing is gained by another. */
export function serverCapabilities(traits: ConnectionTraits): ServerCapabilities {
  return {
    positionEncoding: PositionEncodingKind.UTF16,
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
    hoverProvider: true,
    codeLensProvider: {},
    documentSymbolProvider: true,
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

export const ACTION_KINDS = [
  CodeActionKind.QuickFix,
  CodeActionKind.RefactorRewrite,
  `${CodeActionKind.SourceFixAll}.aiInfra`,
];
