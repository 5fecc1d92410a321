import assert from 'node:assert/strict';
import type {
  CodeAction,
  CodeLens,
  DocumentSymbol,
  InlayHint,
  Location,
  Range,
  TextDocumentEdit,
  WorkspaceEdit,
} from 'vscode-languageserver/node';
import { EDITOR, LanguageClient } from './client.ts';
import { SOUND, SPOT } from './manifests.ts';

const TPU_AT_HOME = `version: 1
workloads:
  pretrain:
    phase: training
    model: llama-3.1-8b
    framework: jax
    training: { tokens: 2B }
    checkpointing: { interval: 30m, storage: object }
    target:
      deployment: on-premises # our hall
      accelerator: tpu-v5p
      count: 8
`;

const CLUSTERS = `version: 1
clusters:
  dc1: { accelerator: h100-sxm, nodes: 2, acceleratorsPerNode: 8 }
  dc2: { accelerator: h200, nodes: 2, acceleratorsPerNode: 8 }
workloads:
  a:
    phase: fine-tuning
    model: llama-3.1-8b
    data: { location: dc1 }
    training: { tokens: 2B, method: lora }
    target: { cluster: dc1, count: 8 } # at home
`;

describe('features over stdio', () => {
  let client: LanguageClient;
  let opened = 0;
  before(async () => {
    client = await LanguageClient.start();
  });
  after(async () => {
    assert.deepEqual(client.log, []);
    await client.stop();
  });

  function open(text: string): Promise<string> {
    opened += 1;
    return client.open(text, `file:///plans/${String(opened)}.ai-infra.yaml`);
  }

  function actions(uri: string, range: Range, only?: readonly string[]): Promise<readonly CodeAction[]> {
    return client.request('textDocument/codeAction', {
      textDocument: { uri },
      range,
      context: { diagnostics: [], ...(only && { only }) },
    });
  }

  function wordRange(uri: string, word: string): Range {
    return { start: client.positionOf(uri, word), end: client.positionOf(uri, word, word.length) };
  }

  function applied(uri: string, edit: WorkspaceEdit | undefined): string {
    const [change] = (edit?.documentChanges ?? []) as readonly TextDocumentEdit[];
    assert.equal(change?.textDocument.uri, uri);
    assert.equal(change.textDocument.version, client.document(uri).version);
    return client.after(uri, change.edits as Parameters<LanguageClient['after']>[1]);
  }

  async function titled(uri: string, word: string, title: RegExp): Promise<CodeAction> {
    const all = await actions(uri, wordRange(uri, word));
    const found = all.find((action) => title.test(action.title));
    assert.ok(found, `${String(title)} is not among: ${all.map((action) => action.title).join(' | ')}`);
    return found;
  }

  describe('lenses, hints and outline', () => {
    it('puts cost, time and fit over each workload, and the way to other hardware', async () => {
      const uri = await open(SOUND);
      const lenses = await client.request<CodeLens[]>('textDocument/codeLens', { textDocument: { uri } });
      assert.equal(lenses.length, 3);
      assert.match(
        lenses[0]?.command?.title ?? '',
        /^\$[\d.,]+[kM]? a run · [\d.]+ \w+ · (?:fits|a tight fit) [\d.]+ of 80 GiB$/,
      );
      assert.equal(lenses[1]?.command?.title, 'Compare…');
      assert.deepEqual(lenses[2]?.command, {
        title: 'Switch hardware…',
        command: 'aiInfra.switchHardware',
        arguments: [uri, 'finetune'],
      });
      assert.equal(client.document(uri).getText(lenses[0]!.range), 'finetune');
    });

    it('puts memory beside the accelerator and cost at the end of the target', async () => {
      const uri = await open(SOUND);
      const range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
      const hints = await client.request<InlayHint[]>('textDocument/inlayHint', { textDocument: { uri }, range });
      const before = (hint: InlayHint): string =>
        client.document(uri).getText({ start: { line: hint.position.line, character: 0 }, end: hint.position });
      const memory = hints.find(({ label }) => /^[\d.]+ of 80 GiB/.test(label as string));
      const cost = hints.find(({ label }) => /^≈ \$[\d.,]+[kM]? a run$/.test(label as string));
      assert.match(before(memory!), /h100-sxm$/);
      assert.match(before(cost!), /on-demand \}$/);
      assert.match((cost?.tooltip as { value: string }).value, /machine-hour/);
    });

    it('shows a choice that was made for the target, and writes it down when accepted', async () => {
      const uri = await open(SOUND.replace('region: us-east-1, ', ''));
      const range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
      const hints = await client.request<InlayHint[]>('textDocument/inlayHint', { textDocument: { uri }, range });
      const region = hints.find(({ label }) => (label as string).startsWith('region: '));
      const value = (region?.label as string).slice('region: '.length);
      assert.match(client.after(uri, region!.textEdits!), new RegExp(`region: ${value}[,} ]`));
    });

    it('tells over each workload what was changed since the last commit', async () => {
      const uri = await open(SOUND);
      const textDocument = { uri };
      const lenses = async (): Promise<string> =>
        (await client.request<CodeLens[]>('textDocument/codeLens', { textDocument }))
          .map(({ command }) => command?.title ?? '')
          .join(' | ');
      assert.doesNotMatch(await lenses(), /last commit/);
      client.asked.length = 0;
      await client.connection.sendNotification('aiInfra/baseline', { uri, text: SOUND.replace('2B', '1B') });
      await client.wasAsked('workspace/codeLens/refresh');
      client.asked.length = 0;
      await lenses();
      await client.wasAsked('workspace/codeLens/refresh');
      assert.match(await lenses(), /\+\$[\d.,]+k? a run, \+\d+ % since the last commit/);
      await client.connection.sendNotification('aiInfra/baseline', { uri, text: SOUND });
      assert.doesNotMatch(await lenses(), /last commit/);
      await client.connection.sendNotification('aiInfra/baseline', { uri, text: SOUND.replace('finetune:', 'tune:') });
      await lenses();
      client.asked.length = 0;
      await client.wasAsked('workspace/codeLens/refresh');
      assert.match(await lenses(), /new since the last commit/);
      await client.connection.sendNotification('aiInfra/baseline', { uri, text: null });
      assert.doesNotMatch(await lenses(), /last commit/);
    });

    it('shows no hint of a kind that is switched off', async () => {
      const quiet = await LanguageClient.start({
        settings: { inlayHints: { cost: false, memory: false, assumptions: false }, codeLens: false },
      });
      const uri = await quiet.open(SOUND);
      const range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
      assert.deepEqual(await quiet.request('textDocument/inlayHint', { textDocument: { uri }, range }), []);
      assert.deepEqual(await quiet.request('textDocument/codeLens', { textDocument: { uri } }), []);
      await quiet.stop();
    });

    it('outlines keys, workloads with their cost and their own keys, and clusters', async () => {
      const uri = await open(CLUSTERS);
      const symbols = await client.request<DocumentSymbol[]>('textDocument/documentSymbol', { textDocument: { uri } });
      assert.deepEqual(
        symbols.map(({ name }) => name),
        ['version', 'clusters', 'workloads'],
      );
      assert.deepEqual(
        symbols[1]?.children?.map(({ name, detail }) => [name, detail]),
        [
          ['dc1', 'h100-sxm'],
          ['dc2', 'h200'],
        ],
      );
      assert.deepEqual(
        symbols[2]?.children?.map(({ name, children }) => [name, children?.map((key) => key.name)]),
        [['a', ['phase', 'model', 'data', 'training', 'target']]],
      );
    });
  });

  describe('code actions', () => {
    it('adds a checkpoint to a spot run, keeping the comment, and the finding is gone', async () => {
      const uri = await open(SPOT);
      const fix = await titled(uri, 'capacity: spot', /checkpoint/i);
      assert.equal(fix.kind, 'quickfix');
      assert.equal(fix.isPreferred, true);
      assert.equal(fix.diagnostics?.[0]?.code, 'AI501');
      const text = applied(uri, fix.edit);
      assert.match(text, /\n {4}checkpointing: \{ interval: \d+[mh], storage: object \}\n/);
      assert.equal(text.replace(/ {4}checkpointing: .*\n/, ''), SPOT);
      const again = await open(text);
      const report = await client.request<{ items: { code: string }[] }>('textDocument/diagnostic', {
        textDocument: { uri: again },
      });
      assert.ok(!report.items.some(({ code }) => code === 'AI501'));
    });

    it('moves a TPU off the own premises in place, keeping the comments', async () => {
      const uri = await open(TPU_AT_HOME);
      const fix = await titled(uri, 'tpu-v5p', /^Use .* instead of tpu-v5p/);
      const text = applied(uri, fix.edit);
      assert.match(text, /deployment: on-premises # our hall\n {6}accelerator: (?!tpu)[\w-]+\n/);
    });

    it('silences a finding where it stands, joins an ignore comment that is there, and turns a rule off', async () => {
      const uri = await open(SPOT);
      const here = applied(uri, (await titled(uri, 'capacity: spot', /^Ignore AI501 on this line$/)).edit);
      assert.match(here, /\n {4}# ai-infra-ignore AI501 -- why\n {4}target:/);
      const silenced = await open(here);
      const report = await client.request<{ items: { code: string }[] }>('textDocument/diagnostic', {
        textDocument: { uri: silenced },
      });
      assert.ok(!report.items.some(({ code }) => code === 'AI501'));

      const other = await open(SPOT.replace('    target:', '    # ai-infra-ignore AI703 -- known\n    target:'));
      const joined = applied(other, (await titled(other, 'capacity: spot', /^Ignore AI501 on this line$/)).edit);
      assert.match(joined, /# ai-infra-ignore AI703, AI501 -- known\n/);

      const off = applied(uri, (await titled(uri, 'capacity: spot', /^Turn AI501 off/)).edit);
      assert.match(off, /^rules:\n {2}AI501: ["']?off["']?$|^rules: \{ AI501: ["']?off["']? \}$/m);
    });

    it('offers the best other hardware for the workload at the cursor', async () => {
      const uri = await open(SOUND);
      const all = await actions(uri, wordRange(uri, 'h100-sxm'), ['refactor']);
      assert.ok(all.every(({ kind }) => kind?.startsWith('refactor.')));
      const [best] = all;
      assert.match(best?.title ?? '', /^Switch finetune to \d+ × [\w-]+, .*: \$[\d.,]+ a run \([−+]\$[\d.,]+\)$/);
      const text = applied(uri, best?.edit);
      assert.notEqual(text, SOUND);
      assert.equal(text.split('\n').length, SOUND.split('\n').length);
      const list = all.find(({ title }) => title === 'Switch hardware…');
      assert.deepEqual(list?.command?.arguments, [uri, 'finetune']);
    });

    it('offers nothing of another kind than asked for', async () => {
      const uri = await open(SPOT);
      const range = wordRange(uri, 'capacity: spot');
      assert.ok((await actions(uri, range, ['quickfix'])).every(({ kind }) => kind === 'quickfix'));
      assert.deepEqual(await actions(uri, range, ['source.organizeImports']), []);
    });

    it('applies all safe fixes at once, and a second time changes nothing', async () => {
      const uri = await open(
        SPOT.replace('phase: fine-tuning', 'phase: fine-tuning\n    framwork: pytorch')
          .replace('    framework: pytorch\n', '')
          .replace('h100-sxm', 'H100'),
      );
      const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
      const [all, ...others] = await actions(uri, range, ['source.fixAll']);
      assert.deepEqual(others, []);
      const text = applied(uri, all?.edit);
      assert.match(text, /framework: pytorch\n/);
      assert.match(text, /accelerator: h100-sxm/);
      assert.match(text, /checkpointing: /);
      assert.deepEqual(await actions(await open(text), range, ['source.fixAll.aiInfra']), []);
    });

    it('writes plain changes for a client without versioned edits', async () => {
      const old = await LanguageClient.start({ capabilities: { ...EDITOR, workspace: {} } });
      const uri = await old.open(SPOT);
      const range = { start: old.positionOf(uri, 'spot }'), end: old.positionOf(uri, 'spot }') };
      const [fix] = await old.request<CodeAction[]>('textDocument/codeAction', {
        textDocument: { uri },
        range,
        context: { diagnostics: [] },
      });
      assert.match(old.after(uri, fix?.edit?.changes?.[uri] ?? []), /checkpointing/);
      await old.stop();
    });
  });

  describe('clusters by name', () => {
    it('finds the declaration and every use', async () => {
      const uri = await open(CLUSTERS);
      const textDocument = { uri };
      const position = client.positionOf(uri, 'cluster: dc1', 'cluster: '.length);
      const [declared] = await client.request<Location[]>('textDocument/definition', { textDocument, position });
      assert.deepEqual(declared?.range, wordRange(uri, 'dc1'));
      const found = await client.request<Location[]>('textDocument/references', {
        textDocument,
        position,
        context: { includeDeclaration: false },
      });
      assert.deepEqual(
        found.map(({ range }) => range.start.line),
        [8, 10],
      );
    });

    it('renames it everywhere, and refuses a name that is taken', async () => {
      const uri = await open(CLUSTERS);
      const textDocument = { uri };
      const position = client.positionOf(uri, 'dc1');
      const edit = await client.request<WorkspaceEdit>('textDocument/rename', {
        textDocument,
        position,
        newName: 'hall',
      });
      assert.equal(applied(uri, edit), CLUSTERS.replaceAll('dc1', 'hall'));
      await assert.rejects(
        client.request('textDocument/rename', { textDocument, position, newName: 'dc2' }),
        /dc2 already/,
      );
      assert.equal(
        await client.request('textDocument/prepareRename', { textDocument, position: { line: 0, character: 0 } }),
        null,
      );
    });
  });
});
