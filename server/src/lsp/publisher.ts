/** What the client is told of analyses: diagnostics, by asking or by sending, and the summary; and that it should ask again. */
import {
  DocumentDiagnosticReportKind,
  LSPErrorCodes,
  ResponseError,
  type Connection,
  type DocumentDiagnosticReport,
} from 'vscode-languageserver';
import { diagnostics } from '../features/diagnostics.ts';
import { summary } from '../features/summary.ts';
import type { View } from '../features/view.ts';
import { SUMMARY } from '../protocol.ts';
import type { AnalysisHost } from './analysis-host.ts';
import type { ManifestDocument } from './document.ts';
import { describeFailure } from './handler.ts';
import type { About, RequestContext } from './reading-requests.ts';
import type { Session } from './session.ts';

const RETRIGGER = { retriggerRequest: true };

export class Publisher {
  readonly #connection: Connection;
  readonly #session: Session;
  /** Counts what made earlier answers untrue, other than edits: a part of every result id. */
  #generation = 0;

  constructor(connection: Connection, session: Session) {
    this.#connection = connection;
    this.#session = session;
  }

  /** Makes the analysis, for whoever asks next; a client that cannot ask is given its diagnostics. */
  publishDiagnostics(document: ManifestDocument, analyses: AnalysisHost): void {
    if (this.#session.traits.pullDiagnostics) analyses.view(document);
    else this.#sendDiagnostics(document, analyses.firstGlance(document) ?? analyses.view(document));
  }

  /** There are more findings in this version than the client was given. */
  republishDiagnostics(document: ManifestDocument, current: View): void {
    if (!this.#session.traits.pullDiagnostics) this.#sendDiagnostics(document, current);
    else this.#connection.languages.diagnostics.refresh().catch(() => undefined);
  }

  /** A client that asks drops what it was answered about a closed document by itself. */
  withdrawDiagnostics(uri: string): void {
    if (!this.#session.traits.pullDiagnostics) void this.#connection.sendDiagnostics({ uri, diagnostics: [] });
  }

  /** The numbers for status item and panel. */
  publishSummary(current: View): void {
    void this.#connection.sendNotification(SUMMARY, summary(current));
  }

  /** What went wrong inside the analysis. */
  logCrashes({ analysis, document: { version } }: View): void {
    for (const { rule, workload, error } of analysis.crashes) {
      const where = workload === undefined ? rule : `${rule} on a workload`;
      this.#connection.console.error(describeFailure(where, version, error));
    }
  }

  /** Answers to come are not those that were given, of whatever version. */
  outdateAnswers(): void {
    this.#generation += 1;
  }

  /** Has the client ask again for everything that it shows. */
  refreshClient(): void {
    const { diagnosticRefresh, inlayHintRefresh } = this.#session.traits;
    const requests: Promise<unknown>[] = [];
    if (diagnosticRefresh) requests.push(this.#connection.languages.diagnostics.refresh());
    if (inlayHintRefresh) requests.push(this.#connection.languages.inlayHint.refresh());
    // A client that refuses a refresh asks again at its next edit anyway.
    for (const request of requests) request.catch(() => undefined);
    this.refreshLenses();
  }

  refreshLenses(): void {
    if (!this.#session.traits.codeLensRefresh) return;
    this.#connection.sendRequest('workspace/codeLens/refresh').catch(() => undefined);
  }

  /** Serves `textDocument/diagnostic`. */
  registerPull(about: RequestContext['about'], analyses: AnalysisHost): void {
    this.#connection.languages.diagnostics.on(
      about<About & { readonly previousResultId?: string }, DocumentDiagnosticReport>(
        {
          method: 'textDocument/diagnostic',
          empty: { kind: DocumentDiagnosticReportKind.Full, items: [] },
          yields: true,
          // Any other error would make clients clear what they show until the next answer.
          outdated: () => new ResponseError(LSPErrorCodes.ServerCancelled, 'the document changed', RETRIGGER),
        },
        (document, { previousResultId }, current) => {
          const seen = analyses.firstGlance(document);
          const view = seen ?? current();
          const completeness = seen !== undefined ? '.glance' : view.analysis.adviceMissing > 0 ? '.part' : '';
          const resultId = `${this.#generation.toString()}.${document.serial.toString()}.${document.version.toString()}${completeness}`;
          if (previousResultId === resultId) return { kind: DocumentDiagnosticReportKind.Unchanged, resultId };
          return {
            kind: DocumentDiagnosticReportKind.Full,
            resultId,
            items: diagnostics(view, this.#session.traits),
          };
        },
      ),
    );
  }

  #sendDiagnostics(document: ManifestDocument, current: View): void {
    void this.#connection.sendDiagnostics({
      uri: document.uri,
      version: document.version,
      diagnostics: diagnostics(current, this.#session.traits),
    });
  }
}
