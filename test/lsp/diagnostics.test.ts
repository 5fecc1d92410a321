import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { CancellationTokenSource, type Diagnostic, type DocumentDiagnosticReport } from 'vscode-languageserver/node';
import { LanguageClient, PLAIN, EDITOR } from './client.ts';
import { LONG, SOUND, SPOT } from './manifests.ts';

type FullReport = Extract<DocumentDiagnosticReport, { kind: 'full' }>;

async function pull(client: LanguageClient, uri: string, previousResultId?: string): Promise<DocumentDiagnosticReport> {
  return client.request('textDocument/diagnostic', {
    textDocument: { uri },
    ...(previousResultId && { previousResultId }),
  });
}

async function pullItems(client: LanguageClient, uri: string): Promise<readonly Diagnostic[]> {
  const report = await pull(client, uri);
  assert.equal(report.kind, 'full');
  return (report as FullReport).items;
}

const codes = (items: readonly Diagnostic[]): unknown[] => items.map(({ code }) => code);
const serious = (items: readonly Diagnostic[]): readonly Diagnostic[] =>
  items.filter(({ severity }) => (severity ?? 1) <= 2);

describe('diagnostics over stdio', () => {
  let client: LanguageClient;
  afterEach(async () => {
    assert.equal(await client.stop(), 0);
  });

  it('underlines exactly the word that must change, with code, page and numbers', async () => {
    client = await LanguageClient.start();
    const uri = await client.open(SPOT);
    const [spot] = await pullItems(client, uri);
    assert.equal(spot?.code, 'AI501');
    assert.equal(spot.severity, 1);
    assert.equal(spot.source, 'ai-infra');
    // This client says that it has the extension's commands, and with them its pages.
    assert.equal(spot.codeDescription?.href, 'ai-infra-rule:/AI501.md');
    assert.equal(client.document(uri).getText(spot.range), 'spot');
    assert.match(String(spot.message), /\d/);
  });

  it('answers `unchanged` for the result it gave, and anew after an edit', async () => {
    client = await LanguageClient.start();
    const uri = await client.open(SPOT);
    await pull(client, uri);
    // The first answer has no advice on cost yet; when it is found, the server asks to be asked again.
    await client.wasAsked('workspace/diagnostic/refresh');
    const first = (await pull(client, uri)) as FullReport;
    assert.equal((await pull(client, uri, first.resultId)).kind, 'unchanged');
    await client.type(uri, 'capacity: spot', 'capacity: on-demand');
    const second = (await pull(client, uri, first.resultId)) as FullReport;
    assert.equal(second.kind, 'full');
    assert.deepEqual(serious(second.items), []);
  });

  it('follows incremental edits, one character at a time', async () => {
    client = await LanguageClient.start();
    const uri = await client.open(SOUND);
    assert.deepEqual(serious(await pullItems(client, uri)), []);
    await client.type(uri, 'capacity: on-demand', 'capacity: ');
    for (const [typed, next] of [
      ['', 's'],
      ['s', 'sp'],
      ['sp', 'spo'],
      ['spo', 'spot'],
    ] as const) {
      await client.type(uri, `capacity: ${typed} }`, `capacity: ${next} }`);
    }
    assert.deepEqual(codes(serious(await pullItems(client, uri))), ['AI501']);
  });

  it('keeps the findings of sound workloads while another is half typed', async () => {
    client = await LanguageClient.start();
    const uri = await client.open(`${SPOT}  next:\n    pha`);
    const found = codes(await pullItems(client, uri));
    assert.ok(found.includes('AI501'), found.join());
    assert.ok(found.includes('AI101') || found.includes('AI102'), found.join());
  });

  it('counts in UTF-16 units behind characters beyond the basic plane', async () => {
    client = await LanguageClient.start();
    const uri = await client.open(SPOT.replace('target: {', 'target: { # 🚀🚀\n     '));
    const [spot] = await pullItems(client, uri);
    assert.equal(client.document(uri).getText(spot!.range), 'spot');
  });

  it('pushes to a client that cannot pull, for the newest version, and clears on close', async () => {
    client = await LanguageClient.start({ capabilities: PLAIN });
    const uri = await client.open(SPOT);
    const first = await client.published(uri, 1);
    assert.deepEqual(codes(serious(first.diagnostics)), ['AI501']);
    await client.type(uri, 'capacity: spot', 'capacity: on-deman');
    await client.type(uri, 'capacity: on-deman', 'capacity: on-demand');
    const last = await client.published(uri, 3);
    assert.deepEqual(serious(last.diagnostics), []);
    await client.close(uri);
    await client.request('textDocument/hover', { textDocument: { uri }, position: { line: 0, character: 0 } });
    assert.deepEqual(client.publishedSoFar().at(-1), { uri, diagnostics: [] });
  });

  it('pushes what a long manifest shows at a glance before it is planned, and then all of it', async () => {
    client = await LanguageClient.start({ capabilities: PLAIN });
    const uri = await client.open(LONG);
    await client.publishedAs(uri, ({ diagnostics }) => codes(diagnostics).includes('AI501'));
    const [first, whole] = client.publishedSoFar();
    assert.deepEqual(codes(first!.diagnostics), ['AI102']);
    assert.equal(codes(whole!.diagnostics).filter((code) => code === 'AI501').length, 30);
    assert.ok(whole!.diagnostics.some((each) => isDeepStrictEqual(each, first!.diagnostics[0])));
    // Only what was just opened is seen in parts: nothing vanishes while somebody types.
    await client.type(uri, 'modle:', 'model:');
    const edited = await client.published(uri, 2);
    assert.equal(codes(edited.diagnostics).filter((code) => code === 'AI501').length, 30);
  });

  it('lets a client pull what a long manifest shows at a glance, and asks it to pull the rest', async () => {
    client = await LanguageClient.start();
    const uri = await client.open(LONG);
    const first = (await pull(client, uri)) as FullReport;
    assert.ok(codes(first.items).includes('AI102'));
    await client.wasAsked('workspace/diagnostic/refresh');
    const whole = await pull(client, uri, first.resultId);
    assert.equal(codes((whole as FullReport).items).filter((code) => code === 'AI501').length, 30);
  });

  it('gives a client that cannot be asked to pull again all of a long manifest at once', async () => {
    client = await LanguageClient.start({ capabilities: { ...EDITOR, workspace: { configuration: true } } });
    const uri = await client.open(LONG);
    assert.equal(codes(await pullItems(client, uri)).filter((code) => code === 'AI501').length, 30);
  });

  it('takes a rule that the settings turn off out, and puts it back when they change', async () => {
    client = await LanguageClient.start({ settings: { rules: { AI501: 'off' } } });
    const uri = await client.open(SPOT);
    assert.deepEqual(serious(await pullItems(client, uri)), []);
    client.settings = { rules: { 'spot-without-checkpointing': 'warning', AI999: 'loud' } };
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
    await client.wasAsked('workspace/codeLens/refresh');
    const [spot] = serious(await pullItems(client, uri));
    assert.deepEqual([spot?.code, spot?.severity], ['AI501', 2]);
    assert.ok(client.asked.includes('workspace/inlayHint/refresh'));
    assert.ok(client.asked.includes('workspace/diagnostic/refresh'));
  });

  it('goes on with the newest settings when an older answer comes later', async () => {
    client = await LanguageClient.start();
    const uri = await client.open(SPOT);
    assert.equal(serious(await pullItems(client, uri))[0]?.severity, 1);
    const release = client.holdConfiguration();
    client.settings = { rules: { AI501: 'off' } };
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
    await client.wasAsked('workspace/configuration', 2);
    client.settings = { rules: { AI501: 'warning' } };
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
    await client.wasAsked('workspace/codeLens/refresh');
    assert.equal(serious(await pullItems(client, uri))[0]?.severity, 2);
    release();
    // The answer goes out before the second of these at the latest.
    await pullItems(client, uri);
    assert.equal(serious(await pullItems(client, uri))[0]?.severity, 2);
    assert.equal(client.asked.filter((method) => method === 'workspace/codeLens/refresh').length, 1);
  });

  it('takes settings from the notification where the client has no configuration request', async () => {
    client = await LanguageClient.start({ capabilities: { ...EDITOR, workspace: {} } });
    const uri = await client.open(SPOT);
    await client.connection.sendNotification('workspace/didChangeConfiguration', {
      settings: { aiInfra: { rules: { AI501: 'off' } } },
    });
    assert.deepEqual(serious(await pullItems(client, uri)), []);
  });

  it('answers a cancelled request with a cancellation and goes on', async () => {
    client = await LanguageClient.start();
    const uri = await client.open(SPOT);
    const source = new CancellationTokenSource();
    const pulled = client.connection.sendRequest('textDocument/diagnostic', { textDocument: { uri } }, source.token);
    source.cancel();
    await assert.rejects(pulled, { code: -32800 });
    assert.deepEqual(codes(serious(await pullItems(client, uri))), ['AI501']);
  });

  it('does not begin the analysis of a version that is already replaced', async () => {
    client = await LanguageClient.start();
    const uri = await client.open(SPOT);
    const outdated = pull(client, uri);
    await client.type(uri, 'capacity: spot', 'capacity: on-demand');
    const answered = await outdated.then(
      (report) => codes(serious((report as FullReport).items)).join(),
      (error: { code: number; data?: unknown }) => JSON.stringify([error.code, error.data]),
    );
    // Which of the two depends on how the messages arrive; a stale answer would be neither.
    assert.ok(['AI501', '[-32802,{"retriggerRequest":true}]'].includes(answered), answered);
    assert.deepEqual(serious(await pullItems(client, uri)), []);
  });

  it('tells the summary after each analysis', async () => {
    client = await LanguageClient.start();
    const uri = await client.open(SPOT.replace('tokens: 2B', 'tokens: 20B'));
    const summary = await client.summary(uri, 1);
    assert.match(summary.total, /^\$[\d.,]+[kM]? a run$|^≥ \$[\d.,]+ an hour$/);
    assert.match(summary.details.join('\n'), /^finetune: .* · 8 × h100-sxm · aws us-east-1 · spot$/m);
    assert.equal(summary.errors, 1);
    assert.match(summary.priceAge.text, /^Prices of \d{4}-\d{2}/);
    assert.match(summary.priceAge.detail, /^1 price, \d+ days old$/);
  });
});
