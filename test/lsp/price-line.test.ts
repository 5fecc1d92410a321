import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ClientCapabilities, CodeAction, Diagnostic, DocumentDiagnosticReport } from 'vscode-languageserver/node';
import { EDITOR, LanguageClient, type StartOptions } from './client.ts';

const HEADER =
  'provider,region,instance,accelerator,count,capacity,usd_per_hour,valid_from,valid_until,committed_hours,note';
const LINE = 'gcp,us-central1,,gb300,,on-demand,,,,,';

function unpriced(pricing = ''): string {
  return `version: 1
${pricing}workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: gcp, region: us-central1, accelerator: gb300, count: 4 }
`;
}

const NAMED = 'pricing: { book: prices.csv }\n';

const SERVERLESS = `version: 1
policy: { accelerators: [l4] }
workloads:
  reports:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, precision: fp8, requests: 100/day, inputTokens: 2000, outputTokens: 500 }
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 1 }
`;

describe('the line of a price book for what has no price', () => {
  let root = '';
  let client: LanguageClient | undefined;
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'ai-infra-line-')));
    mkdirSync(join(root, 'plans'));
  });
  afterEach(async () => {
    await client?.stop();
    client = undefined;
    rmSync(root, { recursive: true });
  });

  const file = (path: string): string => join(root, path);
  const uri = (path: string): string => pathToFileURL(file(path)).href;
  const read = (path: string): string => readFileSync(file(path), 'utf8');

  async function start(options: StartOptions = {}): Promise<LanguageClient> {
    return (client = await LanguageClient.start({ folders: [uri('')], ...options }));
  }

  async function open(text: string, path = 'plans/ai-infra.yaml'): Promise<string> {
    writeFileSync(file(path), text);
    return client!.open(text, uri(path));
  }

  async function found(at: string, code: string): Promise<readonly Diagnostic[]> {
    const report = await client!.request<DocumentDiagnosticReport>('textDocument/diagnostic', {
      textDocument: { uri: at },
    });
    return report.kind === 'full' ? report.items.filter((item) => item.code === code) : [];
  }

  async function lines(at: string, word: string): Promise<readonly CodeAction[]> {
    const position = client!.positionOf(at, word, 1);
    const actions = await client!.request<CodeAction[]>('textDocument/codeAction', {
      textDocument: { uri: at },
      range: { start: position, end: position },
      context: { diagnostics: [], only: ['quickfix'] },
    });
    return actions.filter(({ title }) => title.includes('price to be filled in'));
  }

  const changed = (path: string, type: number): Promise<void> =>
    client!.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: uri(path), type }] });

  it('creates the book beside the manifest and names it there; with a price filled in, the plan has one', async () => {
    await start();
    const at = await open(unpriced());
    assert.equal((await found(at, 'AI711')).length, 1);
    const [action, ...more] = await lines(at, 'gb300');
    assert.deepEqual(more, []);
    assert.equal(
      action?.title,
      'Create prices.ai-infra.csv with a line for on-demand gb300 at gcp in us-central1, its price to be filled in',
    );
    assert.notEqual(action?.isPreferred, true);
    await client!.apply(action!.edit!);
    assert.equal(read('plans/prices.ai-infra.csv'), `${HEADER}\n${LINE}\n`);
    assert.match(client!.text(at), /^pricing: \{ book: prices\.ai-infra\.csv \}$/m);
    // The price that is missing is asked for at its place, and in the manifest, once.
    assert.match(String((await found(at, 'AI104'))[0]?.message), /The price is missing/);
    assert.deepEqual(await lines(at, 'gb300'), []);
    writeFileSync(file('plans/prices.ai-infra.csv'), `${HEADER}\n${LINE.replace('on-demand,', 'on-demand,9.5')}\n`);
    await changed('plans/prices.ai-infra.csv', 2);
    assert.deepEqual(await found(at, 'AI711'), []);
    assert.deepEqual(await found(at, 'AI104'), []);
  });

  for (const [what, before, after] of [
    [
      'with its columns and line ends',
      'note,capacity,accelerator,region,provider,usd_per_hour\r\n',
      ',on-demand,gb300,us-central1,gcp,\r\n',
    ],
    ['whose last line is not ended', `${HEADER}\naws,,p5.48xlarge,,,on-demand,40`, `\n${LINE}\n`],
    ['that begins with a byte order mark', `\ufeff${HEADER}`, `\n${LINE}\n`],
  ] as const)
    it(`appends to the book that is there, ${what}`, async () => {
      writeFileSync(file('plans/prices.csv'), before);
      await start();
      const at = await open(unpriced(NAMED));
      const [action] = await lines(at, 'gb300');
      assert.match(action?.title ?? '', /^Add to prices\.csv a line for /);
      await client!.apply(action!.edit!);
      assert.equal(read('plans/prices.csv'), before + after);
      assert.equal(client!.text(at), unpriced(NAMED));
    });

  it('takes the book that lies beside a manifest which names none', async () => {
    writeFileSync(file('plans/prices.ai-infra.csv'), `${HEADER}\n`);
    await start();
    const at = await open(unpriced());
    const [action] = await lines(at, 'gb300');
    await client!.apply(action!.edit!);
    assert.equal(read('plans/prices.ai-infra.csv'), `${HEADER}\n${LINE}\n`);
    assert.match(client!.text(at), /book: prices\.ai-infra\.csv/);
  });

  it('creates the book that is named and not there', async () => {
    await start();
    const at = await open(unpriced('pricing: { book: ../prices.csv }\n'));
    const [action] = await lines(at, 'gb300');
    await client!.apply(action!.edit!);
    assert.equal(read('prices.csv'), `${HEADER}\n${LINE}\n`);
  });

  it('is not offered where a column is missing, where the line waits for its price, or where no book can be read', async () => {
    writeFileSync(file('plans/narrow.csv'), 'provider,accelerator,usd_per_hour\n');
    writeFileSync(file('plans/waiting.csv'), `${HEADER}\n${LINE}\n`);
    writeFileSync(file('plans/tabs.csv'), 'provider\tusd_per_hour\n');
    mkdirSync(file('plans/folder.csv'));
    await start();
    for (const book of ['narrow.csv', 'waiting.csv', 'tabs.csv', 'folder.csv']) {
      const at = await open(unpriced(`pricing: { book: ${book} }\n`), `plans/${book}.ai-infra.yaml`);
      assert.equal((await found(at, 'AI711')).length, 1, book);
      assert.deepEqual(await lines(at, 'gb300'), [], book);
    }
  });

  it('writes nothing outside the workspace folder, by whatever path or link, and nothing before a manifest is saved', async () => {
    const outside = realpathSync(mkdtempSync(join(tmpdir(), 'ai-infra-outside-')));
    symlinkSync(outside, file('plans/away'));
    symlinkSync(join(outside, 'new.csv'), file('plans/link.csv'));
    await start();
    for (const [index, path] of ['../../new.csv', join(outside, 'new.csv'), 'away/new.csv', 'link.csv'].entries()) {
      const at = await open(unpriced(`pricing: { book: ${JSON.stringify(path)} }\n`), `plans/${index}.ai-infra.yaml`);
      assert.deepEqual(await lines(at, 'gb300'), [], path);
    }
    assert.equal(existsSync(join(outside, 'new.csv')), false);
    const unsaved = await client!.open(unpriced(), 'untitled:ai-infra.yaml');
    assert.deepEqual(await lines(unsaved, 'gb300'), []);
    rmSync(outside, { recursive: true });
  });

  it('is not offered in Restricted Mode', async () => {
    await start({ options: { trusted: false } });
    assert.deepEqual(await lines(await open(unpriced()), 'gb300'), []);
  });

  it('creates no file for a client that cannot, and appends for it all the same', async () => {
    const unable: ClientCapabilities = { ...EDITOR, workspace: { ...EDITOR.workspace, workspaceEdit: {} } };
    writeFileSync(file('plans/prices.csv'), `${HEADER}\n`);
    await start({ capabilities: unable });
    assert.deepEqual(await lines(await open(unpriced(), 'plans/none.ai-infra.yaml'), 'gb300'), []);
    const at = await open(unpriced(NAMED));
    const [action] = await lines(at, 'gb300');
    assert.equal(action?.edit?.documentChanges, undefined);
    await client!.apply(action!.edit!);
    assert.equal(read('plans/prices.csv'), `${HEADER}\n${LINE}\n`);
  });

  it('prices the hardware of a cluster that says no cost', async () => {
    await start();
    const text = unpriced('clusters: { lab: { accelerator: l40s, nodes: 1, perNode: 8 } }\n').replace(
      /target: .*/,
      'target: { cluster: lab, count: 8 }',
    );
    const at = await open(text);
    assert.deepEqual(
      (await lines(at, 'lab, count')).map(({ title }) => title),
      ['Create prices.ai-infra.csv with a line for owned l40s at lab, its price to be filled in'],
    );
    const [line] = await lines(at, 'lab, count');
    await client!.apply(line!.edit!);
    assert.equal(read('plans/prices.ai-infra.csv').split('\n')[1], 'lab,,,l40s,,owned,,,,,');
  });

  it('is offered for each serverless provider that could not be compared for want of a price', async () => {
    await start();
    const at = await open(SERVERLESS);
    await found(at, 'AI706');
    // Advice comes after the other findings.
    await client!.wasAsked('workspace/diagnostic/refresh');
    assert.equal((await found(at, 'AI706')).length, 1);
    assert.deepEqual(
      (await lines(at, '1 }')).map(({ title }) => title),
      ['Create prices.ai-infra.csv with a line for on-demand serverless-l4 at cerebrium, its price to be filled in'],
    );
  });
});
