import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { completions, itemLabelled, labelOf, openAt, wordsOf } from './asking.ts';
import { closeAll, eventually } from './editor.ts';
import { hasPage, page } from './page.ts';

const RUN = `version: 1
clusters:
  dc1: { accelerator: h100-sxm, nodes: 2, acceleratorsPerNode: 8 }
workloads:
  a:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora } # adapters
`;
const ON_AWS = `${RUN}    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }\n`;

/** A row of the open list of suggestions, counted from 0. */
const row = (index: number): string => `.suggest-widget.visible .monaco-list-row[data-index="${String(index)}"]`;

/** Asks for suggestions at the `<|>` and takes the first, as a person does; the text after it. */
async function takeFirst(marked: string, label: string): Promise<string> {
  const editor = await openAt(marked);
  const before = editor.document.getText();
  await completions(editor);
  await vscode.commands.executeCommand('editor.action.triggerSuggest');
  await page.workbenchText({ selector: `${row(0)}.focused`, contains: label });
  await vscode.commands.executeCommand('acceptSelectedSuggestion');
  await eventually('the accepted text', () => editor.document.getText() !== before);
  return editor.document.getText();
}

describe('Completion', () => {
  afterEach(closeAll);

  it('offers keys with their pages, the required first', async () => {
    const items = await completions(await openAt('version: 1\nworkloads:\n  a:\n    <|>\n'));
    assert.equal(labelOf(items[0]!), 'phase');
    assert.match(wordsOf(items[0]!), /required/i);
    assert.match(wordsOf(itemLabelled(items, 'training')), /The run, for the phases/);
    assert.ok(!items.map(labelOf).includes('workloads'), 'a key of another place');
  });

  it('offers values of the catalogue and of the manifest', async () => {
    const models = await completions(await openAt(RUN.replace('llama-3.1-8b', 'llama-3.1-<|>')));
    assert.match(wordsOf(itemLabelled(models, 'llama-3.1-8b')), /8/);
    const clusters = await completions(await openAt(`${RUN}    target: { cluster: <|> }\n`));
    assert.deepEqual(clusters.map(labelOf), ['dc1']);
  });

  it('offers the regions of the provider alone', async () => {
    const items = await completions(await openAt(`${RUN}    target: { provider: gcp, region: <|> }\n`));
    assert.ok(items.some((item) => labelOf(item) === 'us-central1'));
    assert.ok(items.every((item) => labelOf(item) !== 'us-east-1'));
  });

  it('puts engines that run on the chip first, and says why the others do not', async () => {
    const service = `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    serving: { requests: 1/s, engine: <|> }
    target: { provider: azure, region: eastus2, accelerator: mi300x, count: 8 }
`;
    const items = await completions(await openAt(service));
    assert.equal(labelOf(items[0]!), 'vllm');
    assert.match(wordsOf(itemLabelled(items, 'tensorrt-llm')), /does not run on mi300x/);
  });

  it('offers units after a number', async () => {
    const items = await completions(await openAt(`${RUN}    checkpointing: { interval: 10<|> }\n`));
    assert.deepEqual(
      items
        .map(labelOf)
        .filter((label) => /^10(?:s|m|h)$/.test(label))
        .sort(),
      ['10h', '10m', '10s'],
    );
  });

  it('ranks accelerators for this workload, what does not go behind them with its reason', async () => {
    const items = await completions(
      await openAt(`${RUN}    target: { provider: aws, region: us-east-1, accelerator: <|>, count: 8 }\n`),
    );
    assert.match(wordsOf(items[0]!), /^\d+ GiB · (?:fits|a tight fit) · \$[\d.,]+ a run · .*[hd]\b/);
    const labels = items.map(labelOf);
    assert.ok(labels.indexOf('tpu-v5p') > labels.indexOf('h100-sxm'));
    assert.match(wordsOf(itemLabelled(items, 'tpu-v5p')), /not offered by aws/);
    // The page of the chip, which is written only for the one that is looked at.
    assert.match(wordsOf(itemLabelled(items, 'h100-sxm')), /80 GiB[^]*Source/);
  });

  it('ranks machine types, regions and ways of paying by what this workload pays', async () => {
    const machines = await completions(await openAt(`${RUN}    target: { provider: aws, instance: <|> }\n`));
    assert.match(wordsOf(machines[0]!), /^\d+ × [\w-]+ · (?:fits|a tight fit) · \$[\d.,]+ a run/);
    const regions = await completions(
      await openAt(`${RUN}    target: { provider: aws, region: <|>, accelerator: h100-sxm }\n`),
    );
    assert.match(wordsOf(regions[0]!), /\$[\d.]+ an hour each/);
    const ways = await completions(await openAt(ON_AWS.replace('count: 8', 'count: 8, capacity: <|>')));
    assert.match(wordsOf(itemLabelled(ways, 'spot')), /\$[\d,.]+ a run \([−+]\d+ %\)/);
    const labels = ways.map(labelOf);
    assert.ok(labels.indexOf('reserved-3y') > labels.indexOf('on-demand'), 'nobody reserves for a run');
  });

  it('writes the accelerator that is accepted', async function () {
    if (!hasPage()) this.skip();
    const marked = ON_AWS.replace('h100-sxm, count: 8 }', 'h10<|>, count: 8 }');
    assert.equal(await takeFirst(marked, 'h100-sxm'), ON_AWS);
  });

  it('writes a key with what follows it', async function () {
    if (!hasPage()) this.skip();
    assert.equal(
      await takeFirst(ON_AWS.replace('    framework: pytorch\n', '    framew<|>\n'), 'framework'),
      ON_AWS.replace('framework: pytorch', 'framework: '),
    );
  });

  it('writes a whole block of checkpoints at the best interval', async function () {
    if (!hasPage()) this.skip();
    const text = await takeFirst(`${ON_AWS}    checkp<|>\n`, 'checkpointing: {');
    assert.match(text.slice(ON_AWS.length), /^ {4}checkpointing: \{ interval: \d+[mh], storage: object \}\n$/);
    assert.ok(text.startsWith(ON_AWS));
  });
});
