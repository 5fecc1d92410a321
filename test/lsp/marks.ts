/** `<|>` marks a cursor in a test's text. (A bare `|` would be a block scalar of YAML.) */
export function withoutMark(marked: string): { readonly text: string; readonly offset: number } {
  const offset = marked.indexOf('<|>');
  if (offset < 0) throw new Error('the text has no <|>');
  return { text: marked.slice(0, offset) + marked.slice(offset + 3), offset };
}
