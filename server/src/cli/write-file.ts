import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Replaces a file's text whole or not at all: a reader never sees half of it, and its mode and a link to it stay.
 * @param before What the file held when it was read; when it holds something else now, it is left alone
 * @returns why it was not written
 */
export function replaceText(file: string, before: string, after: string): string | undefined {
  try {
    const target = realpathSync(file);
    const now = readFileSync(target);
    if (!now.equals(Buffer.from(before, 'utf8')))
      return now.toString('utf8') === before
        ? 'it holds bytes that are no UTF-8: it is not changed'
        : 'it has changed since it was read: run again';
    const copy = join(dirname(target), `.${basename(target)}.${randomBytes(4).toString('hex')}.tmp`);
    try {
      writeFileSync(copy, after, { flag: 'wx' });
      // Given at its creation, the mode would be cut by the umask.
      chmodSync(copy, statSync(target).mode & 0o7777);
      renameSync(copy, target);
    } catch (error) {
      rmSync(copy, { force: true });
      throw error;
    }
    return undefined;
  } catch (error) {
    return `it could not be written: ${error instanceof Error ? error.message : String(error)}`;
  }
}
