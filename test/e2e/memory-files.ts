import * as vscode from 'vscode';

/** A file system of an extension, as virtual workspaces have: each file is what was written to it. */
export class MemoryFiles implements vscode.FileSystemProvider {
  private readonly contents = new Map<string, Uint8Array>();
  private readonly changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.changed.event;

  readFile({ path }: vscode.Uri): Uint8Array {
    const content = this.contents.get(path);
    if (content === undefined) throw vscode.FileSystemError.FileNotFound(path);
    return content;
  }

  writeFile({ path }: vscode.Uri, content: Uint8Array): void {
    this.contents.set(path, content);
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    return { type: vscode.FileType.File, ctime: 0, mtime: 0, size: this.readFile(uri).length };
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  readDirectory(): [string, vscode.FileType][] {
    return [...this.contents.keys()].map((path) => [path.slice(1), vscode.FileType.File]);
  }

  delete({ path }: vscode.Uri): void {
    this.contents.delete(path);
  }

  createDirectory(): void {
    throw vscode.FileSystemError.NoPermissions('no folders here');
  }

  rename(): void {
    throw vscode.FileSystemError.NoPermissions('names stay');
  }
}
