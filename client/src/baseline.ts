import * as vscode from 'vscode';
import { BASELINE, type BaselineParams } from '../../server/src/protocol.ts';
import { isManifest } from './manifests.ts';
import type { ServerConnection } from './server-connection.ts';

/** The part of VS Code's Git API (version 1) that is used here. */
interface GitRepository {
  readonly rootUri: vscode.Uri;
  readonly state: { readonly HEAD?: { readonly commit?: string }; readonly onDidChange: vscode.Event<void> };
  show(ref: string, path: string): Promise<string>;
}
interface GitApi {
  readonly onDidOpenRepository: vscode.Event<GitRepository>;
  readonly onDidCloseRepository: vscode.Event<GitRepository>;
  readonly repositories: readonly GitRepository[];
  getRepository(uri: vscode.Uri): GitRepository | null;
}
interface GitExtension {
  readonly enabled: boolean;
  readonly onDidChangeEnablement: vscode.Event<boolean>;
  getAPI(version: 1): GitApi;
}

/**
 * Tells the server what each open manifest said at the last commit, from Git through VS Code's own extension. Where that is not (the web, no
 * repository, a file that is not committed) nothing is told, and no difference is shown.
 */
export function followBaselines(server: ServerConnection): vscode.Disposable {
  /** The commit that a document was last told of. */
  const told = new Map<string, string>();
  let git: FollowedGit | undefined;
  let starting: Promise<void> | undefined;
  let enablement: vscode.Disposable | undefined;
  let isDisposed = false;

  async function tell(document: vscode.TextDocument): Promise<void> {
    if (!isManifest(document)) return;
    const uri = document.uri.toString();
    const repository = git?.repositoryOf(document.uri);
    const commit = repository?.state.HEAD?.commit;
    if (!repository || commit === undefined) {
      if (told.delete(uri)) await send({ uri, text: null });
      return;
    }
    if (told.get(uri) === commit) return;
    told.set(uri, commit);
    const text = await repository.show('HEAD', document.uri.fsPath).catch(() => null);
    // Meanwhile there may be a newer commit, or the document is closed.
    if (told.get(uri) === commit) await send({ uri, text });
  }

  function send(params: BaselineParams): Promise<void> {
    return server.notify(BASELINE, params).catch(() => undefined);
  }

  function tellAll(): void {
    for (const document of vscode.workspace.textDocuments) void tell(document);
  }

  function useGit(extension: GitExtension): void {
    git?.dispose();
    git = extension.enabled && !isDisposed ? followGit(extension.getAPI(1), tellAll) : undefined;
    tellAll();
  }

  /** Git is asked for with the first manifest: who has none open pays nothing. */
  async function start(): Promise<void> {
    const extension = vscode.extensions.getExtension<GitExtension>('vscode.git');
    if (extension === undefined || enablement !== undefined) return;
    const exports = await extension.activate();
    if (isDisposed) return;
    // Without a program `git`, or with `git.enabled` off, it may still come.
    // It tells so in the midst of becoming ready, and gives out its API only after.
    enablement = exports.onDidChangeEnablement(() => queueMicrotask(() => useGit(exports)));
    useGit(exports);
  }

  const opened = (document: vscode.TextDocument): void => {
    if (!isManifest(document)) return;
    if (enablement !== undefined) void tell(document);
    else
      starting ??= start()
        .catch(() => undefined)
        .finally(() => (starting = undefined));
  };
  const subscriptions = [
    vscode.workspace.onDidOpenTextDocument(opened),
    // A server that was started anew knows nothing.
    server.onDidChangeState((state) => {
      if (state !== 'running') return;
      told.clear();
      tellAll();
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => void told.delete(uri.toString())),
  ];
  vscode.workspace.textDocuments.forEach(opened);
  return {
    dispose() {
      isDisposed = true;
      git?.dispose();
      vscode.Disposable.from(...subscriptions, ...(enablement ? [enablement] : [])).dispose();
    },
  };
}

interface FollowedGit extends vscode.Disposable {
  repositoryOf(uri: vscode.Uri): GitRepository | undefined;
}

/** Calls `changed` whenever a repository comes, goes or moves. */
function followGit(api: GitApi, changed: () => void): FollowedGit {
  const watched = new Map<GitRepository, vscode.Disposable>();
  const watch = (repository: GitRepository): void => {
    if (!watched.has(repository)) watched.set(repository, repository.state.onDidChange(changed));
  };
  api.repositories.forEach(watch);
  const subscriptions = [
    api.onDidOpenRepository((repository) => {
      watch(repository);
      changed();
    }),
    api.onDidCloseRepository((repository) => {
      watched.get(repository)?.dispose();
      watched.delete(repository);
      changed();
    }),
  ];
  return {
    repositoryOf(uri) {
      const repository = api.getRepository(uri) ?? undefined;
      // What only shows a file of it, such as the left side of a comparison, is not that file.
      return repository?.rootUri.scheme === uri.scheme ? repository : undefined;
    },
    dispose: () => vscode.Disposable.from(...subscriptions, ...watched.values()).dispose(),
  };
}
