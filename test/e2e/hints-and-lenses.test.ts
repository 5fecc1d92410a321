import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { hints, lensTitles, openAt } from './asking.ts';
import { closeAll, eventually } from './editor.ts';
import { hasPage, page } from './page.ts';

const RUN = `version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    checkpointing: { interval: 10m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
<|>`;
const TARGET = 'target: { provider: aws, region: us-east-1, accelerator: h100-sxm';

describe('Inlay hints', () => {
  afterEach(closeAll);

  /** Waits until hints stand there, and of those exactly the kinds that are wanted. */
  async function shown(
    document: vscode.TextDocument,
    what: string,
    wanted: (all: readonly string[]) => boolean,
  ): Promise<readonly string[]> {
    return eventually(what, async () => {
      const all = await hints(document);
      return wanted(all) && all;
    });
  }

  it('put memory beside the accelerator, cost at the end of the target, and what was assumed behind its section', async () => {
    const { document } = await openAt(RUN);
    const all = await shown(document, 'hints', ({ length }) => length > 2);
    assert.ok(
      all.some((hint) => hint.startsWith(`${TARGET} [`) && /\[[\d.]+ of 80 GiB\]$/.test(hint)),
      all.join('\n'),
    );
    assert.ok(
      all.some((hint) => /count: 8 \} \[≈ \$[\d.,]+ a run\]$/.test(hint)),
      all.join('\n'),
    );
    assert.ok(all.includes('checkpointing: { interval: 10m, storage: object } [keep: 2]'), all.join('\n'));
  });

  it('write what was assumed into the file when they are double-clicked', async function () {
    if (!hasPage()) this.skip();
    const { document } = await openAt(RUN);
    const before = document.getText();
    await page.workbenchDoubleClick({ selector: '.view-line span span', contains: 'keep: 2' });
    await eventually('an edit', () => document.getText() !== before);
    assert.equal(document.getText(), before.replace('storage: object }', 'storage: object, keep: 2 }'));
  });

  const kinds: readonly { readonly kind: string; readonly looksLike: RegExp }[] = [
    { kind: 'cost', looksLike: /\[≈ \$/ },
    { kind: 'memory', looksLike: /of 80 GiB\]$/ },
    { kind: 'assumptions', looksLike: /\[keep: 2\]$/ },
  ];
  for (const { kind, looksLike } of kinds) {
    it(`of ${kind} can be switched off, and the others stay`, async () => {
      const settings = vscode.workspace.getConfiguration('aiInfra.inlayHints');
      const { document } = await openAt(RUN);
      const has = (all: readonly string[], each: RegExp): boolean => all.some((hint) => each.test(hint));
      await shown(document, 'all kinds', (all) => kinds.every((each) => has(all, each.looksLike)));
      try {
        await settings.update(kind, false, vscode.ConfigurationTarget.Workspace);
        const left = await shown(document, `no ${kind}`, (all) => all.length > 0 && !has(all, looksLike));
        for (const other of kinds.filter((each) => each.kind !== kind))
          assert.ok(has(left, other.looksLike), other.kind);
      } finally {
        await settings.update(kind, undefined, vscode.ConfigurationTarget.Workspace);
      }
    });
  }
});

describe('Code lenses', () => {
  afterEach(closeAll);

  it('say total, time and fit over a workload, and offer to compare and to switch', async () => {
    const { document } = await openAt(RUN);
    const [numbers, ...commands] = await eventually('lenses', async () => {
      const titles = await lensTitles(document);
      return titles.length > 0 && titles;
    });
    assert.match(numbers!, /^\$[\d.,]+k? a run · [\d.]+ h · fits [\d.]+ of 80 GiB$/);
    assert.deepEqual(commands, ['Compare…', 'Switch hardware…']);
  });

  it('compare in the panel when they are clicked', async function () {
    if (!hasPage()) this.skip();
    await openAt(RUN);
    await page.workbenchClick({ selector: '.codelens-decoration a', contains: 'Compare…' });
    await page.panelText({ selector: '.alternatives tbody tr' });
  });

  it('list other hardware when they are clicked', async function () {
    if (!hasPage()) this.skip();
    await openAt(RUN);
    await page.workbenchClick({ selector: '.codelens-decoration a', contains: 'Switch hardware…' });
    const now = await page.workbenchText({ selector: '.quick-input-list .monaco-list-row:visible', contains: 'now' });
    assert.match(now, /8 × h100-sxm/);
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
  });
});
