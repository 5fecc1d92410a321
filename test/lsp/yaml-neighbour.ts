/** Red Hat's yaml-language-server as a process over stdio, with our JSON Schema for our names: what stands beside us in an editor. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type CompletionList,
  type Diagnostic,
  type Position,
  type PublishDiagnosticsParams,
} from 'vscode-languageserver/node';
import { EDITOR } from './client.ts';

const BIN = fileURLToPath(new URL('../../node_modules/yaml-language-server/bin/yaml-language-server', import.meta.url));
const SCHEMA = new URL('../../schemas/ai-infra.schema.json', import.meta.url).href;
const SETTINGS = {
  schemas: { [SCHEMA]: ['ai-infra.yaml', '*.ai-infra.yaml'] },
  validate: true,
  completion: true,
  hover: true,
  // Tests fetch nothing.
  schemaStore: { enable: false },
  kubernetesCRDStore: { enable: false },
};

export interface YamlNeighbour {
  /** Opens a text as `yaml`; resolves with what the server finds in it. */
  open(uri: string, text: string): Promise<readonly Diagnostic[]>;
  completions(uri: string, position: Position): Promise<readonly string[]>;
  stop(): void;
}

export async function startYamlServer(): Promise<YamlNeighbour> {
  const child = spawn(process.execPath, [BIN, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const waiting = new Map<string, (found: readonly Diagnostic[]) => void>();
  connection.onNotification('textDocument/publishDiagnostics', ({ uri, diagnostics }: PublishDiagnosticsParams) =>
    waiting.get(uri)?.(diagnostics),
  );
  connection.onRequest('workspace/configuration', ({ items }: { items: readonly { section?: string }[] }) =>
    items.map(({ section }) => (section === 'yaml' ? SETTINGS : {})),
  );
  connection.onRequest('client/registerCapability', () => null);
  connection.listen();
  const { diagnostic: _pull, ...textDocument } = EDITOR.textDocument ?? {};
  const capabilities = { workspace: { configuration: true }, textDocument };
  await connection.sendRequest('initialize', { processId: process.pid, rootUri: null, capabilities });
  await connection.sendNotification('initialized', {});
  return {
    async open(uri, text) {
      const found = new Promise<readonly Diagnostic[]>((resolve) => waiting.set(uri, resolve));
      await connection.sendNotification('textDocument/didOpen', {
        textDocument: { uri, languageId: 'yaml', version: 1, text },
      });
      return found;
    },
    async completions(uri, position) {
      const answer = await connection.sendRequest<CompletionList>('textDocument/completion', {
        textDocument: { uri },
        position,
      });
      return answer.items.map(({ label }) => label);
    },
    stop() {
      connection.dispose();
      child.kill();
    },
  };
}
