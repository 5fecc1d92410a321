import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CompletionItem, CompletionList, Hover, MarkupContent, TextEdit } from 'vscode-languageserver/node';
import { Completing, labels, WORKLOAD } from './completing.ts';

describe('completion, the best first', () => {
  let editor: Completing;
  before(async () => {
    editor = await Completing.start();
  });
  after(async () => {
    await editor.stop();
  });

  it('ranks accelerators by what they do for this workload here, with memory, fit and cost', async () => {
    const { items } = await editor.at(
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
    const resolved = await editor.client.request<CompletionItem>(
      'completionItem/resolve',
      items.find(({ label }) => label === 'h100-sxm'),
    );
    assert.match((resolved.documentation as { value: string }).value, /80 GiB/);
    assert.match((resolved.documentation as { value: string }).value, /Source/);
  });

  it('tells of an item what hover tells of the value: of this provider, at the prices of this manifest', async () => {
    const { client } = editor;
    const root = realpathSync(mkdtempSync(join(tmpdir(), 'ai-infra-resolve-')));
    writeFileSync(
      join(root, 'team.csv'),
      `provider,region,instance,accelerator,count,capacity,usd_per_hour
lambda,us-east-1,gpu_8x_h100_sxm5,h100-sxm,8,on-demand,0.88
`,
    );
    const written = `${WORKLOAD.replace('version: 1\n', 'version: 1\npricing: { book: team.csv }\n')}    target: { provider: lambda, region: us-east-1, accelerator: h100-sxm }
`;
    const uri = await client.open(written, pathToFileURL(join(root, 'ai-infra.yaml')).href);
    const shown = async (word: string): Promise<readonly [string, string]> => {
      const key = word === 'h100-sxm' ? 'region: us-east-1, accelerator: ' : 'region: ';
      const position = client.positionOf(uri, `${key}${word}`, key.length + word.length);
      const about = { textDocument: { uri }, position };
      const hover = await client.request<Hover>('textDocument/hover', about);
      const { items } = await client.request<CompletionList>('textDocument/completion', about);
      const item = items.find(({ label }) => label === word);
      const resolved = await client.request<CompletionItem>('completionItem/resolve', item);
      return [(hover.contents as MarkupContent).value, (resolved.documentation as MarkupContent).value];
    };
    const [chipHover, chip] = await shown('h100-sxm');
    assert.match(chip, /\$0\.11/);
    assert.ok(chipHover.includes(chip), chip);
    const [regionHover, region] = await shown('us-east-1');
    assert.match(region, /lambda/);
    assert.ok(regionHover.includes(region), region);
    rmSync(root, { recursive: true });
  });

  it('leaves an item as it is when its document is closed, or its data are none of ours', async () => {
    const { uri, items } = await editor.at(`${WORKLOAD}    target: { provider: aws, accelerator: <|> }\n`);
    for (const data of ['x', 7, { uri }, { uri, fact: 'x' }, { uri, fact: { kind: 'constructor', name: 'x' } }]) {
      const item = { label: 'x', data };
      assert.deepEqual(await editor.client.request('completionItem/resolve', item), item);
    }
    await editor.client.close(uri);
    assert.deepEqual(await editor.client.request('completionItem/resolve', items[0]), items[0]);
  });

  it('says that a chip is not offered there, and of policy only what is written', async () => {
    const { items } = await editor.at(`${WORKLOAD}    target: { provider: aws, accelerator: <|> }\n`);
    assert.match(items.find(({ label }) => label === 'mi300x')?.detail ?? '', /^not offered by aws/);
    assert.deepEqual(
      items.filter(({ detail }) => /polic/.test(detail ?? '')),
      [],
    );
    const region = await editor.at(`${WORKLOAD}    target: { provider: aws, region: eu-west-3, accelerator: <|> }\n`);
    assert.match(
      region.items.find(({ label }) => label === 'b300')?.detail ?? '',
      /^aws does not offer it in eu-west-3/,
    );
  });

  it('sorts ways of paying by what they cost this workload, with the difference and the time', async () => {
    const { items } = await editor.at(
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
    const regions = await editor.at(`${WORKLOAD}    target: { provider: aws, region: <|>, accelerator: h100-sxm }\n`);
    assert.match(regions.items[0]?.detail ?? '', /^\$[\d.]+ an hour each · aws/);
    const instances = await editor.at(`${WORKLOAD}    target: { provider: aws, instance: <|> }\n`);
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
    const run = await editor.at(`${WORKLOAD}${target}    che<|>\n`);
    const block = run.items.find(({ label }) =>
      /^checkpointing: \{ interval: \d+[mh], storage: object \}$/.test(label),
    );
    assert.ok(block, labels(run.items).join(' | '));
    assert.match(block.detail ?? '', /every/);
    assert.equal(
      editor.client.after(run.uri, [block.textEdit as TextEdit]),
      `${WORKLOAD}${target}    ${block.label}\n`,
    );
    const open = await editor.at(`${WORKLOAD}    <|>\n`);
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
    const interval = await editor.at(`${flow}    checkpointing: { interval: <|> }\n`);
    const best = /^(\d+[mh])$/.exec(labels(interval.items)[0] ?? '')?.[1] ?? '';
    assert.match(interval.items[0]?.detail ?? '', /^loses the least here/);
    const members = `{ interval: ${best}, storage: object }`;
    const lines = `\n      interval: ${best}\n      storage: object\n`;
    const { items } = await editor.at(`${flow}    checkpointing: <|>\n`);
    assert.deepEqual(labels(items), [members, 'false']);
    const keys = labels((await editor.at(`${flow}    ch<|>\n`)).items);
    assert.equal(keys.indexOf('checkpointing'), keys.indexOf(`checkpointing: ${members}`) + 1);
    await editor.accepting(`${flow}    checkpointing: <|>\n`, members, `${flow}    checkpointing: ${members}\n`);
    await editor.accepting(`${flow}    checkpointing:<|>\n`, members, `${flow}    checkpointing: ${members}\n`);
    await editor.accepting(`${block}    checkpointing: <|>\n`, members, `${block}    checkpointing:${lines}`);
    await editor.accepting(`${block}    checkpointing:<|>\n`, members, `${block}    checkpointing:${lines}`);
    await editor.accepting(`${block}    ch<|>\n`, `checkpointing: ${members}`, `${block}    checkpointing:${lines}`);
    await editor.accepting(
      `${block}    "ch<|>"\n`,
      `checkpointing: ${members}`,
      `${block}    "checkpointing":${lines}`,
    );
  });

  it('offers only regions of the provider, those that have the chip first', async () => {
    const { items } = await editor.at(`${WORKLOAD}    target: { provider: gcp, region: <|>, accelerator: tpu-v5p }\n`);
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
    const frameworks = await editor.at(on(tpu, '    framework: <|>\n'));
    assert.equal(labels(frameworks.items)[0], 'jax');
    assert.equal(frameworks.items[0]?.labelDetails?.description, 'at home on tpu-v5p');
    assert.match(frameworks.items.find(({ label }) => label === 'pytorch')?.detail ?? '', /extra layer/);
    const stacks = await editor.at(on(tpu, '').replace('tokens: 2B', 'tokens: 2B, stack: <|>'));
    assert.equal(labels(stacks.items)[0], 'maxtext');
    assert.match(stacks.items.find(({ label }) => label === 'megatron')?.detail ?? '', /needs a port/);
    assert.equal(labels(stacks.items).at(-1), 'other');
    const services = await editor.at(on(tpu.replace('count: 8', 'count: 8, service: <|>'), ''));
    assert.deepEqual(labels(services.items).slice(0, 2), ['vertex-ai', 'none']);
    assert.equal(services.items.find(({ label }) => label === 'sagemaker')?.detail, 'a service of aws');
    const engines = await editor.at(
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
});
