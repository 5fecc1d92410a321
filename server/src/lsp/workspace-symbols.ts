/** `workspace/symbol`: it names no document, so the wrapper around requests about one does not serve it. */
import type { Connection, SymbolInformation, WorkspaceSymbolParams } from 'vscode-languageserver';
import { MOST_FOUND, workspaceSymbols } from '../features/document-symbols.ts';
import type { ManifestDocument } from './document.ts';
import { describeFailure, untilShutdown, whenReady, type HandlerContext } from './handler.ts';

/** Each open manifest in a turn of its own: a cancellation comes through, and one that cannot be read costs the others nothing. */
export function registerWorkspaceSymbols(
  connection: Connection,
  context: HandlerContext,
  opened: () => readonly ManifestDocument[],
): void {
  connection.onWorkspaceSymbol(
    untilShutdown(context, async ({ query }: WorkspaceSymbolParams, token) => {
      const found: SymbolInformation[] = [];
      for (const document of opened()) {
        await context.turn();
        if (token.isCancellationRequested || found.length >= MOST_FOUND) break;
        await whenReady(context, document);
        if (context.document(document.uri) !== document) continue;
        try {
          found.push(...workspaceSymbols(context.view(document), query));
        } catch (error) {
          context.logError(describeFailure('workspace/symbol', document.version, error));
        }
      }
      return found.slice(0, MOST_FOUND);
    }),
  );
}
