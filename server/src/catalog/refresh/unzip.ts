import { Unzip, UnzipInflate } from 'fflate';
import { FeedError } from './source.ts';

/** How much of the archive is handed over at a time: a bomb is noticed after one such piece. */
const PIECE_BYTES = 16 * 1024;

/**
 * One file of a zip archive. What it unpacks to is counted while it unpacks: over `mostBytes` it is given up, whatever sizes
 * the archive claims. Throws a `FeedError` when the archive is broken, too large, or lacks the file.
 */
export function unzipFile(archive: Uint8Array, name: string, mostBytes: number): Uint8Array {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  let whole = false;
  const unzip = new Unzip((file) => {
    if (file.name !== name) return;
    file.ondata = (error, piece, final) => {
      if (error) throw error;
      bytes += piece.length;
      if (bytes > mostBytes) throw new FeedError(`${name} unpacks to more than ${String(mostBytes / 2 ** 20)} MiB`);
      pieces.push(piece);
      whole ||= final;
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  try {
    for (let start = 0; start < archive.length; start += PIECE_BYTES) {
      unzip.push(archive.subarray(start, start + PIECE_BYTES), start + PIECE_BYTES >= archive.length);
    }
  } catch (error) {
    if (error instanceof FeedError) throw error;
    throw new FeedError('the archive is broken');
  }
  if (!whole) throw new FeedError(`the archive is cut off, or has no ${name}`);
  return joined(pieces, bytes);
}

function joined(pieces: readonly Uint8Array[], bytes: number): Uint8Array {
  const all = new Uint8Array(bytes);
  let start = 0;
  for (const piece of pieces) {
    all.set(piece, start);
    start += piece.length;
  }
  return all;
}
