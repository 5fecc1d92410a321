/** Which workspace folder a document lies in: its settings and the reach of its price book are that folder's. */

export interface UriParts {
  /** `file://`, `vscode-vfs://github`. */
  readonly origin: string;
  /** Decoded, with `/`. */
  readonly path: string;
}

/** Origin and path of a URI; undefined where it has none, such as a document that was never saved. */
export function uriParts(uri: string): UriParts | undefined {
  const match = /^([a-z][a-z0-9+.-]*:\/\/[^/?#]*|[a-z][a-z0-9+.-]*:)(\/[^?#]*)/i.exec(uri);
  if (!match) return undefined;
  try {
    return { origin: match[1] ?? '', path: decodeURIComponent(match[2] ?? '') };
  } catch {
    return undefined;
  }
}

/** The folder around a document, of several the nearest; undefined when it lies in none. */
export function folderAround(documentUri: string, folders: readonly string[]): string | undefined {
  const document = uriParts(documentUri);
  if (!document) return undefined;
  const around = folders.flatMap((uri) => {
    const place = uriParts(uri);
    if (place?.origin !== document.origin) return [];
    const inside = document.path.startsWith(place.path.endsWith('/') ? place.path : `${place.path}/`);
    return inside ? [{ uri, depth: place.path.length }] : [];
  });
  return around.sort((a, b) => b.depth - a.depth)[0]?.uri;
}
