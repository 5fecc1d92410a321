import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { openAt, refactorings } from './asking.ts';
import { closeAll, eventually } from './editor.ts';
import { hasPage, page } from './page.ts';

const RUN = `version: 1
workloads:
  tune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 } <|># ours
`;
const SERVICE = `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 5/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: auto } # now<|>
`;
const unmarked = (marked: string): string => marked.replace('<|>', '');
const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? '';

/** Opens the text and takes the refactoring whose title begins so; the text after it. */
async function refactored(marked: string, title: string): Promise<string> {
  const editor = await openAt(marked);
  const before = editor.document.getText();
  const actions = await refactorings(editor);
  const action = actions.find((each) => each.title.startsWith(title));
  assert.ok(action?.edit, `no "${title}" among: ${actions.map((each) => each.title).join(' | ')}`);
  assert.equal(await vscode.workspace.applyEdit(action.edit), true);
  await eventually('an edit', () => editor.document.getText() !== before);
  return editor.document.getText();
}

/** The same by the menu and its keys: what reaches further than the eye is shown before it is made. */
async function refactoredInPreview(marked: string, title: string): Promise<string> {
  const editor = await openAt(marked);
  const { document } = editor;
  const before = document.getText();
  await refactorings(editor);
  await vscode.commands.executeCommand('editor.action.refactor');
  const row = '.action-widget .monaco-list-row';
  await page.workbenchText({ selector: row, contains: title });
  await eventually(`the choice of ${title}`, async () => {
    if ((await page.workbenchCount({ selector: `${row}.focused`, contains: title })) > 0) return true;
    await page.press({ keys: 'ArrowDown' });
    return false;
  });
  await page.press({ keys: 'Enter' });
  // VS Code ticks nothing that asks to be confirmed: the box of the file ticks all of it.
  await page.workbenchClick({ selector: '.bulk-edit-panel .monaco-list-row .edit-checkbox' });
  assert.equal(document.getText(), before);
  await vscode.commands.executeCommand('refactorPreview.apply');
  await eventually('an edit', () => document.getText() !== before);
  return document.getText();
}

describe('Refactoring the target', () => {
  afterEach(closeAll);

  it('switches to better hardware, and edits the target alone', async () => {
    const text = await refactored(RUN, 'Switch tune to ');
    assert.match(lastLine(text), /^ {4}target: \{ provider: [a-z-]+, .*accelerator: [\w-]+, count: \d+.* \} # ours$/);
    assert.notEqual(text, unmarked(RUN));
    assert.equal(text.replace(lastLine(text), ''), unmarked(RUN).replace(lastLine(unmarked(RUN)), ''));
  });

  it('moves the same chips to another provider', async () => {
    const small = SERVICE.replace('h100-sxm, count: auto', 'l4, count: 2');
    const text = await refactored(small, 'Move to ');
    assert.match(lastLine(text), /^ {4}target: \{ provider: (?!aws)[a-z-]+, .*accelerator: l4, count: \d+ \} # now$/);
  });

  it('moves the same chips to another region of the provider', async () => {
    const text = await refactored(RUN.replace('us-east-1', 'eu-west-2'), 'Move to aws us-east-1 — $');
    assert.equal(text, unmarked(RUN));
  });

  it('goes to spot with the checkpoints that it needs, and back to on demand', async () => {
    const text = await refactored(RUN, 'Rent on spot, with checkpoints — $');
    assert.match(
      text,
      /count: 8, capacity: spot \} # ours\n {4}checkpointing: \{ interval: \d+m, storage: object \}\n$/,
    );
    const back = await refactored(text.replace('# ours', '<|># ours'), 'Rent on demand — $');
    assert.equal(back, text.replace('capacity: spot', 'capacity: on-demand'));
  });

  it('reserves for a year what serves for years', async () => {
    const small = SERVICE.replace('h100-sxm, count: auto', 'l4, count: 2');
    const text = await refactored(small, 'Reserve for a year — $');
    assert.equal(text, unmarked(small).replace('count: 2', 'count: 2, capacity: reserved-1y'));
  });

  it('adds the best other hardware as an alternative, and swaps with it', async () => {
    const text = await refactored(RUN, 'Add ');
    const [, provider = '', accelerator = ''] =
      /\n {4}alternatives: \[\{ provider: ([a-z-]+), .*accelerator: ([\w-]+)/.exec(text) ?? [];
    assert.notEqual(accelerator, '', text);
    assert.ok(text.startsWith(unmarked(RUN)));
    const swapped = await refactored(text.replace('provider: aws', 'pro<|>vider: aws'), 'Swap the target with');
    assert.match(swapped, new RegExp(`\\n {4}target: \\{ provider: ${provider}, .*accelerator: ${accelerator}`));
    assert.match(swapped, /\n {4}alternatives: \[\{ provider: aws, region: us-east-1, accelerator: h100-sxm/);
    assert.match(swapped, /# ours/);
  });

  it('fills in a target that is left to the plan', async () => {
    const marked = SERVICE.replace(/target: .*/, 'target: auto <|># you say');
    const text = await refactored(marked, 'Fill ');
    assert.match(
      lastLine(text),
      /^ {4}target: \{ provider: [a-z-]+, .*accelerator: [\w-]+, count: \d+.* \} # you say$/,
    );
  });
});

describe('Refactoring a workload', () => {
  afterEach(closeAll);

  const two = `version: 1
workloads:
  a:
    phase: fine-tuning
    model: llama-3.1-8b
    frame<|>work: pytorch # both
    training: { tokens: 2B, method: lora }
    target: { provider: aws, accelerator: h100-sxm, count: 8 }
  b:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 1B, method: lora }
    target: { provider: aws, accelerator: h100-sxm, count: 8 }
`;

  it('quantises the weights', async () => {
    const text = await refactored(SERVICE, 'Quantise the weights to fp8');
    assert.equal(text, unmarked(SERVICE).replace('outputTokens: 100', 'outputTokens: 100, precision: fp8'));
  });

  it('says once what every workload says, after a preview', async function () {
    if (!hasPage()) this.skip();
    const text = await refactoredInPreview(two, 'Say framework once, in defaults');
    assert.equal(
      text,
      two
        .replace('frame<|>work: pytorch # both', '# both')
        .replace('    framework: pytorch\n', '')
        .concat('defaults:\n  framework: pytorch\n'),
    );
  });

  it('writes what was assumed out, after a preview', async function () {
    if (!hasPage()) this.skip();
    const text = await refactoredInPreview(SERVICE, 'assumptions of chat out');
    assert.equal(
      text,
      unmarked(SERVICE)
        .replace(
          'outputTokens: 100',
          'outputTokens: 100, precision: bf16, kvCachePrecision: bf16, parallelism: { tensor: 1 }',
        )
        .replace('count: auto', 'count: auto, capacity: on-demand'),
    );
  });

  it('serves at home and bursts into the cloud, after a preview', async function () {
    if (!hasPage()) this.skip();
    const cluster =
      'clusters:\n  hall: { accelerator: h100-sxm, nodes: 2, acceleratorsPerNode: 8, cost: { perNode: 280k } }\n';
    const text = await refactoredInPreview(
      SERVICE.replace('workloads:', `${cluster}workloads:`),
      'Serve at home on hall, burst to aws',
    );
    const burst = '{ provider: aws, region: us-east-1, accelerator: h100-sxm, count: auto }';
    assert.equal(
      text,
      unmarked(SERVICE)
        .replace('workloads:', `${cluster}workloads:`)
        .replace(`target: ${burst}`, `target: { cluster: hall, burst: ${burst} }`),
    );
  });
});
