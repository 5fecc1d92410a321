/** The one wrapper around every request about a document: what is unknown, cancelled, outdated or broken is answered here. */
import { LSPErrorCodes, ErrorCodes, ResponseError, type CancellationToken } from 'vscode-languageserver';
import { isPlainYaml } from '../features/plain-yaml.ts';
import type { View } from '../features/view.ts';
import type { ManifestDocument } from './document.ts';

export interface HandlerContext {
  document(uri: string): ManifestDocument | undefined;
  /** This version with its analysis. */
  view(document: ManifestDocument): View;
  /** Settled once the settings, and the price books of the document, are there; undefined when they are. */
  pending(document: ManifestDocument): Promise<void> | undefined;
  /** A turn of the event loop: lets changes and cancellations that are already queued come first. */
  turn(): Promise<void>;
  /** Tells the client, in a later turn, that there is more to see in this version. */
  announce(document: ManifestDocument): void;
  logError(message: string): void;
  /** True from `shutdown` on. */
  hasEnded(): boolean;
}

export interface HandlerOptions<Result> {
  /** Name for the log. */
  readonly method: string;
  /** The answer about a document that is not open. */
  readonly empty: Result;
  /** What any YAML server does as well: left to it where it serves the document too. */
  readonly leftToYaml?: boolean;
  /** Heavy work waits one turn, and is not begun for a version that has already been replaced. */
  readonly yields?: boolean;
  /** Answers a request whose version was replaced while it waited. Default: ContentModified. */
  readonly outdated?: () => Error;
}

export type Handler<Params, Result> = (
  params: Params,
  token: CancellationToken,
) => Promise<Result | ResponseError<never>>;

type Respond<Params, Result> = (document: ManifestDocument, params: Params, view: () => View) => Result;

/**
 * Wraps `respond` so that it is only called for an open document, after settings have arrived, while nobody cancelled and the version
 * stands; a throw is logged with method and version and becomes an LSP error. The server lives on.
 */
export function createHandler<Params, Result>(
  context: HandlerContext,
  uriOf: (params: Params) => string | undefined,
  options: HandlerOptions<Result>,
  respond: Respond<Params, Result>,
): Handler<Params, Result> {
  return untilShutdown(context, async (params, token) => {
    let version: number | undefined;
    try {
      const uri = uriOf(params);
      const document = uri === undefined ? undefined : context.document(uri);
      if (uri === undefined || document === undefined) return options.empty;
      if (options.leftToYaml === true && isPlainYaml(document)) return options.empty;
      version = document.version;
      await whenReady(context, document);
      if (options.yields === true && !document.isAnalysed) await context.turn();
      if (token.isCancellationRequested) return new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
      if (context.document(uri) !== document) return options.empty;
      if (document.version !== version) {
        throw options.outdated?.() ?? new ResponseError(LSPErrorCodes.ContentModified, 'the document changed');
      }
      return respond(document, params, () => context.view(document));
    } catch (error) {
      if (error instanceof ResponseError) return error as ResponseError<never>;
      context.logError(describeFailure(options.method, version, error));
      return new ResponseError(ErrorCodes.InternalError, `${options.method} failed; the log has the details`);
    }
  });
}

/** Refuses requests that come after `shutdown`, as the protocol wants it. */
export function untilShutdown<Params, Result>(
  { hasEnded }: Pick<HandlerContext, 'hasEnded'>,
  handler: Handler<Params, Result>,
): Handler<Params, Result> {
  return async (params, token) =>
    hasEnded()
      ? new ResponseError(ErrorCodes.InvalidRequest, 'the server was told to shut down')
      : handler(params, token);
}

/** Settled once nothing that the document's analysis needs is still to come. */
export async function whenReady(context: HandlerContext, document: ManifestDocument): Promise<void> {
  // What comes later may wait for what comes first: books are read where the settings say.
  // Of a document that was closed meanwhile nothing is asked: its books would be kept for nobody.
  const isOpen = (): boolean => context.document(document.uri) === document;
  for (let pending; isOpen() && (pending = context.pending(document)) !== undefined;) await pending;
}

/** Method, version and stack: never the manifest's text. */
export function describeFailure(method: string, version: number | undefined, error: unknown): string {
  const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `${method}${version === undefined ? '' : ` (version ${version.toString()})`} failed: ${details}`;
}
