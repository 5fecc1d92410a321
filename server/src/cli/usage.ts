/** What commands share: their options, and how a mistake in the call is told. */
import { InvalidArgumentError, Option } from 'commander';
import type { Severity } from '../rules/rule.ts';
import { rules } from '../rules/index.ts';
import { plain, terminal, type Paint } from './paint.ts';

/** Exit codes: 0 clean, 1 findings (or a change that was asked for and not made), 2 a mistake in the call or a file that cannot be read. */
export const EXIT_USAGE = 2;

/** Below this no table can be read. */
const LEAST_WIDTH = 40;
const DEFAULT_WIDTH = 100;

export const SEVERITIES = ['off', 'hint', 'info', 'warning', 'error'] as const satisfies readonly (Severity | 'off')[];
export type SeverityOverrides = Readonly<Record<string, Severity | 'off'>>;

export function formatOption(...formats: readonly string[]): Option {
  return new Option('--format <format>', 'text for people, JSON for programs').choices(formats).default('text');
}

/** `--today 2026-11-23`: an ISO date; today's when not given. */
export function todayOption(): Option {
  return new Option('--today <date>', 'the day to judge by, as 2026-11-23')
    .default(new Date().toISOString().slice(0, 10), 'today')
    .argParser((text: string): string => {
      if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(Date.parse(text)))
        throw new InvalidArgumentError('It is a date such as 2026-11-23.');
      return text;
    });
}

/** `--rule AI501=warning`, repeatable: severities by code or name. */
export function ruleOption(): Option {
  return new Option('--rule <id=severity>', `severity of a rule, by code or name: ${SEVERITIES.join(', ')}; repeatable`)
    .default({}, 'none')
    .argParser((entry: string, before: SeverityOverrides): SeverityOverrides => {
      const [id = '', word = ''] = entry.split('=', 2);
      if (!isRule(id)) throw new InvalidArgumentError(`No rule is called ${JSON.stringify(id)}.`);
      const severity = SEVERITIES.find((known) => known === word);
      if (severity === undefined) throw new InvalidArgumentError(`The severity is one of ${SEVERITIES.join(', ')}.`);
      return { ...before, [id]: severity };
    });
}

/** `--price-book FILE`: the user's own prices, over those of organisation and manifest. */
export function priceBookOption(): Option {
  return new Option(
    '--price-book <file>',
    "a price book (CSV) over all other prices; AI_INFRA_PRICE_BOOK names the one under the manifest's",
  );
}

/** `--redact`: see redact.ts. */
export function redactOption(): Option {
  return new Option('--redact', 'hide rates and all that they could be computed from; totals stay');
}

/** `--width 100`: columns of the text; the terminal's, else 100. */
export function widthOption(): Option {
  return new Option('--width <columns>', 'columns of the text')
    .default(Math.max(LEAST_WIDTH, process.stdout.columns ?? DEFAULT_WIDTH), "the terminal's, else 100")
    .argParser((text: string) => Math.max(LEAST_WIDTH, wholeNumber(text)));
}

/** Nobody counts further, and sums of it stay exact. */
const LARGEST_NUMBER = 999_999_999;

/** A whole number from 0 on, as an argument. */
export function wholeNumber(text: string): number {
  const number = Number(text);
  if (number > LARGEST_NUMBER)
    throw new InvalidArgumentError(`It is too large: ${String(LARGEST_NUMBER)} is the most.`);
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('A whole number is wanted, in digits, such as 8.');
  return number;
}

/** True for the code or the name of a rule. */
export function isRule(id: string): boolean {
  return rules.some(({ code, name }) => code === id || name === id);
}

/** Colours on a terminal only, and not with `NO_COLOR`. */
export function paintOfOutput(): Paint {
  return process.stdout.isTTY && !process.env['NO_COLOR'] ? terminal : plain;
}
