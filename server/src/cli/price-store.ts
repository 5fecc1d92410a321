/** Where the command line keeps refreshed prices: a file in the user's data folder, or in the one that is named. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { MOST_STORED_BYTES, STORE_FILE, StoreError, verifyChecksum } from '../catalog/refresh/store-text.ts';
import { readStored, type StoredPrices } from '../catalog/refresh/stored.ts';

/** The user's data folder for this program, by the custom of the platform. */
export function defaultStore(
  platform: NodeJS.Platform = process.platform,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const { XDG_DATA_HOME: data, LOCALAPPDATA: local } = environment;
  if (platform === 'win32') return join(local || join(homedir(), 'AppData', 'Local'), 'ai-infra');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'ai-infra');
  return join(data || join(homedir(), '.local', 'share'), 'ai-infra');
}

/** The stored prices; undefined where none are stored. Throws a `StoreError` for a file that cannot be trusted or read. */
export function readStore(folder: string): StoredPrices | undefined {
  const file = join(folder, STORE_FILE);
  let text: string;
  try {
    if (statSync(file).size > MOST_STORED_BYTES) throw new StoreError('it is far larger than prices are');
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error instanceof StoreError ? error : new StoreError(whyNot(error));
  }
  verifyChecksum(text, (body) => createHash('sha256').update(body).digest('hex'));
  return readStored(text);
}

/** Writes the prices whole or not at all. Throws a `StoreError` when the disk refuses; what was there stays. */
export function writeStore(folder: string, text: string): void {
  const file = join(folder, STORE_FILE);
  const draft = `${file}.${randomUUID()}.tmp`;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(draft, text, { mode: 0o644, flag: 'wx' });
    renameSync(draft, file);
  } catch (error) {
    discard(draft);
    throw new StoreError(whyNot(error));
  }
}

/** What is left of a write that failed. Where even the folder is none there is nothing to remove. */
function discard(draft: string): void {
  try {
    rmSync(draft, { force: true });
  } catch {
    // The reason why nothing could be written is the one to tell.
  }
}

function whyNot(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC') return 'the disk is full';
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return 'it may not be read or written';
  return code ?? message;
}
