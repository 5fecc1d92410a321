import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type * as vscode from 'vscode';

export interface PlanJson {
  readonly totals: Readonly<Partial<Record<'monthlyUsd' | 'totalUsd', { readonly mid: number } | null>>>;
}

/** What the built command line says of a file: `ai-infra plan --format json`. */
export async function commandLinePlan(uri: vscode.Uri): Promise<PlanJson> {
  // Of the project, beside the bundled tests: the command line is no part of the packaged extension.
  const cli = join(__dirname, '..', '..', 'cli.cjs');
  // In the desktop VS Code the host is Electron, which is node when told so.
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  const { stdout } = await promisify(execFile)(process.execPath, [cli, 'plan', '--format', 'json', uri.fsPath], {
    env,
  });
  return JSON.parse(stdout) as PlanJson;
}
