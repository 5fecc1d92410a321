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
    if (!configuration) return;
    void this.#fetch().then(() => {
      this.#pending = undefined;
      this.#arrived();
    });
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
    try {
      const [common, ...each] = (await this.#connection.workspace.getConfiguration([
        { section: SECTION },
        ...folders.map((scopeUri) => ({ section: SECTION, scopeUri })),
      ])) as unknown[];
      if (this.#settings.use(common, new Map(folders.map((uri, index) => [uri, each[index]])))) this.#changed();
    } catch (error) {
      this.#connection.console.warn(describeFailure('workspace/configuration', undefined, error));
    }
  }
}
