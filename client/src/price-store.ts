import * as vscode from 'vscode';
import {
  MOST_STORED_BYTES,
  STORE_FILE,
  StoreError,
  verifyStored,
} from '../../server/src/catalog/refresh/store-text.ts';

/** Where the extension keeps refreshed prices: one file in its global storage, on the desktop as on the web. */
export interface PriceStore {
  /** The stored text; '' where there is none, or none that can be trusted: then `complain` is told why. */
  read(complain: (message: string) => void): Promise<string>;
  /** Writes the text whole or not at all; rejects when the disk refuses. */
  write(text: string): Promise<void>;
}

export function createPriceStore(folder: vscode.Uri): PriceStore {
  const file = vscode.Uri.joinPath(folder, STORE_FILE);
  return {
    async read(complain) {
      try {
        if ((await vscode.workspace.fs.stat(file)).size > MOST_STORED_BYTES) {
          throw new StoreError('it is far larger than prices are');
        }
        const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
        await verifyStored(text);
        return text;
      } catch (error) {
        const isAbsent = error instanceof vscode.FileSystemError && error.code === 'FileNotFound';
        if (!isAbsent)
          complain(`The refreshed prices are not used: ${error instanceof Error ? error.message : String(error)}`);
        return '';
      }
    },
    async write(text) {
      await vscode.workspace.fs.createDirectory(folder);
      const draft = vscode.Uri.joinPath(folder, `${STORE_FILE}.${Date.now().toString(36)}.tmp`);
      try {
        await vscode.workspace.fs.writeFile(draft, new TextEncoder().encode(text));
        await vscode.workspace.fs.rename(draft, file, { overwrite: true });
      } catch (error) {
        await Promise.resolve(vscode.workspace.fs.delete(draft)).catch(() => undefined);
        throw error;
      }
    },
  };
}
