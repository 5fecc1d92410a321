/** Colour for a terminal, nothing elsewhere. */

export type Tone = 'error' | 'warning' | 'info' | 'hint' | 'bold' | 'dim' | 'good';
export type Paint = (tone: Tone, text: string) => string;

const CODES: Readonly<Record<Tone, string>> = {
  error: '31',
  warning: '33',
  info: '36',
  hint: '2',
  bold: '1',
  dim: '2',
  good: '32',
};

export const plain: Paint = (_tone, text) => text;
export const terminal: Paint = (tone, text) => `\u001b[${CODES[tone]}m${text}\u001b[0m`;

/** Text of a manifest may not speak to the terminal: control characters (escape sequences among them) become `�`. */
export function inert(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are what must not get through
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}
