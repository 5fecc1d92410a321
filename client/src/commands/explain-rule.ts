import * as vscode from 'vscode';
import { RULE_PAGE_SCHEME } from '../../../server/src/protocol.ts';
import type { Manifests } from '../manifests.ts';
import { showPage } from './markdown-page.ts';
import { commandIds } from './names.ts';

const codePattern = /^AI\d{3}$/;

/** *Explain a Rule*: shows the rule's page from the extension's own documentation, which needs no network. */
export function registerExplainRule(extensionUri: vscode.Uri, manifests: Manifests): vscode.Disposable {
  const pages = vscode.Uri.joinPath(extensionUri, 'docs', 'rules');
  const provider: vscode.TextDocumentContentProvider = {
    async provideTextDocumentContent(uri) {
      const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
      return new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.joinPath(pages, name)));
    },
  };
  return vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(RULE_PAGE_SCHEME, provider),
    vscode.commands.registerCommand(commandIds.explainRule, async (argument: unknown) => {
      const code =
        typeof argument === 'string' && codePattern.test(argument) ? argument : await askForRule(pages, manifests);
      if (code === undefined) return;
      await showPage(vscode.Uri.from({ scheme: RULE_PAGE_SCHEME, path: `/${code}.md` }));
    }),
    // The code of a finding links to its page, which VS Code opens as text: shown as a page instead.
    vscode.window.onDidChangeActiveTextEditor(async (editor) => {
      if (editor?.document.uri.scheme === RULE_PAGE_SCHEME) await replaceByPreview(editor.document.uri);
    }),
  );
}

async function replaceByPreview(uri: vscode.Uri): Promise<void> {
  const isText = ({ input }: vscode.Tab) =>
    input instanceof vscode.TabInputText && input.uri.toString() === uri.toString();
  try {
    await vscode.commands.executeCommand('markdown.showPreview', uri);
  } catch {
    return;
  }
  await vscode.window.tabGroups.close(vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.filter(isText)));
}

/** Asks for a rule: those found in the manifest first, then all others. */
async function askForRule(pages: vscode.Uri, manifests: Manifests): Promise<string | undefined> {
  const found = new Map<string, string>();
  for (const finding of manifests.followed ? vscode.languages.getDiagnostics(manifests.followed.uri) : []) {
    const code = typeof finding.code === 'object' ? String(finding.code.value) : String(finding.code);
    if (codePattern.test(code) && !found.has(code)) found.set(code, finding.message);
  }
  const all = await Promise.all(
    (await listCodes(pages)).map(async (code) => ({ code, title: await readTitle(pages, code) })),
  );
  const inManifest = all.filter(({ code }) => found.has(code));
  const others = all.filter(({ code }) => !found.has(code));
  const separator = (label: string): vscode.QuickPickItem => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const chosen = await vscode.window.showQuickPick(
    [
      ...(inManifest.length > 0 ? [separator('found in this manifest')] : []),
      ...inManifest.map(({ code, title }) => ({ label: code, description: title, detail: found.get(code) ?? '' })),
      ...(inManifest.length > 0 ? [separator('all rules')] : []),
      ...others.map(({ code, title }) => ({ label: code, description: title })),
    ],
    { title: 'Explain a Rule', matchOnDescription: true, matchOnDetail: true },
  );
  return chosen?.label;
}

async function listCodes(pages: vscode.Uri): Promise<readonly string[]> {
  const entries = await vscode.workspace.fs.readDirectory(pages);
  return entries
    .map(([name]) => name.replace(/\.md$/, ''))
    .filter((name) => codePattern.test(name))
    .sort();
}

/** The page's heading without the code: `spot-without-checkpointing`. */
async function readTitle(pages: vscode.Uri, code: string): Promise<string> {
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.joinPath(pages, `${code}.md`)));
  const heading = /^#\s+(.*)$/m.exec(text)?.[1] ?? '';
  return heading
    .replace(code, '')
    .replace(/^[\s:–—·-]+/, '')
    .replace(/`/g, '')
    .trim();
}
