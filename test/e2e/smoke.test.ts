import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';

const extensionId = 'ai-infra.ai-infra';

describe('The extension in a real VS Code', () => {
  it('activates when an ai-infra.yaml opens, and gives it a language of its own', async () => {
    const folder = vscode.workspace.workspaceFolders?.[0];
    assert.ok(folder, 'the window has no folder');
    const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder.uri, 'ai-infra.yaml'));
    await vscode.window.showTextDocument(document);
    assert.equal(document.languageId, 'ai-infra');

    const extension = vscode.extensions.getExtension(extensionId);
    assert.ok(extension, `${extensionId} is not installed`);
    await extension.activate();
    assert.equal(extension.isActive, true);
    // Only the project's folder holds the tests: what is installed from the package lies elsewhere.
    const isProject = existsSync(join(extension.extensionPath, 'test', 'e2e'));
    assert.equal(isProject, process.env['AI_INFRA_E2E_PACKAGED'] !== '1');
  });
});
