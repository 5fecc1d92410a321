import * as vscode from 'vscode';

/** The panel's page: an empty root, one script, one style sheet, and a policy that allows nothing else. */
export function panelPage(webview: vscode.Webview, dist: vscode.Uri): string {
  const nonce = createNonce();
  const script = webview.asWebviewUri(vscode.Uri.joinPath(dist, 'panel.js')).toString();
  const style = webview.asWebviewUri(vscode.Uri.joinPath(dist, 'panel.css')).toString();
  const policy = [`default-src 'none'`, `script-src 'nonce-${nonce}'`, `style-src ${webview.cspSource}`].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>AI Infra Plan</title>
    <link rel="stylesheet" href="${style}">
  </head>
  <body>
    <main id="root"></main>
    <script nonce="${nonce}" src="${script}"></script>
  </body>
</html>`;
}

function createNonce(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
