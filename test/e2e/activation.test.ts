import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, eventually, workspaceFile } from './editor.ts';

/** Files of others, each with the extension of VS Code that its language wakes, where there is one. */
const others: readonly { readonly name: string; readonly text: string; readonly wakes?: string }[] = [
  { name: 'service.yaml', text: 'version: 1\nworkloads: {}\n' },
  { name: 'notes.md', text: '# ai-infra.yaml\n' },
  { name: 'plan.json', text: '{ "version": 1 }\n', wakes: 'vscode.json-language-features' },
  { name: 'plan.css', text: 'plan { color: red; }\n', wakes: 'vscode.css-language-features' },
];

// The name of this file is the first: a host in which another test opened a manifest tells nothing.
describe('Activation', () => {
  after(closeAll);

  it('does not come with files of others', async () => {
    const extension = vscode.extensions.getExtension('ai-infra.ai-infra');
    assert.ok(extension);
    assert.equal(extension.isActive, false);
    for (const { name, text, wakes } of others) {
      const uri = workspaceFile(name);
      await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
      // Who waits for the language is awake by then; the same event would have woken ours.
      const other = wakes === undefined ? undefined : vscode.extensions.getExtension(wakes);
      if (other) await eventually(`${wakes ?? ''} awake`, () => other.isActive);
      assert.equal(extension.isActive, false, name);
    }
  });
});
