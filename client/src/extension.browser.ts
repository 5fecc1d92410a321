import * as vscode from 'vscode';
import { register } from './register.ts';

/** Entry in VS Code for the web: the same server runs as a worker. */
export function activate(context: vscode.ExtensionContext): void {
  const script = vscode.Uri.joinPath(context.extensionUri, 'dist', 'server.browser.js').toString(true);
  register(context, async (id, name, options) => {
    const { BrowserMessageReader, BrowserMessageWriter, LanguageClient } =
      await import('vscode-languageclient/browser');
    return new LanguageClient(
      id,
      name,
      () => {
        // A fresh worker for every start, so that a restart does not speak to a dead one. The client would take it as it is, were it a
        // `Worker` by `instanceof`, which those that VS Code makes in an extension host are not.
        const worker = new Worker(script);
        return Promise.resolve({ reader: new BrowserMessageReader(worker), writer: new BrowserMessageWriter(worker) });
      },
      options,
    );
  });
}
