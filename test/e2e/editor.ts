import assert from 'node:assert/strict';
import * as vscode from 'vscode';

const patienceMs = 20_000;
const lookAgainMs = 50;

/** Asks until the answer is there (neither undefined, false nor an error); fails with the last error after 20 s. */
export async function eventually<Answer>(
  what: string,
  ask: () => Answer | undefined | false | Promise<Answer | undefined | false>,
): Promise<Answer> {
  const until = Date.now() + patienceMs;
  let last: unknown;
  do {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
  } while (Date.now() < until);
  throw new Error(`never came: ${what}`, last === undefined ? {} : { cause: last });
}

export function workspaceFile(name: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, 'the window has no folder');
  return vscode.Uri.joinPath(folder.uri, name);
}

/** Opens a manifest of the workspace in the editor; with `text`, writes it first. */
export async function openManifest(name: string, text?: string): Promise<vscode.TextEditor> {
  const uri = workspaceFile(name);
  if (text !== undefined) await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  const document = await vscode.workspace.openTextDocument(uri);
  assert.equal(document.languageId, 'ai-infra');
  return vscode.window.showTextDocument(document);
}

/** Closes every editor without asking; changes that were not saved are lost. */
export async function closeAll(): Promise<void> {
  while (vscode.window.tabGroups.all.some(({ tabs }) => tabs.length > 0)) {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  }
}

export function codeOf(diagnostic: vscode.Diagnostic): string {
  return typeof diagnostic.code === 'object' ? String(diagnostic.code.value) : String(diagnostic.code);
}

/** Waits until the rule has found something in the document, and returns that. */
export function finding({ uri }: vscode.TextDocument, code: string): Promise<vscode.Diagnostic> {
  return eventually(`${code} in ${uri.path}`, () =>
    vscode.languages.getDiagnostics(uri).find((candidate) => codeOf(candidate) === code),
  );
}

/** Waits until the rule finds nothing in the document any more. */
export async function noFinding({ uri }: vscode.TextDocument, code: string): Promise<void> {
  await eventually(`${code} gone from ${uri.path}`, () =>
    vscode.languages.getDiagnostics(uri).every((candidate) => codeOf(candidate) !== code),
  );
}

/** The quick fixes that a person is offered at a finding. */
export async function quickFixes(document: vscode.TextDocument, at: vscode.Diagnostic): Promise<vscode.CodeAction[]> {
  return vscode.commands.executeCommand<vscode.CodeAction[]>(
    'vscode.executeCodeActionProvider',
    document.uri,
    at.range,
    vscode.CodeActionKind.QuickFix.value,
    20,
  );
}

/** Applies the quick fix whose title matches, as the lamp does. */
export async function applyFix(document: vscode.TextDocument, at: vscode.Diagnostic, title: RegExp): Promise<void> {
  const fixes = await quickFixes(document, at);
  const fix = fixes.find((candidate) => title.test(candidate.title));
  assert.ok(
    fix?.edit,
    `no fix matches ${String(title)} among: ${fixes.map((candidate) => candidate.title).join(' | ')}`,
  );
  assert.equal(await vscode.workspace.applyEdit(fix.edit), true);
}

/** The text under a range, as a person sees it underlined. */
export function textAt(document: vscode.TextDocument, range: vscode.Range): string {
  return document.getText(range);
}
