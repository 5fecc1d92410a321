import * as vscode from 'vscode';
import type { ReadBookResult } from '../../server/src/protocol.ts';

/** In bytes; the server says so of a book that is larger. */
const largestBook = 8 * 2 ** 20;

/** A price book for the server, through VS Code's own file systems: virtual and remote ones among them. */
export async function readBook(address: string): Promise<ReadBookResult> {
  const uri = vscode.Uri.parse(address, true);
  // Whoever asks: nothing is opened for a folder that is not trusted.
  if (!vscode.workspace.isTrusted) return { problem: 'unreadable' };
  try {
    const { type, size } = await vscode.workspace.fs.stat(uri);
    // A link may lead out of the workspace folder, where nobody can tell from here.
    if (type !== vscode.FileType.File) return { problem: 'unreadable' };
    if (size > largestBook) return { problem: 'too-large' };
    return { text: new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)) };
  } catch (error) {
    const isMissing = error instanceof vscode.FileSystemError && error.code === 'FileNotFound';
    return { problem: isMissing ? 'missing' : 'unreadable' };
  }
}
