import assert from 'node:assert/strict';
import {
  CompletionItemKind,
  type CompletionItem,
  type CompletionList,
  type TextEdit,
} from 'vscode-languageserver/node';
import { LanguageClient, PLAIN } from './client.ts';
import { withoutMark } from './marks.ts';

const WORKLOAD = `version: 1
clusters:
  dc1: { accelerator: h100-sxm, nodes: 2, acceleratorsPerNode: 8 }
workloads:
  a:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora } # adapters
`;

describe('completion over stdio', () => {
  let client: LanguageClient;
  let opened = 0;
  before(async () => {
    client = await LanguageClient.start();
  });
  after(async () => {
    assert.deepEqual(client.log, []);
    await client.stop();
  });

  async function at(marked: string): Promise<{ uri: string; items: readonly CompletionItem[] }> {
    const { text, offset } = withoutMark(marked);
    opened += 1;
    const uri = await client.open(text, `untitled:completion-${String(opened)}`);
    const position = client.document(uri).positionAt(offset);
    const { items, isIncomplete } = await client.request<CompletionList>('textDocument/completion', {
      textDocument: { uri },
      position,
    });
    // Units hold the number that was typed: with the next digit they are asked for again.
    assert.equal(
      isIncomplete,
      items.some(({ kind }) => kind === CompletionItemKind.Unit),
    );
    for (const item of items) {
      const edit = item.textEdit as TextEdit;
      assert.ok(edit.range.start.line === position.line && edit.range.end.line === position.line, item.label);
      assert.ok(edit.range.start.character <= position.character, item.label);
    }
    return { uri, items };
  }

  const labels = (items: readonly CompletionItem[]): string[] => items.map(({ label }) => label);

  /** Completing at the mark and taking `label` gives exactly `result`. Tab stops are left out. */
  async function accepting(marked: string, label: string, result: string): Promise<void> {
    const { uri, items } = await at(marked);
    const item = items.find((candidate) => candidate.label === label);
    assert.ok(item, `${label} is not among ${labels(items).join(', ')}`);
    const edit = item.textEdit as TextEdit;
    const newText = edit.newText.replace(/\$\d/g, '').replace(/\\([\\$}])/g, '$1');
    assert.equal(client.after(uri, [...(item.additionalTextEdits ?? []), { ...edit, newText }]), result);
  }

  it('offers the required keys first in an empty document', async () => {
    const { items } = await at('<|>');
    assert.deepEqual(labels(items).slice(0, 2), ['version', 'workloads']);
    await accepting('<|>', 'version', 'version: ');
  });

  it('leaves out keys that are there, and the section of another phase', async () => {
    const { items } = await at(`${WORKLOAD}    <|>`);
    const keys = labels(items);
    for (const absent of ['phase', 'model', 'framework', 'training', 'serving'])
      assert.ok(!keys.includes(absent), absent);
    for (const present of ['target', 'checkpointing', 'data']) assert.ok(keys.includes(present), present);
  });

  it('opens a block below a key that takes one', async () => {
    await accepting(
      'version: 1\nworkloads:\n  a:\n    tr<|>\n',
      'training',
      'version: 1\nworkloads:\n  a:\n    training:\n      \n',
    );
    await accepting('version: 1\npol<|>', 'policy', 'version: 1\npolicy:\n  ');
    await accepting(
      'version: 1\nworkloads:\n  a:\n    alt<|>',
      'alternatives',
      'version: 1\nworkloads:\n  a:\n    alternatives:\n      - ',
    );
  });

  it('opens braces in a flow mapping', async () => {
    await accepting(
      'version: 1\nworkloads: { a: { tr<|> } }',
      'training',
      'version: 1\nworkloads: { a: { training: {  } } }',
    );
  });

  it('completes a half-typed key in place, and keeps a colon that is there', async () => {
    await accepting(
      `${WORKLOAD}    target:\n      prov<|>\n`,
      'provider',
      `${WORKLOAD}    target:\n      provider: \n`,
    );
    await accepting(
      `${WORKLOAD}    target: { prov<|>: aws }\n`,
      'provider',
      `${WORKLOAD}    target: { provider: aws }\n`,
    );
  });

  it('writes the blank that is missing after a colon', async () => {
    await accepting(
      'version: 1\nworkloads:\n  a:\n    phase:<|>',
      'training',
      'version: 1\nworkloads:\n  a:\n    phase: training',
    );
  });

  it('replaces the whole word around the cursor', async () => {
    await accepting(
      `${WORKLOAD}    target: { accelerator: h1<|>00-sxm, count: 8 }\n`,
      'h200',
      `${WORKLOAD}    target: { accelerator: h200, count: 8 }\n`,
    );
  });

  it('completes inside quotes without doubling them', async () => {
    await accepting(
      `${WORKLOAD}    target: { accelerator: "h1<|>" }\n`,
      'h200',
      `${WORKLOAD}    target: { accelerator: "h200" }\n`,
    );
  });

  it('writes the colon of a key behind the quotes that the editor closed', async () => {
    const head = 'version: 1\nworkloads:\n  a:\n';
    await accepting(`${head}    "<|>"\n`, 'model', `${head}    "model": \n`);
    await accepting(`${head}    phase: training\n    "<|>"\n`, 'model', `${head}    phase: training\n    "model": \n`);
    await accepting(`${head}    'mo<|>' # ours\n`, 'model', `${head}    'model':  # ours\n`);
    await accepting(`${head}    "mo<|>`, 'model', `${head}    "model": `);
    await accepting(`${head}    "tr<|>"\n`, 'training', `${head}    "training":\n      \n`);
    await accepting(`${head}    target: { "<|>" }\n`, 'provider', `${head}    target: { "provider":  }\n`);
    await accepting(`${head}    target: { "pro<|>": aws }\n`, 'provider', `${head}    target: { "provider": aws }\n`);
    await accepting(`${head}    target:\n      "<|>"\n`, 'provider', `${head}    target:\n      "provider": \n`);
    await accepting('"<|>"', 'version', '"version": ');
    await accepting('version: 1\nrules:\n  "AI5<|>"\n', 'AI501', 'version: 1\nrules:\n  "AI501": \n');
    await accepting(
      'version: 1\npolicy:\n  providers:\n    - "<|>"\n',
      'gcp',
      'version: 1\npolicy:\n  providers:\n    - "gcp"\n',
    );
  });

  it('keeps line ends of Windows', async () => {
    await accepting('version: 1\r\npol<|>\r\nname: x\r\n', 'policy', 'version: 1\r\npolicy:\r\n  \r\nname: x\r\n');
  });

  it('offers units after a number', async () => {
    await accepting(
      'version: 1\nworkloads:\n  a:\n    checkpointing: { interval: 30<|> }\n',
      '30m',
      'version: 1\nworkloads:\n  a:\n    checkpointing: { interval: 30m }\n',
    );
    const { items } = await at('version: 1\nworkloads:\n  a:\n    training: { tokens: 2<|> }\n');
    assert.deepEqual(labels(items), ['2k', '2M', '2B', '2T']);
  });

  it('ranks accelerators by what they do for this workload here, with memory, fit and cost', async () => {
    const { items } = await at(
      `${WORKLOAD}    target: { provider: aws, region: us-east-1, accelerator: <|>, count: 8 }\n`,
    );
    const [best] = items;
    // What the closed list shows.
    assert.match(
      best?.labelDetails?.description ?? '',
      /^\d+ GiB · (?:fits|a tight fit) · \$[\d.,]+ a run · .* (?:h|d)\b/,
    );
    assert.match(best?.detail ?? '', /^(?:fits|a tight fit) · \$[\d.,]+ a run/);
    assert.match(best?.detail ?? '', /aws$/);
    const order = labels(items);
    assert.ok(order.indexOf('h100-sxm') < order.indexOf('tpu-v5p'), 'a chip that AWS has stands before one it has not');
    assert.match(items.find(({ label }) => label === 'tpu-v5p')?.detail ?? '', /^not offered by aws/);
    const resolved = await client.request<CompletionItem>(
      'completionItem/resolve',
      items.find(({ label }) => label === 'h100-sxm'),
    );
    assert.match((resolved.documentation as { value: string }).value, /80 GiB/);
    assert.match((resolved.documentation as { value: string }).value, /Source/);
  });

  it('says that a chip is not offered there, and of policy only what is written', async () => {
    const { items } = await at(`${WORKLOAD}    target: { provider: aws, accelerator: <|> }\n`);
    assert.match(items.find(({ label }) => label === 'mi300x')?.detail ?? '', /^not offered by aws/);
    assert.deepEqual(
      items.filter(({ detail }) => /polic/.test(detail ?? '')),
      [],
    );
    const region = await at(`${WORKLOAD}    target: { provider: aws, region: eu-west-3, accelerator: <|> }\n`);
    assert.match(
      region.items.find(({ label }) => label === 'b300')?.detail ?? '',
      /^aws does not offer it in eu-west-3/,
    );
  });

  it('sorts ways of paying by what they cost this workload, with the difference and the time', async () => {
    const { items } = await at(
      `${WORKLOAD}    checkpointing: { interval: 10m, storage: object }\n    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8, capacity: <|> }\n`,
    );
    const priced = items.filter(({ detail }) => detail?.includes('a run'));
    assert.ok(priced.length >= 3, labels(items).join(' '));
    // All that is paid: a commitment far longer than the run is no bargain.
    const usd = priced.map(({ detail }) =>
      [...(detail ?? '').matchAll(/\$([\d,.]+)/g)].reduce(
        (sum, [, digits = '']) => sum + Number(digits.replaceAll(',', '')),
        0,
      ),
    );
    assert.equal(priced.at(-1)?.label, 'reserved-3y');
    assert.match(priced.at(-1)?.detail ?? '', / a run \+ \$[\d,]+ unused \(\d+ times as much\)/);
    assert.deepEqual(
      usd,
      [...usd].sort((a, b) => a - b),
    );
    assert.ok(priced.some(({ detail }) => /\([−+]\d+ %\)/.test(detail ?? '')));
    assert.deepEqual(labels(items).slice(0, priced.length), labels(priced));
    assert.ok(labels(items).includes('owned'));
  });

  it('sorts regions and machine types by price', async () => {
    const regions = await at(`${WORKLOAD}    target: { provider: aws, region: <|>, accelerator: h100-sxm }\n`);
    assert.match(regions.items[0]?.detail ?? '', /^\$[\d.]+ an hour each · aws/);
    const instances = await at(`${WORKLOAD}    target: { provider: aws, instance: <|> }\n`);
    // A language model wants an accelerator: what would run it stands before what is merely cheap.
    assert.match(
      instances.items[0]?.labelDetails?.description ?? '',
      /^\d+ × (?!cpu)[\w-]+ · (?:fits|a tight fit) · \$[\d.,]+ a run/,
    );
    const isCpu = instances.items.map(({ labelDetails }) => labelDetails?.description?.startsWith('cpu') === true);
    assert.ok(isCpu.indexOf(true) > isCpu.length / 4);
    const untried = instances.items.filter(({ detail }) => /^\$[\d.,]+ an hour · aws/.test(detail ?? ''));
    assert.ok(untried.length > 50);
  });

  it('writes a whole block with the numbers of this workload', async () => {
    const target = '    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }\n';
    const run = await at(`${WORKLOAD}${target}    che<|>\n`);
    const block = run.items.find(({ label }) =>
      /^checkpointing: \{ interval: \d+[mh], storage: object \}$/.test(label),
    );
    assert.ok(block, labels(run.items).join(' | '));
    assert.match(block.detail ?? '', /every/);
    assert.equal(client.after(run.uri, [block.textEdit as TextEdit]), `${WORKLOAD}${target}    ${block.label}\n`);
    const open = await at(`${WORKLOAD}    <|>\n`);
    assert.ok(
      labels(open.items).some((label) => /^target: \{ provider: [a-z-]+, .*accelerator: .*count: \d+/.test(label)),
    );
  });

  it('puts the best checkpoint interval first, behind the key too, and writes blocks as the neighbours are written', async () => {
    const flow = `${WORKLOAD}    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }\n`;
    const block = flow
      .replace('training: { tokens: 2B, method: lora }', 'training:\n      tokens: 2B\n      method: lora')
      .replace(
        /target: .*/,
        'target:\n      provider: aws\n      region: us-east-1\n      accelerator: h100-sxm\n      count: 8',
      );
    const interval = await at(`${flow}    checkpointing: { interval: <|> }\n`);
    const best = /^(\d+[mh])$/.exec(labels(interval.items)[0] ?? '')?.[1] ?? '';
    assert.match(interval.items[0]?.detail ?? '', /^loses the least here/);
    const members = `{ interval: ${best}, storage: object }`;
    const lines = `\n      interval: ${best}\n      storage: object\n`;
    const { items } = await at(`${flow}    checkpointing: <|>\n`);
    assert.deepEqual(labels(items), [members, 'false']);
    const keys = labels((await at(`${flow}    ch<|>\n`)).items);
    assert.equal(keys.indexOf('checkpointing'), keys.indexOf(`checkpointing: ${members}`) + 1);
    await accepting(`${flow}    checkpointing: <|>\n`, members, `${flow}    checkpointing: ${members}\n`);
    await accepting(`${flow}    checkpointing:<|>\n`, members, `${flow}    checkpointing: ${members}\n`);
    await accepting(`${block}    checkpointing: <|>\n`, members, `${block}    checkpointing:${lines}`);
    await accepting(`${block}    checkpointing:<|>\n`, members, `${block}    checkpointing:${lines}`);
    await accepting(`${block}    ch<|>\n`, `checkpointing: ${members}`, `${block}    checkpointing:${lines}`);
    await accepting(`${block}    "ch<|>"\n`, `checkpointing: ${members}`, `${block}    "checkpointing":${lines}`);
  });

  it('offers only regions of the provider, those that have the chip first', async () => {
    const { items } = await at(`${WORKLOAD}    target: { provider: gcp, region: <|>, accelerator: tpu-v5p }\n`);
    assert.ok(!labels(items).includes('us-east-1'));
    const lacking = items.findIndex(({ detail }) => detail?.includes('no tpu-v5p'));
    assert.ok(lacking > 0);
    assert.ok(items.slice(lacking).every(({ detail }) => detail?.includes('no tpu-v5p')));
  });

  it('puts software that runs on the hardware first, and says why the rest does not', async () => {
    const on = (chip: string, line: string): string =>
      WORKLOAD.replace('    framework: pytorch\n', line).replace(
        '    training: { tokens: 2B, method: lora } # adapters\n',
        `    training: { tokens: 2B }\n    target: { ${chip} }\n`,
      );
    const tpu = 'provider: gcp, region: us-east5, accelerator: tpu-v5p, count: 8';
    const frameworks = await at(on(tpu, '    framework: <|>\n'));
    assert.equal(labels(frameworks.items)[0], 'jax');
    assert.equal(frameworks.items[0]?.labelDetails?.description, 'at home on tpu-v5p');
    assert.match(frameworks.items.find(({ label }) => label === 'pytorch')?.detail ?? '', /extra layer/);
    const stacks = await at(on(tpu, '').replace('tokens: 2B', 'tokens: 2B, stack: <|>'));
    assert.equal(labels(stacks.items)[0], 'maxtext');
    assert.match(stacks.items.find(({ label }) => label === 'megatron')?.detail ?? '', /needs a port/);
    assert.equal(labels(stacks.items).at(-1), 'other');
    const services = await at(on(tpu.replace('count: 8', 'count: 8, service: <|>'), ''));
    assert.deepEqual(labels(services.items).slice(0, 2), ['vertex-ai', 'none']);
    assert.equal(services.items.find(({ label }) => label === 'sagemaker')?.detail, 'a service of aws');
    const engines = await at(
      on('provider: azure, region: eastus2, accelerator: mi300x, count: 8', '')
        .replace('fine-tuning', 'inference')
        .replace('training: { tokens: 2B }', 'serving: { requests: 1/s, engine: <|> }'),
    );
    assert.equal(labels(engines.items)[0], 'vllm');
    const refused = engines.items.findIndex(({ detail }) => detail?.startsWith('does not run on mi300x') === true);
    assert.ok(
      labels(engines.items).indexOf('tensorrt-llm') >= refused && refused > labels(engines.items).indexOf('sglang'),
    );
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
    const target = await at(`${head}target: *<|>${after}`);
    assert.deepEqual(labels(target.items), ['*aws', '*team']);
    assert.equal(target.items[0]?.labelDetails?.description, '{ provider: aws, region: us-east-1 }');
    for (const line of ['<<: <|>', '<<: *a<|>', 'target: { <<: *<|>, count: 8 }', 'alternatives:\n      - *<|>'])
      assert.deepEqual(labels((await at(`${head}${line}${after}`)).items), ['*aws'], line);
    assert.deepEqual(labels((await at(`${head}owner: *<|>${after}`)).items), ['*team']);
    await accepting(`${head}target: *a<|>${after}`, '*aws', `${head}target: *aws${after}`);
    await accepting(`${head}target: { <<:<|> }${after}`, '*aws', `${head}target: { <<: *aws }${after}`);
    await accepting(`${head}target: *t<|>eam${after}`, '*aws', `${head}target: *aws${after}`);
  });

  it('offers no name that the list has already', async () => {
    for (const list of [
      '[aws, <|>]',
      '[aws, "<|>"]',
      '[<|>, aws]',
      '\n    - aws\n    - <|>',
      '\n    - aws\n    - "<|>"',
    ]) {
      const names = labels((await at(`version: 1\npolicy:\n  providers: ${list}\n`)).items);
      assert.ok(!names.includes('aws') && names.includes('gcp'), `${list}: ${names.join(' ')}`);
    }
    const here = labels((await at('version: 1\npolicy:\n  providers: [gcp, aw<|>s]\n')).items);
    assert.ok(here.includes('aws') && !here.includes('gcp'));
  });

  it('offers the clusters of this manifest', async () => {
    const { items } = await at(`${WORKLOAD}    target: { cluster: <|> }\n`);
    assert.deepEqual(labels(items), ['dc1']);
  });

  it('offers words, models with their parameters, devices and providers', async () => {
    assert.deepEqual(labels((await at('version: 1\nworkloads:\n  a:\n    phase: <|>')).items), [
      'training',
      'fine-tuning',
      'inference',
      'batch-inference',
    ]);
    assert.deepEqual(labels((await at(`${WORKLOAD}    checkpointing: { async: <|> }`)).items), ['true', 'false']);
    const model = (await at('version: 1\nworkloads:\n  a:\n    model: llama-3<|>')).items.find(
      ({ label }) => label === 'llama-3.1-8b',
    );
    assert.match(model?.labelDetails?.description ?? '', /^8\.03B · /);
    assert.ok(labels((await at(`${WORKLOAD}    edge: { device: <|> }`)).items).includes('jetson-orin-nano'));
    assert.ok(labels((await at('version: 1\npolicy:\n  providers:\n    - <|>\n')).items).includes('gcp'));
  });

  it('offers rule codes in `rules` and in comments that silence', async () => {
    await accepting('version: 1\nrules:\n  AI5<|>\n', 'AI501', 'version: 1\nrules:\n  AI501: \n');
    await accepting('version: 1\n# ai-inf<|>\n', 'ai-infra-ignore', 'version: 1\n# ai-infra-ignore \n');
    await accepting(
      'version: 1\n# ai-infra-ignore AI102, AI5<|>\n',
      'AI501',
      'version: 1\n# ai-infra-ignore AI102, AI501\n',
    );
  });

  it('offers nothing in prose: comments, block scalars', async () => {
    assert.deepEqual((await at('version: 1 # see the <|>')).items, []);
    assert.deepEqual((await at('version: 1\ndescription: |\n  all <|>\n')).items, []);
  });

  it('completes in a broken text', async () => {
    await accepting(
      `version: 1\nname: "never closed\n${WORKLOAD.slice(11)}    targ<|>\n`,
      'target',
      `version: 1\nname: "never closed\n${WORKLOAD.slice(11)}    target: \n`,
    );
  });

  it('completes on what was just typed, before it is analysed', async () => {
    const uri = await client.open(WORKLOAD, 'untitled:typed');
    await client.request('textDocument/diagnostic', { textDocument: { uri } });
    await client.type(uri, ' # adapters\n', '\n    target: { provider: gcp, region:  }\n');
    const { items } = await client.request<CompletionList>('textDocument/completion', {
      textDocument: { uri },
      position: client.positionOf(uri, 'region: ', 'region: '.length),
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
