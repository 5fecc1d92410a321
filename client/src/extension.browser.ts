import * as vscode from 'vscode';
import { BrowserMessageReader, BrowserMessageWriter, LanguageClient } from 'vscode-languageclient/browser';
import { register } from './register.ts';

/** Entry in VS Code for the web: the same server runs as a worker. */
export function activate(context: vscode.ExtensionContext): void {
  const script = vscode.Uri.joinPath(context.extensionUri, 'dist', 'server.browser.js').toString(true);
  register(
    context,
    // A fresh worker for every start, so that a restart does not speak to a dead one.
    (id, name, options) => new LanguageClient(id, name, () => Promise.resolve(transports(new Worker(script))), options),
  );
}

/** The client would do the same for what is a `Worker`; the workers that VS Code makes in an extension host are none by `instanceof`. */
function transports(worker: Worker): { reader: BrowserMessageReader; writer: BrowserMessageWriter } {
  return { reader: new BrowserMessageReader(worker), writer: new BrowserMessageWriter(worker) };
}
