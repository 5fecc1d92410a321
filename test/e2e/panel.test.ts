import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { commandLinePlan } from './command-line.ts';
import { closeAll, eventually, openManifest, workspaceFile } from './editor.ts';
import { hasPage, page } from './page.ts';
import { showPanel } from './show-panel.ts';

/** `$1,234.50` as a number. */
function amountOf(text: string): number {
  return Number(text.replace(/[^\d.]/g, ''));
}

/** As the panel writes money: to the cent under a thousand, whole dollars above. */
function rounded(usd: number): number {
  return usd < 1000 ? Math.round(usd * 100) / 100 : Math.round(usd);
}

describe('The panel', () => {
  beforeEach(function () {
    if (!hasPage()) this.skip();
  });
  afterEach(closeAll);

  it('shows the cost that the command line prints', async () => {
    const { document } = await openManifest('ai-infra.yaml');
    await showPanel();
    const shown = amountOf(await page.panelText({ selector: '.total .value' }));
    const { totals } = await commandLinePlan(document.uri);
    const printed = totals.monthlyUsd ?? totals.totalUsd;
    assert.ok(printed, 'the command line prints a total');
    assert.equal(shown, rounded(printed.mid));
  });

  it('follows the typing', async () => {
    const editor = await openManifest('ai-infra.yaml');
    await showPanel();
    const before = await page.panelText({ selector: '.total .value' });
    const { document } = editor;
    const at = document.getText().indexOf('2B');
    const range = new vscode.Range(document.positionAt(at), document.positionAt(at + 2));
    await editor.edit((edit) => edit.replace(range, '4B'));
    const after = await eventually('another total', async () => {
      const text = await page.panelText({ selector: '.total .value' });
      return text !== before && text;
    });
    assert.ok(amountOf(after) > amountOf(before) * 1.5, `${before} became ${after} for twice the tokens`);
  });

  it('switches the hardware by its button, in one edit', async () => {
    const { document } = await openManifest('ai-infra.yaml');
    const before = document.getText();
    await showPanel();
    await page.panelClick({ selector: '.alternatives tbody tr button' });
    await eventually('an edit', () => document.getText() !== before);
    const lines = before.split('\n');
    const changed = document
      .getText()
      .split('\n')
      .filter((line, index) => line !== lines[index]);
    assert.deepEqual(
      changed.map((line) => line.trim().split(':')[0]),
      ['target'],
    );
  });

  it('compares cost and time when asked, and switches to a point of it', async () => {
    const { document } = await openManifest('ai-infra.yaml');
    const before = document.getText();
    await showPanel();
    await page.panelClick({ selector: '.card summary', contains: 'Cost against time' });
    await page.panelText({ selector: '.points tbody tr' });
    assert.ok((await page.panelCount({ selector: '.dot' })) > 1, 'the picture has points');
    await page.panelClick({ selector: '.points tbody tr button' });
    await eventually('an edit', () => document.getText() !== before);
  });

  it('goes to a workload when its name is clicked', async () => {
    const editor = await openManifest('ai-infra.yaml');
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    await showPanel();
    await page.panelClick({ selector: '.card h3 button', contains: 'finetune' });
    await eventually('the cursor at the workload', () => vscode.window.activeTextEditor?.selection.active.line === 2);
  });

  it('says what to do when no manifest is open', async () => {
    await vscode.commands.executeCommand('aiInfra.plan.focus');
    await page.panelText({ selector: 'button', contains: 'New Manifest' });
  });

  it('survives a broken text and comes back', async () => {
    const editor = await openManifest('broken.ai-infra.yaml', 'version: 1\nworkloads: [*, "\n');
    await showPanel();
    await page.panelText({ selector: '.notice button', contains: 'Show Problems' });
    const sound = new TextDecoder().decode(await vscode.workspace.fs.readFile(workspaceFile('ai-infra.yaml')));
    await editor.edit((edit) => edit.replace(new vscode.Range(0, 0, 9, 0), sound));
    await page.panelText({ selector: '.card h3', contains: 'finetune' });
  });

  for (const theme of [
    'Default Light Modern',
    'Default Dark Modern',
    'Default High Contrast',
    'Default High Contrast Light',
  ]) {
    it(`can be read and used by everybody in ${theme}`, async () => {
      const workbench = vscode.workspace.getConfiguration('workbench');
      await workbench.update('colorTheme', theme, vscode.ConfigurationTarget.Global);
      await openManifest('ai-infra.yaml');
      await showPanel();
      await page.panelText({ selector: '.alternatives tbody tr' });
      // The picture and its table are looked at too; a panel remembers what was opened.
      if ((await page.panelCount({ selector: '.points' })) === 0)
        await page.panelClick({ selector: '.card summary', contains: 'Cost against time' });
      await page.panelText({ selector: '.points tbody tr' });
      const kind = { 'Default Light Modern': 'light', 'Default Dark Modern': 'dark' }[theme] ?? 'high-contrast';
      await page.panelText({ selector: `body.vscode-${kind} h1` });
      const axe = readFileSync(join(__dirname, '../../../node_modules/axe-core/axe.min.js'), 'utf8');
      // The page itself is transparent: what is behind it is the side bar, which axe cannot see.
      await page.panelEvaluate({
        expression: `document.body.style.background = getComputedStyle(document.documentElement).getPropertyValue('--vscode-sideBar-background')`,
      });
      const problems = await page.panelEvaluate({
        expression: `(() => { ${axe}; })(), axe.run(document.getElementById('root')).then(({ violations }) =>
          violations.flatMap(({ id, nodes }) => nodes.map((node) => [id, node.html, node.failureSummary].join(' '))))`,
      });
      assert.deepEqual(problems, []);
      await page.screenshot({ name: `panel-${theme}` });
    });
  }
});
