import * as vscode from 'vscode';
import { BASELINE, type BaselineParams } from '../../server/src/protocol.ts';
import { isManifest } from './manifests.ts';
import type { ServerConnection } from './server-connection.ts';

/** The part of VS Code's Git API (version 1) that is used here. */
interface GitRepository {
  readonly state: { readonly HEAD?: { readonly commit?: string }; readonly onDidChange: vscode.Event<void> };
  show(ref: string, path: string): Promise<string>;
}
interface GitApi {
  readonly state: 'uninitialized' | 'initialized';
  readonly onDidChangeState: vscode.Event<string>;
  readonly onDidOpenRepository: vscode.Event<GitRepository>;
  readonly repositories: readonly GitRepository[];
  getRepository(uri: vscode.Uri): GitRepository | null;
}
interface GitExtension {
  readonly enabled: boolean;
  getAPI(version: 1): GitApi;
}

/**
 * Tells the server what each open manifest said at the last commit, from Git through VS Code's own extension. Where that is not (the web, no
 * repository, a file that is not committed) nothing is told, and no difference is shown.
 */
export function followBaselines(server: ServerConnection): vscode.Disposable {
  const subscriptions: vscode.Disposable[] = [];
  const watched = new Set<GitRepository>();
  /** Commit that a document's text was read at. */
  const sent = new Map<string, string>();
  let git: GitApi | undefined;

  async function tell(document: vscode.TextDocument): Promise<void> {
    if (!isManifest(document) || document.uri.scheme !== 'file') return;
    const repository = git?.getRepository(document.uri);
    const commit = repository?.state.HEAD?.commit;
    if (!repository || commit === undefined) return;
    const uri = document.uri.toString();
    if (sent.get(uri) === commit) return;
    sent.set(uri, commit);
    const text = await repository.show('HEAD', document.uri.fsPath).catch(() => null);
    await server.notify(BASELINE, { uri, text } satisfies BaselineParams).catch(() => undefined);
  }

  function tellAll(): void {
    for (const document of vscode.workspace.textDocuments) void tell(document);
  }

  function watch(repository: GitRepository): void {
    if (watched.has(repository)) return;
    watched.add(repository);
    subscriptions.push(repository.state.onDidChange(tellAll));
    tellAll();
  }

  /** Git is asked for with the first manifest: who has none open pays nothing. */
  async function start(): Promise<void> {
    const extension = vscode.extensions.getExtension<GitExtension>('vscode.git');
    if (git !== undefined || extension === undefined) return;
    const exports = await extension.activate();
    if (git !== undefined || !exports.enabled) return;
    const api = exports.getAPI(1);
    git = api;
    subscriptions.push(api.onDidOpenRepository(watch), api.onDidChangeState(tellAll));
    api.repositories.forEach(watch);
    tellAll();
  }

  const opened = (document: vscode.TextDocument): void => {
    if (!isManifest(document)) return;
    if (git === undefined) start().catch(() => undefined);
    else void tell(document);
  };
  subscriptions.push(
    vscode.workspace.onDidOpenTextDocument(opened),
    // A server that was started anew knows nothing.
    server.onDidChangeState((state) => {
      if (state !== 'running') return;
      sent.clear();
      tellAll();
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => void sent.delete(uri.toString())),
  );
  vscode.workspace.textDocuments.forEach(opened);
  return { dispose: () => vscode.Disposable.from(...subscriptions).dispose() };
}
