/** One language server as a process, driven as an editor would: over stdio, with pushed diagnostics, timed from outside. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import {
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type CompletionItem,
  type CompletionList,
  type Diagnostic,
  type InitializeResult,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
} from 'vscode-languageserver/node';
import type { Place } from './manifest.ts';

export interface Contestant {
  readonly name: string;
  /** Arguments of node. */
  readonly command: readonly string[];
  readonly languageId: string;
  /** A notification before which diagnostics may be a part of what is found. Absent: the first are all. */
  readonly planned?: string;
  /** The answer to `workspace/configuration` for a section. */
  configuration(section: string | undefined): unknown;
}

/** An open document in a running server. All times in milliseconds. */
export interface Session {
  /** From the start of the process to the diagnostics of the opened text. */
  readonly startMs: number;
  /** … to those that hold everything that is found. */
  readonly wholeMs: number;
  /** Replaces a range by a text; resolves when the diagnostics of the new version are there. */
  edit(
    from: Place,
    to: Place,
    insert: string,
  ): Promise<{ readonly milliseconds: number; readonly diagnostics: readonly Diagnostic[] }>;
  /** Types `insert`, asks for completion behind it at once, and again when diagnostics are there. Undefined when the server offers none. */
  complete(from: Place, to: Place, insert: string): Promise<Completed | undefined>;
  /** Resident memory of the process, in bytes. */
  memoryBytes(): number;
  close(): Promise<void>;
}

export interface Completed {
  /** From the keystroke to the list. */
  readonly typedMs: number;
  /** From the request to the list, in a text that the server has already checked. */
  readonly settledMs: number;
  /** Of the second list. */
  readonly labels: readonly string[];
}

const URI = 'file:///benchmark/ai-infra.yaml';
/** Longer than anything a server may take and still be compared. */
const LIMIT_MS = 60_000;

/** Starts the server, opens the text, and waits for the first diagnostics that hold something (`mistaken`) or for the first at all. */
export async function openSession(contestant: Contestant, text: string, mistaken: boolean): Promise<Session> {
  const started = performance.now();
  const child = spawn(process.execPath, contestant.command, { stdio: ['pipe', 'pipe', 'ignore'] });
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const waiting = new Set<(published: PublishDiagnosticsParams) => void>();
  connection.onNotification('textDocument/publishDiagnostics', (published: PublishDiagnosticsParams) => {
    for (const offer of [...waiting]) offer(published);
  });
  connection.onRequest('workspace/configuration', (params: { items: { section?: string }[] }) =>
    params.items.map(({ section }) => contestant.configuration(section)),
  );
  connection.onRequest('client/registerCapability', () => null);
  let isPlanned = contestant.planned === undefined;
  if (contestant.planned !== undefined) connection.onNotification(contestant.planned, () => void (isPlanned = true));
  connection.listen();

  const next = (wanted: (published: PublishDiagnosticsParams) => boolean): Promise<PublishDiagnosticsParams> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`${contestant.name}: no diagnostics in ${LIMIT_MS.toString()} ms`)),
        LIMIT_MS,
      );
      const offer = (published: PublishDiagnosticsParams): void => {
        if (published.uri !== URI || !wanted(published)) return;
        waiting.delete(offer);
        clearTimeout(timer);
        resolve(published);
      };
      waiting.add(offer);
    });

  const { capabilities } = await connection.sendRequest<InitializeResult>('initialize', {
    processId: process.pid,
    rootUri: null,
    capabilities: {
      workspace: { configuration: true },
      textDocument: {
        publishDiagnostics: { versionSupport: true, relatedInformation: true },
        completion: { completionItem: { snippetSupport: true, documentationFormat: ['markdown', 'plaintext'] } },
      },
    },
  });
  await connection.sendNotification('initialized', {});
  const isAnswer = ({ diagnostics }: PublishDiagnosticsParams): boolean => !mistaken || diagnostics.length > 0;
  const passed = (): number => performance.now() - started;
  const first = next(isAnswer).then(passed);
  const whole = next((published) => isPlanned && isAnswer(published)).then(passed);
  let version = 1;
  await connection.sendNotification('textDocument/didOpen', {
    textDocument: { uri: URI, languageId: contestant.languageId, version, text },
  });
  const startMs = await first;
  const wholeMs = await whole;

  async function change(from: Place, to: Place, insert: string): Promise<void> {
    version += 1;
    await connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: URI, version },
      contentChanges: [{ range: { start: from, end: to }, text: insert }],
    });
  }

  return {
    startMs,
    wholeMs,
    async edit(from, to, insert) {
      // A server that names no version publishes in order: the first after the change is the answer.
      const answer = next((published) => published.version === undefined || published.version === version);
      const begun = performance.now();
      await change(from, to, insert);
      const { diagnostics } = await answer;
      return { milliseconds: performance.now() - begun, diagnostics };
    },
    async complete(from, to, insert) {
      if (!capabilities.completionProvider) return undefined;
      const settled = next((published) => published.version === undefined || published.version === version);
      const begun = performance.now();
      await change(from, to, insert);
      const lines = insert.split('\n');
      const last = lines.at(-1) ?? '';
      const position = {
        line: from.line + lines.length - 1,
        character: lines.length === 1 ? from.character + last.length : last.length,
      };
      const ask = () =>
        connection.sendRequest<CompletionItem[] | CompletionList | null>('textDocument/completion', {
          textDocument: { uri: URI },
          position,
        });
      await ask();
      const typedMs = performance.now() - begun;
      await settled;
      const again = performance.now();
      const answer = await ask();
      const settledMs = performance.now() - again;
      const items = answer === null ? [] : Array.isArray(answer) ? answer : answer.items;
      return { typedMs, settledMs, labels: items.map(({ label }) => label) };
    },
    memoryBytes: () => residentBytes(child),
    close: () => close(connection, child),
  };
}

function residentBytes(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('the server has no process');
  const kibibytes = Number(execFileSync('ps', ['-o', 'rss=', '-p', child.pid.toString()], { encoding: 'utf8' }));
  return kibibytes * 1024;
}

async function close(connection: ProtocolConnection, child: ChildProcess): Promise<void> {
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await connection.sendRequest('shutdown');
  await connection.sendNotification('exit');
  const timer = setTimeout(() => child.kill('SIGKILL'), 2_000);
  await gone;
  clearTimeout(timer);
  connection.dispose();
}
