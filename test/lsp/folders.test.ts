import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type {
  CodeLens,
  DiagnosticSeverity,
  DocumentDiagnosticReport,
  Hover,
  InlayHint,
} from 'vscode-languageserver/node';
import { EDITOR, LanguageClient, type StartOptions } from './client.ts';

const FOLDERS = { ...EDITOR, workspace: { ...EDITOR.workspace, workspaceFolders: true } };

const MANIFEST = `version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    target: { provider: aws, region: us-east-1, instance: p5.48xlarge, capacity: spot }
`;

const INFORMATION = 3 satisfies DiagnosticSeverity;
const ERROR = 1 satisfies DiagnosticSeverity;

describe('a workspace of several folders', () => {
  let root = '';
  let client: LanguageClient | undefined;
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'ai-infra-folders-')));
    for (const folder of ['alpha', 'beta', 'beta/nested']) mkdirSync(join(root, folder));
  });
  afterEach(async () => {
    await client?.stop();
    client = undefined;
    rmSync(root, { recursive: true });
  });

  const uri = (path: string): string => pathToFileURL(join(root, path)).href;

  async function start(options: StartOptions): Promise<LanguageClient> {
    client = await LanguageClient.start({ capabilities: FOLDERS, folders: [uri('alpha'), uri('beta')], ...options });
    return client;
  }

  const open = (path: string): Promise<string> => client!.open(MANIFEST, uri(path));

  async function severityOf(at: string, wanted: string): Promise<number | undefined> {
    const report = await client!.request<DocumentDiagnosticReport>('textDocument/diagnostic', {
      textDocument: { uri: at },
    });
    assert.equal(report.kind, 'full');
    return report.items.find(({ code }) => code === wanted)?.severity;
  }

  async function priceAt(at: string): Promise<string> {
    const hover = await client!.request<Hover | null>('textDocument/hover', {
      textDocument: { uri: at },
      position: client!.positionOf(at, 'p5.48xlarge', 2),
    });
    return (hover?.contents as { value: string }).value;
  }

  it('takes the settings of the folder around each manifest, of several the nearest', async () => {
    await start({
      folders: [uri('alpha'), uri('beta'), uri('beta/nested')],
      settings: { rules: { AI501: 'error' } },
      folderSettings: {
        [uri('beta')]: { rules: { AI501: 'info' } },
        [uri('beta/nested')]: { rules: { AI501: 'off' } },
      },
    });
    assert.equal(await severityOf(await open('alpha/ai-infra.yaml'), 'AI501'), ERROR);
    assert.equal(await severityOf(await open('beta/ai-infra.yaml'), 'AI501'), INFORMATION);
    assert.equal(await severityOf(await open('beta/nested/ai-infra.yaml'), 'AI501'), undefined);
    // A name that begins alike is not inside.
    assert.equal(await severityOf(await open('betamax.ai-infra.yaml'), 'AI501'), ERROR);
  });

  it('switches hints and lenses off in one folder alone', async () => {
    await start({
      folderSettings: {
        [uri('beta')]: { inlayHints: { cost: false, memory: false, assumptions: false }, codeLens: false },
      },
    });
    const count = async (at: string): Promise<readonly [boolean, boolean]> => {
      const textDocument = { uri: at };
      const range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
      const hints = await client!.request<InlayHint[]>('textDocument/inlayHint', { textDocument, range });
      const lenses = await client!.request<CodeLens[]>('textDocument/codeLens', { textDocument });
      return [hints.length > 0, lenses.length > 0];
    };
    assert.deepEqual(await count(await open('alpha/ai-infra.yaml')), [true, true]);
    assert.deepEqual(await count(await open('beta/ai-infra.yaml')), [false, false]);
  });

  it('prices each manifest by the book of its own folder, and follows a change of the settings', async () => {
    const book = (name: string, price: string): string => {
      writeFileSync(join(root, name), `provider,instance,capacity,usd_per_hour\naws,p5.48xlarge,spot,${price}\n`);
      return join(root, name);
    };
    const [dear, cheap] = [book('dear.csv', '41'), book('cheap.csv', '11')];
    await start({ settings: { priceBook: dear }, folderSettings: { [uri('beta')]: { priceBook: cheap } } });
    const alpha = await open('alpha/ai-infra.yaml');
    const beta = await open('beta/ai-infra.yaml');
    assert.match(await priceAt(alpha), /\$41\.00/);
    assert.match(await priceAt(beta), /\$11\.00/);
    // The other manifest was looked at meanwhile: nothing of one place stays at the other.
    assert.match(await priceAt(alpha), /\$41\.00/);

    client!.folderSettings = {};
    client!.asked.length = 0;
    await client!.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
    await client!.wasAsked('workspace/codeLens/refresh');
    assert.match(await priceAt(beta), /\$41\.00/);
  });

  it('asks for the settings of a folder that is added', async () => {
    await start({ folders: [uri('alpha')], folderSettings: { [uri('beta')]: { rules: { AI501: 'info' } } } });
    const beta = await open('beta/ai-infra.yaml');
    assert.equal(await severityOf(beta, 'AI501'), ERROR);
    const change = async (added: string[], removed: string[], severity: number): Promise<void> => {
      const named = (uris: string[]): object[] => uris.map((each) => ({ uri: each, name: each }));
      client!.asked.length = 0;
      await client!.connection.sendNotification('workspace/didChangeWorkspaceFolders', {
        event: { added: named(added), removed: named(removed) },
      });
      // The first refresh is for the folders, the second for their settings.
      await client!.wasAsked('workspace/codeLens/refresh', 2);
      assert.equal(await severityOf(beta, 'AI501'), severity);
    };
    await change([uri('beta')], [], INFORMATION);
    await change([], [uri('beta')], ERROR);
  });
});
