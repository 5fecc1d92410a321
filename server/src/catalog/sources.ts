/** What the source of a fact says of it. */
/** True where the source says that the fact is general knowledge, wholly or in a part. */
export function isUnsourced(source: string): boolean {
  return /\bunsourced\b/.test(source);
}
