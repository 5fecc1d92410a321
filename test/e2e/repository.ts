import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { eventually } from './editor.ts';

/** Commits a file in a new repository of that folder, with the real `git`. */
export function commitFile(folder: vscode.Uri, name: string, text: string): vscode.Uri {
  const file = join(folder.fsPath, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  const git = (...args: string[]): void =>
    void execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', ...args], {
      cwd: folder.fsPath,
    });
  git('init', '-q');
  git('add', name);
  git('commit', '-q', '-m', 'first');
  return vscode.Uri.file(file);
}

/** The part of the API of VS Code's own Git extension that tests use. */
interface Git {
  openRepository(folder: vscode.Uri): Thenable<{ readonly state: { readonly HEAD?: object } }>;
  /** The address under which a file shows as it was at a revision. */
  toGitUri(file: vscode.Uri, revision: string): vscode.Uri;
}

/** Has VS Code open the repository. It must lie in the workspace: VS Code 1.99 opens no other. */
export async function openRepository(folder: vscode.Uri): Promise<Git> {
  const extension = vscode.extensions.getExtension<{ getAPI(version: 1): Git }>('vscode.git');
  if (extension === undefined) throw new Error('this VS Code has no Git extension');
  const git = (await extension.activate()).getAPI(1);
  await eventually('the repository', async () => (await git.openRepository(folder)).state.HEAD !== undefined);
  return git;
}
