import { lineEnd, lineStart, nextLine } from './span.ts';

/**
 * The text with the values of broken lines blanked, so that a quote or bracket that is never closed does not swallow
 * the line of the cursor. Every offset up to the end of that line stays: what goes becomes white space.
 * @param at an offset on the line of the cursor, which is left as it is
 */
export function sanitized(text: string, at: number): string {
  const cursorLine = lineStart(text, at);
  let out = '';
  let line = 0;
  while (line < text.length) {
    const next = nextLine(text, line);
    const end = lineEnd(text, line);
    const content = text.slice(line, end);
    // A quote opened on the cursor's line is closed at its end; only what follows moves by that.
    out += line === cursorLine ? content + scan(content).quote : isWhole(content) ? content : keyOnly(content);
    out += text.slice(end, next);
    line = next;
  }
  return out;
}

/** True for a line that can stand alone: a comment, or a key with a value whose quotes and brackets are all closed. */
function isWhole(line: string): boolean {
  if (/^\s*(?:#.*)?$/.test(line)) return true;
  const { quote, balanced } = scan(line);
  return quote === '' && balanced && /:(?:\s|$)|^\s*- |^\s*-$/.test(line);
}

/** The quote that a line leaves open, if any, and whether its brackets are all closed. */
function scan(line: string): { readonly quote: string; readonly balanced: boolean } {
  const stack: string[] = [];
  let quote = '';
  for (let index = 0; index < line.length; index++) {
    const char = line.charAt(index);
    const before = line.charAt(index - 1);
    if (quote !== '') {
      if (char === '\\' && quote === '"') index++;
      else if (char === quote) quote = '';
    } else if ((char === '"' || char === "'") && (before === '' || /[\s[{,:]/.test(before))) quote = char;
    else if (char === '#' && /\s/.test(before)) break;
    else if (char === '{' || char === '[') stack.push(char);
    else if ((char === '}' || char === ']') && stack.pop() !== (char === '}' ? '{' : '['))
      return { quote, balanced: false };
  }
  return { quote, balanced: stack.length === 0 };
}

/** The line's key with nothing behind it; all blank where it has none. */
function keyOnly(line: string): string {
  const key = /^\s*(?:- +)*[\w.-]+:(?=\s|$)/.exec(line)?.[0] ?? '';
  return key + ' '.repeat(line.length - key.length);
}
