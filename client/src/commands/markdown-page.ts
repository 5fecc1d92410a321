import * as vscode from 'vscode';

/** Shows a read-only Markdown document beside nothing else; as text where the built-in Markdown extension is switched off. */
export async function showPage(uri: vscode.Uri): Promise<void> {
  try {
    await vscode.commands.executeCommand('markdown.showPreview', uri);
  } catch {
    await vscode.window.showTextDocument(uri, { preview: true });
  }
}
