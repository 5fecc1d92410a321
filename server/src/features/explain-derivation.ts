/** The formulas behind numbers, with what was put into them and where they come from. */
import { formatBytes, formatCount, formatDuration, formatNumber, formatUsdExact } from '../manifest/format-quantity.ts';
import type { Derivation } from '../planner/types.ts';
import type { Block } from './markdown.ts';

const MOST_FORMULAS = 4;
const MOST_INPUTS = 8;

/** Each formula with its inputs; sources once, though several formulas come from one. */
export function derivationBlocks(derivations: readonly Derivation[]): Block[] {
  const shown = derivations.slice(0, MOST_FORMULAS);
  const sources = [...new Set(shown.map(({ source }) => source))].filter((source) => source !== '');
  return [
    ...shown.flatMap(({ formula, inputs }): Block[] => {
      const words = Object.entries(inputs).map(([name, value]) => inputWords(name, value));
      const more = words.length > MOST_INPUTS ? [`and ${words.length - MOST_INPUTS} more`] : [];
      const text = [...words.slice(0, MOST_INPUTS), ...more].join(' · ');
      return [{ kind: 'code', text: formula }, ...(text === '' ? [] : [{ kind: 'text', text } as const])];
    }),
    ...sources.map((source): Block => ({ kind: 'note', text: source })),
  ];
}

/** Names of inputs end in their unit. */
const UNITS: readonly (readonly [RegExp, (value: number) => string])[] = [
  [/Bytes$/, formatBytes],
  [/Seconds$/, formatDuration],
  [/Usd$/, formatUsdExact],
  [/Watts$/, (watts) => `${formatNumber(watts)} W`],
];

/** `writeSeconds: 2.3` as `write 2.3 s`. */
function inputWords(name: string, value: string | number): string {
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, (_, before: string, after: string) => {
    return `${before} ${after.toLowerCase()}`;
  });
  if (typeof value === 'string') return `${words} ${value}`;
  const [unit, write] = UNITS.find(([end]) => end.test(name)) ?? [undefined, formatCount];
  const quantity = unit === undefined ? words : words.slice(0, words.lastIndexOf(' '));
  return `${quantity} ${write(value)}`;
}
