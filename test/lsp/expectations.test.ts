import assert from 'node:assert/strict';
import type { CompletionItem, CompletionList, Hover, TextEdit } from 'vscode-languageserver/node';
import { LanguageClient } from './client.ts';
import { withoutMark } from './marks.ts';

const RUN = `version: 1
workloads:
  a:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    checkpointing: { interval: 10m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8, capacity: spot }
`;

describe('expectations over stdio', () => {
  let client: LanguageClient;
  let opened = 0;
  before(async () => {
    client = await LanguageClient.start();
  });
  after(async () => {
    assert.deepEqual(client.log, []);
    await client.stop();
  });

  async function open(marked: string) {
    const { text, offset } = withoutMark(marked);
    opened += 1;
    const uri = await client.open(text, `untitled:expectation-${String(opened)}`);
    return { uri, position: client.document(uri).positionAt(offset) };
  }

  /** Completes at the mark: labels, and the last line after an item is taken. */
  async function completing(line: string, head = RUN) {
    const { uri, position } = await open(head + line);
    const { items } = await client.request<CompletionList>('textDocument/completion', {
      textDocument: { uri },
      position,
    });
    const taking = (label: string): string => {
      const item = items.find((each) => each.label === label);
      assert.ok(item, `${label} is not among ${items.map((each) => each.label).join(', ')}`);
      const after = client.after(uri, [item.textEdit as TextEdit]);
      return after.slice(head.length);
    };
    const item = (label: string): CompletionItem | undefined => items.find((each) => each.label === label);
    return { labels: items.map(({ label }) => label), taking, item };
  }

  it('completes paths, with their value of now', async () => {
    const { labels, taking, item } = await completing('    expect:\n      - <|>');
    assert.ok(labels.includes('cost.total') && labels.includes('fits') && labels.includes('region'));
    assert.ok(labels.indexOf('cost.total') < labels.indexOf('cost.perMillionTokens'));
    assert.match(item('cost.total')?.detail ?? '', /^What one run costs\. Now: \$[\d.,]+ \(/);
    assert.equal(taking('cost.total'), '    expect:\n      - cost.total < ');
    const typed = await completing('    expect: [cost.t<|>]\n');
    assert.equal(typed.taking('cost.total'), '    expect: [cost.total < ]\n');
  });

  it('completes comparisons, bounds and units', async () => {
    assert.deepEqual((await completing('    expect:\n      - duration <|>')).labels, ['<', '<=', '>', '>=', '==']);
    const { labels, taking, item } = await completing('    expect:\n      - duration < <|>');
    assert.equal(labels.length, 1);
    assert.match(labels[0] ?? '', /^\d+[hm]$/);
    assert.match(item(labels[0] ?? '')?.detail ?? '', /^now /);
    assert.match(taking(labels[0] ?? ''), /- duration < \d+[hm]$/);
    const units = await completing('    expect:\n      - "worst(duration) < 3<|>"\n');
    assert.equal(units.taking('3d'), '    expect:\n      - "worst(duration) < 3d"\n');
    assert.ok((await completing('    expect:\n      - worst(<|>')).taking('duration').endsWith('worst(duration) < '));
  });

  it('completes rules and names', async () => {
    const { labels, taking } = await completing('    expect:\n      - no AI5<|>');
    assert.ok(labels.includes('AI501') && labels.includes('errors'));
    assert.ok(taking('AI501').endsWith('- no AI501'));
    const regions = await completing('    expect:\n      - region in [us-east-1, <|>]\n');
    assert.ok(regions.taking('eu').endsWith('- region in [us-east-1, eu]\n'));
    const chips = await completing('    expect:\n      - accelerator == h1<|>\n');
    assert.ok(chips.taking('h100-sxm').endsWith('- accelerator == h100-sxm\n'));
  });

  it('completes those of the manifest by its totals', async () => {
    const { text } = withoutMark(RUN + '<|>');
    const { item } = await completing('expect:\n  - <|>', text);
    assert.match(item('cost.total')?.detail ?? '', /Now: /);
  });

  it('tells in a hover what became of one', async () => {
    const { uri, position } = await open(`${RUN}    expect:\n      - worst(cost.total) < <|>5\n      - fits\n`);
    const hover = async (line: number, character: number) => {
      const found = await client.request<Hover | null>('textDocument/hover', {
        textDocument: { uri },
        position: { line, character },
      });
      return (found?.contents as { value: string } | undefined)?.value ?? '';
    };
    assert.match(
      await hover(position.line, position.character - 2),
      /Does not hold[\s\S]*expected (?:<|&lt;) \$5[\s\S]*What one run costs/,
    );
    assert.match(await hover(position.line + 1, 9), /Holds[\s\S]*Now: /);
  });
});
