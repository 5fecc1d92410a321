/** The editor's settings, kept as the client has them: it is asked for them, or sends them. */
import { DidChangeConfigurationNotification, type Connection } from 'vscode-languageserver';
import type { EditorSettings } from '../protocol.ts';
import { describeFailure } from './handler.ts';
import type { Session } from './session.ts';
import { SettingsByFolder } from './settings-by-folder.ts';

const SECTION = 'aiInfra';

export class SettingsSync {
  readonly #connection: Connection;
  readonly #session: Session;
  readonly #changed: () => void;
  readonly #settings = new SettingsByFolder();
  #pending: Promise<void> | undefined;
  #arrived: () => void = () => undefined;
  /** Tickets: of the newest question, and of the newest that was answered. */
  #asked = 0;
  #taken = 0;

  /** `changed`: a setting is another than before. */
  constructor(connection: Connection, session: Session, changed: () => void) {
    this.#connection = connection;
    this.#session = session;
    this.#changed = changed;
  }

  of(documentUri: string): EditorSettings {
    return this.#settings.of(documentUri);
  }

  /** Settled once the first settings are there; undefined when nobody has to wait for them. */
  get pending(): Promise<void> | undefined {
    return this.#pending;
  }

  /** They are asked for at `initialized`; requests that come earlier wait for the answer. */
  expect(): void {
    if (this.#session.traits.configuration) this.#pending = new Promise((resolve) => (this.#arrived = resolve));
  }

  /** Asks for the first ones, and to be told of changes. */
  begin(): void {
    const { configuration, configurationRegistration } = this.#session.traits;
    if (configurationRegistration) {
      this.#connection.client
        .register(DidChangeConfigurationNotification.type, { section: SECTION })
        .catch((error: unknown) =>
          this.#connection.console.warn(describeFailure('registerCapability', undefined, error)),
        );
    }
    if (configuration) void this.#fetch();
  }

  /** Workspace folders came or went: what is set in them too. */
  foldersChanged(): void {
    if (this.#session.traits.configuration) void this.#fetch();
  }

  /** The client says that settings changed; to one that cannot be asked, `sent` is all of them. */
  settingsChanged(sent: unknown): void {
    if (this.#session.traits.configuration) void this.#fetch();
    else if (this.#settings.use((sent as { [SECTION]?: unknown } | null | undefined)?.[SECTION])) this.#changed();
  }

  async #fetch(): Promise<void> {
    const { folders } = this.#session;
    this.#asked += 1;
    const ticket = this.#asked;
    const answer = await this.#ask(folders);
    // Answers may overtake each other: what a newer one said stands.
    if (ticket < this.#taken) return;
    this.#taken = ticket;
    if (answer !== undefined) {
      const [common, ...each] = answer;
      if (this.#settings.use(common, new Map(folders.map((uri, index) => [uri, each[index]])))) this.#changed();
    }
    this.#pending = undefined;
    this.#arrived();
  }

  /** What is set for all, and in each folder; undefined when the client does not say. */
  async #ask(folders: readonly string[]): Promise<readonly unknown[] | undefined> {
    try {
      const answer: unknown = await this.#connection.workspace.getConfiguration([
        { section: SECTION },
        ...folders.map((scopeUri) => ({ section: SECTION, scopeUri })),
      ]);
      if (Array.isArray(answer)) return answer;
      throw new Error('the answer is no list');
    } catch (error) {
      this.#connection.console.warn(describeFailure('workspace/configuration', undefined, error));
      return undefined;
    }
  }
}
