import assert from 'node:assert/strict';
import type { CompletionList, TextEdit } from 'vscode-languageserver/node';
import { LanguageClient, PLAIN } from './client.ts';
import { Completing, labels, WORKLOAD } from './completing.ts';

describe('completion over stdio', () => {
  let editor: Completing;
  before(async () => {
    editor = await Completing.start();
  });
  after(async () => {
    await editor.stop();
  });

  it('offers the required keys first in an empty document', async () => {
    const { items } = await editor.at('<|>');
    assert.deepEqual(labels(items).slice(0, 2), ['version', 'workloads']);
    await editor.accepting('<|>', 'version', 'version: ');
  });

  it('leaves out keys that are there, and the section of another phase', async () => {
    const { items } = await editor.at(`${WORKLOAD}    <|>`);
    const keys = labels(items);
    for (const absent of ['phase', 'model', 'framework', 'training', 'serving'])
      assert.ok(!keys.includes(absent), absent);
    for (const present of ['target', 'checkpointing', 'data']) assert.ok(keys.includes(present), present);
  });

  it('opens a block below a key that takes one', async () => {
    await editor.accepting(
      'version: 1\nworkloads:\n  a:\n    tr<|>\n',
      'training',
      'version: 1\nworkloads:\n  a:\n    training:\n      \n',
    );
    await editor.accepting('version: 1\npol<|>', 'policy', 'version: 1\npolicy:\n  ');
    await editor.accepting(
      'version: 1\nworkloads:\n  a:\n    alt<|>',
      'alternatives',
      'version: 1\nworkloads:\n  a:\n    alternatives:\n      - ',
    );
  });

  it('opens braces in a flow mapping', async () => {
    await editor.accepting(
      'version: 1\nworkloads: { a: { tr<|> } }',
      'training',
      'version: 1\nworkloads: { a: { training: {  } } }',
    );
  });

  it('completes a half-typed key in place, and keeps a colon that is there', async () => {
    await editor.accepting(
      `${WORKLOAD}    target:\n      prov<|>\n`,
      'provider',
      `${WORKLOAD}    target:\n      provider: \n`,
    );
    await editor.accepting(
      `${WORKLOAD}    target: { prov<|>: aws }\n`,
      'provider',
      `${WORKLOAD}    target: { provider: aws }\n`,
    );
  });

  it('writes the blank that is missing after a colon', async () => {
    await editor.accepting(
      'version: 1\nworkloads:\n  a:\n    phase:<|>',
      'training',
      'version: 1\nworkloads:\n  a:\n    phase: training',
    );
  });

  it('replaces the whole word around the cursor', async () => {
    await editor.accepting(
      `${WORKLOAD}    target: { accelerator: h1<|>00-sxm, count: 8 }\n`,
      'h200',
      `${WORKLOAD}    target: { accelerator: h200, count: 8 }\n`,
    );
  });

  it('completes inside quotes without doubling them', async () => {
    await editor.accepting(
      `${WORKLOAD}    target: { accelerator: "h1<|>" }\n`,
      'h200',
      `${WORKLOAD}    target: { accelerator: "h200" }\n`,
    );
  });

  it('writes the colon of a key behind the quotes that the editor closed', async () => {
    const head = 'version: 1\nworkloads:\n  a:\n';
    await editor.accepting(`${head}    "<|>"\n`, 'model', `${head}    "model": \n`);
    await editor.accepting(
      `${head}    phase: training\n    "<|>"\n`,
      'model',
      `${head}    phase: training\n    "model": \n`,
    );
    await editor.accepting(`${head}    'mo<|>' # ours\n`, 'model', `${head}    'model':  # ours\n`);
    await editor.accepting(`${head}    "mo<|>`, 'model', `${head}    "model": `);
    await editor.accepting(`${head}    "tr<|>"\n`, 'training', `${head}    "training":\n      \n`);
    await editor.accepting(`${head}    target: { "<|>" }\n`, 'provider', `${head}    target: { "provider":  }\n`);
    await editor.accepting(
      `${head}    target: { "pro<|>": aws }\n`,
      'provider',
      `${head}    target: { "provider": aws }\n`,
    );
    await editor.accepting(`${head}    target:\n      "<|>"\n`, 'provider', `${head}    target:\n      "provider": \n`);
    await editor.accepting('"<|>"', 'version', '"version": ');
    await editor.accepting('version: 1\nrules:\n  "AI5<|>"\n', 'AI501', 'version: 1\nrules:\n  "AI501": \n');
    await editor.accepting(
      'version: 1\npolicy:\n  providers:\n    - "<|>"\n',
      'gcp',
      'version: 1\npolicy:\n  providers:\n    - "gcp"\n',
    );
  });

  it('keeps line ends of Windows', async () => {
    await editor.accepting(
      'version: 1\r\npol<|>\r\nname: x\r\n',
      'policy',
      'version: 1\r\npolicy:\r\n  \r\nname: x\r\n',
    );
  });

  it('offers units after a number', async () => {
    await editor.accepting(
      'version: 1\nworkloads:\n  a:\n    checkpointing: { interval: 30<|> }\n',
      '30m',
      'version: 1\nworkloads:\n  a:\n    checkpointing: { interval: 30m }\n',
    );
    const { items } = await editor.at('version: 1\nworkloads:\n  a:\n    training: { tokens: 2<|> }\n');
    assert.deepEqual(labels(items), ['2k', '2M', '2B', '2T']);
  });

  it('offers anchors behind `*` and the merge key: those before, of the kind that fits, none around', async () => {
    const head = `version: 1
defaults:
  target: &aws { provider: aws, region: us-east-1 }
labels: { team: &team infra }
workloads:
  a: &self
    phase: training
    `;
    const after = '\n  b: &later\n    phase: training\n';
    const target = await editor.at(`${head}target: *<|>${after}`);
    assert.deepEqual(labels(target.items), ['*aws', '*team']);
    assert.equal(target.items[0]?.labelDetails?.description, '{ provider: aws, region: us-east-1 }');
    for (const line of ['<<: <|>', '<<: *a<|>', 'target: { <<: *<|>, count: 8 }', 'alternatives:\n      - *<|>'])
      assert.deepEqual(labels((await editor.at(`${head}${line}${after}`)).items), ['*aws'], line);
    assert.deepEqual(labels((await editor.at(`${head}owner: *<|>${after}`)).items), ['*team']);
    await editor.accepting(`${head}target: *a<|>${after}`, '*aws', `${head}target: *aws${after}`);
    await editor.accepting(`${head}target: { <<:<|> }${after}`, '*aws', `${head}target: { <<: *aws }${after}`);
    await editor.accepting(`${head}target: *t<|>eam${after}`, '*aws', `${head}target: *aws${after}`);
  });

  it('offers no name that the list has already', async () => {
    for (const list of [
      '[aws, <|>]',
      '[aws, "<|>"]',
      '[<|>, aws]',
      '\n    - aws\n    - <|>',
      '\n    - aws\n    - "<|>"',
    ]) {
      const names = labels((await editor.at(`version: 1\npolicy:\n  providers: ${list}\n`)).items);
      assert.ok(!names.includes('aws') && names.includes('gcp'), `${list}: ${names.join(' ')}`);
    }
    const here = labels((await editor.at('version: 1\npolicy:\n  providers: [gcp, aw<|>s]\n')).items);
    assert.ok(here.includes('aws') && !here.includes('gcp'));
  });

  it('offers the clusters of this manifest', async () => {
    const { items } = await editor.at(`${WORKLOAD}    target: { cluster: <|> }\n`);
    assert.deepEqual(labels(items), ['dc1']);
  });

  it('offers words, models with their parameters, devices and providers', async () => {
    assert.deepEqual(labels((await editor.at('version: 1\nworkloads:\n  a:\n    phase: <|>')).items), [
      'training',
      'fine-tuning',
      'inference',
      'batch-inference',
    ]);
    assert.deepEqual(labels((await editor.at(`${WORKLOAD}    checkpointing: { async: <|> }`)).items), [
      'true',
      'false',
    ]);
    const model = (await editor.at('version: 1\nworkloads:\n  a:\n    model: llama-3<|>')).items.find(
      ({ label }) => label === 'llama-3.1-8b',
    );
    assert.match(model?.labelDetails?.description ?? '', /^8\.03B · /);
    assert.ok(labels((await editor.at(`${WORKLOAD}    edge: { device: <|> }`)).items).includes('jetson-orin-nano'));
    assert.ok(labels((await editor.at('version: 1\npolicy:\n  providers:\n    - <|>\n')).items).includes('gcp'));
  });

  it('offers rule codes in `rules` and in comments that silence', async () => {
    await editor.accepting('version: 1\nrules:\n  AI5<|>\n', 'AI501', 'version: 1\nrules:\n  AI501: \n');
    await editor.accepting('version: 1\n# ai-inf<|>\n', 'ai-infra-ignore', 'version: 1\n# ai-infra-ignore \n');
    await editor.accepting(
      'version: 1\n# ai-infra-ignore AI102, AI5<|>\n',
      'AI501',
      'version: 1\n# ai-infra-ignore AI102, AI501\n',
    );
  });

  it('offers nothing in prose: comments, block scalars', async () => {
    assert.deepEqual((await editor.at('version: 1 # see the <|>')).items, []);
    assert.deepEqual((await editor.at('version: 1\ndescription: |\n  all <|>\n')).items, []);
  });

  it('completes in a broken text', async () => {
    await editor.accepting(
      `version: 1\nname: "never closed\n${WORKLOAD.slice(11)}    targ<|>\n`,
      'target',
      `version: 1\nname: "never closed\n${WORKLOAD.slice(11)}    target: \n`,
    );
  });

  it('completes on what was just typed, before it is analysed', async () => {
    const uri = await editor.client.open(WORKLOAD, 'untitled:typed');
    await editor.client.request('textDocument/diagnostic', { textDocument: { uri } });
    await editor.client.type(uri, ' # adapters\n', '\n    target: { provider: gcp, region:  }\n');
    const { items } = await editor.client.request<CompletionList>('textDocument/completion', {
      textDocument: { uri },
      position: editor.client.positionOf(uri, 'region: ', 'region: '.length),
    });
    assert.ok(labels(items).includes('us-central1'));
    assert.ok(!labels(items).includes('us-east-1'));
  });

  it('sends no snippets, no markdown and no block to a client that knows none', async () => {
    const plain = await LanguageClient.start({ capabilities: PLAIN });
    const uri = await plain.open('version: 1\npol');
    const { items } = await plain.request<CompletionList>('textDocument/completion', {
      textDocument: { uri },
      position: { line: 1, character: 3 },
    });
    const policy = items.find(({ label }) => label === 'policy');
    assert.equal((policy?.textEdit as TextEdit).newText, 'policy:');
    assert.equal(policy?.insertTextFormat, 1);
    assert.equal((policy?.documentation as { kind: string }).kind, 'plaintext');
    const text = `${WORKLOAD}    target: { provider: aws, accelerator:  }\n`;
    const chips = await plain.request<CompletionList>('textDocument/completion', {
      textDocument: { uri: await plain.open(text, 'untitled:chips') },
      position: { line: 9, character: 42 },
    });
    assert.ok(chips.items.every(({ labelDetails }) => labelDetails === undefined));
    assert.match(chips.items[0]?.detail ?? '', /^\d+ GiB · (?:fits|a tight fit) · \$[\d.,]+ a run/);
    await plain.stop();
  });
});
