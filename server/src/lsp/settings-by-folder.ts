/** The editor's settings as the client has them: for each workspace folder, and for what lies in none. */
import type { EditorSettings } from '../protocol.ts';
import { readSettings } from '../settings.ts';
import { folderAround } from '../workspace-folders.ts';

export class SettingsByFolder {
  #common: EditorSettings = readSettings(undefined);
  #folders: ReadonlyMap<string, EditorSettings> = new Map();

  /** Takes what the client answered, whatever it is; false when nothing is another than before. */
  use(common: unknown, folders: ReadonlyMap<string, unknown> = new Map()): boolean {
    const before = JSON.stringify([this.#common, ...this.#folders]);
    this.#common = readSettings(common);
    this.#folders = new Map([...folders].map(([uri, raw]) => [uri, readSettings(raw)]));
    return JSON.stringify([this.#common, ...this.#folders]) !== before;
  }

  of(documentUri: string): EditorSettings {
    const folder = folderAround(documentUri, [...this.#folders.keys()]);
    return (folder === undefined ? undefined : this.#folders.get(folder)) ?? this.#common;
  }
}
