/** What the client said of itself and of its workspace: at `initialize`, and since. */
import type { InitializeParams, WorkspaceFoldersChangeEvent } from 'vscode-languageserver';
import type { InitializationOptions } from '../protocol.ts';
import { readTraits, type ConnectionTraits } from './traits.ts';

export class Session {
  #traits: ConnectionTraits = readTraits({}, false);
  #options: InitializationOptions = {};
  #folders: readonly string[] = [];
  #isTrusted = true;
  #hasEnded = false;

  begin({ capabilities, initializationOptions, workspaceFolders, rootUri }: InitializeParams): void {
    this.#options = (initializationOptions ?? {}) as InitializationOptions;
    this.#traits = readTraits(capabilities, this.#options.commands === true);
    this.#isTrusted = this.#options.trusted !== false;
    this.#folders = (workspaceFolders ?? []).map(({ uri }) => uri);
    // Older clients know one folder only.
    if (this.#folders.length === 0 && typeof rootUri === 'string') this.#folders = [rootUri];
  }

  get traits(): ConnectionTraits {
    return this.#traits;
  }

  get options(): InitializationOptions {
    return this.#options;
  }

  /** Workspace folders, as URIs. */
  get folders(): readonly string[] {
    return this.#folders;
  }

  changeFolders({ added, removed }: WorkspaceFoldersChangeEvent): void {
    const gone = new Set(removed.map(({ uri }) => uri));
    this.#folders = [...this.#folders.filter((uri) => !gone.has(uri)), ...added.map(({ uri }) => uri)];
  }

  /** False in Restricted Mode. */
  get isTrusted(): boolean {
    return this.#isTrusted;
  }

  trust(): void {
    this.#isTrusted = true;
  }

  /** True from `shutdown` on: nothing is answered or worked on any more. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  end(): void {
    this.#hasEnded = true;
  }

  /** A client that asks for diagnostics by itself and cannot be told to ask again gets everything at once. */
  get canBeToldMore(): boolean {
    return !this.#traits.pullDiagnostics || this.#traits.diagnosticRefresh;
  }
}
