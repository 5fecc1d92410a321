/** `expect:` lines: `cost.total < 500`, `region in [eu, us]`, `fits`, `no AI501` (`docs/expectations.md`). Text in, a tree with positions out. */
import { parseQuantity, wants, type Dimension } from './quantity.ts';
import type { Span } from './source.ts';
import { nearestWord } from './suggest.ts';

export type Comparison = '<' | '<=' | '>' | '>=' | '==';
export const COMPARISONS: readonly Comparison[] = ['<', '<=', '>', '>=', '=='];

export interface NumberPath {
  readonly dimension: Dimension;
  /** What it is, as a sentence's beginning. */
  readonly meaning: string;
  /** The end of the range that `worst()` takes. */
  readonly worse: 'high' | 'low';
}

/** Quantities of a plan that an expectation can name. */
export const NUMBER_PATHS = {
  'cost.hourly': { dimension: 'money', meaning: 'What an hour costs.', worse: 'high' },
  'cost.monthly': { dimension: 'money', meaning: 'What a month costs.', worse: 'high' },
  'cost.total': { dimension: 'money', meaning: 'What one run costs.', worse: 'high' },
  'cost.upfront': { dimension: 'money', meaning: 'What is bought at once.', worse: 'high' },
  'cost.perMillionTokens': {
    dimension: 'money',
    meaning: 'What a million tokens cost, those read and those written taken together.',
    worse: 'high',
  },
  duration: { dimension: 'duration', meaning: 'How long a run takes.', worse: 'high' },
  acceleratorHours: { dimension: 'count', meaning: 'Hours of one accelerator that a run takes.', worse: 'high' },
  'memory.share': { dimension: 'share', meaning: "Share of the device's memory that is taken.", worse: 'high' },
  replicas: { dimension: 'count', meaning: 'Replicas at the peak.', worse: 'high' },
  timeToFirstToken: { dimension: 'duration', meaning: 'Time until the first token is answered.', worse: 'high' },
  timePerOutputToken: { dimension: 'duration', meaning: 'Time between two tokens of an answer.', worse: 'high' },
  goodput: {
    dimension: 'share',
    meaning: 'Share of the time in which the run gets on: not lost to failures and checkpoints.',
    worse: 'low',
  },
  'carbon.monthly': { dimension: 'mass', meaning: 'Carbon dioxide equivalent of a month.', worse: 'high' },
  'carbon.total': { dimension: 'mass', meaning: 'Carbon dioxide equivalent of one run.', worse: 'high' },
} as const satisfies Readonly<Record<string, NumberPath>>;

/** Names in a plan that an expectation can compare. */
export const NAME_PATHS = {
  provider: 'The provider that it runs at.',
  region: 'The region that it runs in; a geography or a country stands for all its regions.',
  geography: 'The geography of the region.',
  accelerator: 'The accelerator that it runs on.',
} as const;

export type NumberPathName = keyof typeof NUMBER_PATHS;
export type NamePathName = keyof typeof NAME_PATHS;

/** A part of the text with the place where it stands. */
export interface Placed<T> {
  readonly value: T;
  readonly span: Span;
}

export type Expectation =
  | {
      readonly kind: 'number';
      readonly path: NumberPathName;
      readonly worst: boolean;
      readonly comparison: Comparison;
      /** In the unit of the path's dimension. */
      readonly value: number;
      /** As it is written: `$500`. */
      readonly written: string;
    }
  /** One of the names; `==` names one. */
  | { readonly kind: 'name'; readonly path: NamePathName; readonly names: readonly Placed<string>[] }
  | { readonly kind: 'fits' }
  | { readonly kind: 'none'; readonly of: 'errors' | 'warnings' }
  | { readonly kind: 'none'; readonly of: 'rule'; readonly rule: Placed<string> };

export interface ExpectationProblem {
  /** AI105 for a quantity of another dimension, else AI102. */
  readonly code: 'AI102' | 'AI105';
  readonly message: string;
  /** Offsets of the expectation's text. */
  readonly span: Span;
  /** The whole text put right, where one word is mistyped. */
  readonly repair?: { readonly to: string; readonly distance: number };
}

