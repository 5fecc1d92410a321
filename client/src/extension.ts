import * as vscode from 'vscode';
import { register } from './register.ts';

/** Entry on a desktop or remote machine: the server runs as a process of its own. */
export function activate(context: vscode.ExtensionContext): void {
  const module = vscode.Uri.joinPath(context.extensionUri, 'dist', 'server.cjs').fsPath;
  register(context, async (id, name, options) => {
    const { LanguageClient, TransportKind } = await import('./language-client.ts');
    return new LanguageClient(id, name, { module, transport: TransportKind.ipc }, options);
  });
}