export type ExpectationResult =
  | { readonly ok: true; readonly expectation: Expectation }
  | { readonly ok: false; readonly problem: ExpectationProblem };

export interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const TOKEN = /[<>=!]+|[()[\],]|[^\s<>=!()[\],]+/g;

/** The words and signs of an expectation. Total: every character that is no space is part of a token. */
export function tokensOf(text: string): readonly Token[] {
  return [...text.matchAll(TOKEN)].map((match) => ({
    text: match[0],
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/** Reads an expectation. Never throws. */
export function parseExpectation(text: string): ExpectationResult {
  const reader = new Reader(text);
  try {
    return { ok: true, expectation: reader.read() };
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, problem: error.problem };
    throw error;
  }
}

class Unreadable extends Error {
  readonly problem: ExpectationProblem;
  constructor(problem: ExpectationProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

const QUANTITIES = Object.keys(NUMBER_PATHS);
const FIRST_WORDS = [...QUANTITIES, ...Object.keys(NAME_PATHS), 'fits', 'no', 'worst'];

class Reader {
  private readonly text: string;
  private readonly tokens: readonly Token[];
  private at = 0;

  constructor(text: string) {
    this.text = text;
    this.tokens = tokensOf(text);
  }

  read(): Expectation {
    const first = this.next();
    if (!first) this.fail('nothing is expected here; write such as `cost.monthly < 50k` or `fits`');
    if (first.text === 'fits') return this.ended({ kind: 'fits' });
    if (first.text === 'no') return this.none();
    const worst = first.text === 'worst' && this.peek()?.text === '(';
    if (worst) this.at += 1;
    if (first.text === 'worst' && !worst)
      this.fail('`worst` takes a quantity in brackets, such as `worst(cost.total)`', first);
    const path = worst ? (this.next() ?? this.fail('`worst(` wants a quantity, such as `worst(cost.total)`')) : first;
    if (Object.hasOwn(NAME_PATHS, path.text)) {
      if (worst) this.fail(`\`${path.text}\` is a name and has no worst end; write \`${path.text}\``, path);
      return this.name(path);
    }
    if (worst && (path.text === 'worst' || path.text === 'fits' || path.text === 'no'))
      this.fail(`\`worst(…)\` takes a quantity, such as \`worst(cost.total)\`, and \`${path.text}\` is none`, path);
    if (!Object.hasOwn(NUMBER_PATHS, path.text)) this.unknownWord(path, worst ? QUANTITIES : FIRST_WORDS);
    if (worst) {
      const close = this.next();
      if (close?.text !== ')') this.fail(`\`worst(${path.text}\` wants a \`)\``, close);
    }
    return this.number(path.text as NumberPathName, path, worst);
  }

  private none(): Expectation {
    const what = this.next();
    if (!what) this.fail('`no` wants `errors`, `warnings` or the code of a rule, such as `no AI501`');
    if (what.text === 'errors' || what.text === 'warnings') return this.ended({ kind: 'none', of: what.text });
    return this.ended({ kind: 'none', of: 'rule', rule: { value: what.text, span: spanOf(what) } });
  }

  private number(path: NumberPathName, written: Token, worst: boolean): Expectation {
    const { dimension } = NUMBER_PATHS[path];
    const sign = this.next();
    const example = `\`${written.text} < …\``;
    if (!sign) this.fail(`\`${written.text}\` is compared with nothing; write ${example}`, written);
    if (sign.text === 'in') this.fail(`\`${written.text}\` is a number: compare it, as in ${example}`, sign);
    const comparison = this.comparison(sign);
    const start = this.peek()?.start;
    if (start === undefined) this.fail(`nothing stands after \`${sign.text}\`; ${wants(dimension, undefined)}`, sign);
    const value = this.text.slice(start).trimEnd();
    const parsed = parseQuantity(dimension, value, written.text);
    if (!parsed.ok) {
      const code = parsed.problem === 'wrong-dimension' ? 'AI105' : 'AI102';
      throw new Unreadable({ code, message: parsed.message, span: { start, end: start + value.length } });
    }
    return { kind: 'number', path, worst, comparison, value: parsed.value, written: value };
  }

  private comparison(sign: Token): Comparison {
    const found = COMPARISONS.find((each) => each === sign.text);
    if (found) return found;
    const meant = MEANT[sign.text];
    const said = `\`${sign.text}\` is no comparison; `;
    if (meant === undefined)
      this.fail(`${said}it is one of ${COMPARISONS.map((each) => `\`${each}\``).join(', ')}`, sign);
    this.fail(`${said}write \`${meant}\``, sign, { to: this.replaced(sign, meant), distance: 1 });
  }

  private name(path: Token): Expectation {
    const sign = this.next();
    const example = `\`${path.text} == …\` or \`${path.text} in […]\``;
    if (!sign) this.fail(`\`${path.text}\` is compared with nothing; write ${example}`, path);
    if (sign.text !== 'in' && sign.text !== '==') {
      if (MEANT[sign.text] === '==') this.comparison(sign);
      this.fail(`\`${path.text}\` is a name; write ${example}`, sign);
    }
    const names =
      sign.text === 'in' ? this.list(sign) : [this.next() ?? this.fail('after `==`, a name is missing', sign)];
    const placed = names.map((token) => ({ value: token.text, span: spanOf(token) }));
    return this.ended({ kind: 'name', path: path.text as NamePathName, names: placed });
  }

  /** `[eu, us]`, or without the brackets: inside a flow list they would have to be quoted. */
  private list(after: Token): readonly Token[] {
    const open = this.peek()?.text === '[' ? this.next() : undefined;
    const names: Token[] = [];
    for (let token = this.peek(); token && token.text !== ']'; token = this.peek()) {
      this.at += 1;
      if (/^[^\w]/.test(token.text)) this.fail(`\`${token.text}\` stands where a name is wanted`, token);
      names.push(token);
      if (this.peek()?.text === ',') this.at += 1;
    }
    if (names.length === 0) this.fail('after `in`, names are missing, such as `in [eu, us]`', after);
    if (open && this.next()?.text !== ']') this.fail('the list is not closed by a `]`', open);
    return names;
  }

  private ended<T extends Expectation>(expectation: T): T {
    const rest = this.peek();
    if (rest) this.fail(`the expectation has ended before \`${rest.text}\`; write another in a line of its own`, rest);
    return expectation;
  }

  private unknownWord(token: Token, words: readonly string[]): never {
    const near = nearestWord(token.text, words);
    const said = `\`${token.text.slice(0, 60)}\` is nothing that can be expected`;
    if (!near) this.fail(`${said}; it starts with one of ${words.map((word) => `\`${word}\``).join(', ')}`, token);
    this.fail(`${said}; did you mean \`${near.word}\`?`, token, {
      to: this.replaced(token, near.word),
      distance: near.distance,
    });
  }

  private replaced({ start, end }: Token, word: string): string {
    return this.text.slice(0, start) + word + this.text.slice(end);
  }

  private peek(): Token | undefined {
    return this.tokens[this.at];
  }

  private next(): Token | undefined {
    const token = this.tokens[this.at];
    if (token) this.at += 1;
    return token;
  }

  private fail(message: string, at?: Token, repair?: ExpectationProblem['repair']): never {
    const span = at ? spanOf(at) : { start: 0, end: this.text.length };
    throw new Unreadable({ code: 'AI102', message, span, ...(repair && { repair }) });
  }
}

/** Signs that people write for another. */
const MEANT: Readonly<Record<string, Comparison | undefined>> = { '=': '==', '===': '==', '=<': '<=', '=>': '>=' };

function spanOf({ start, end }: Token): Span {
  return { start, end };
}
