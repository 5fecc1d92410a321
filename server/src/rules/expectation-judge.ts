/** Judges an expectation against plans and findings: it holds, it fails, or cannot be told. */
import type { Catalog } from '../catalog/types.ts';
import { NUMBER_PATHS, type Comparison, type Expectation, type NumberPathName } from '../manifest/expectation.ts';
import type { ManifestHead } from '../manifest/schema.ts';
import { formatShare } from '../manifest/format-quantity.ts';
import type { Totals } from '../planner/types.ts';
import {
  readNames,
  readNumber,
  readTotal,
  readingWords,
  writeNumber,
  type Planned,
  type Reading,
} from './expectation-values.ts';
import { counted, listed, quoted } from './message.ts';
import type { Finding } from './rule.ts';

/** What an expectation is judged by: of one workload, or of the manifest. */
export interface Evidence {
  readonly head: Partial<ManifestHead>;
  readonly catalog: Catalog;
  /** The workload that the expectation stands in; absent: it is about the manifest. */
  readonly own?: string;
  readonly planned: readonly Planned[];
  /** Workloads that cannot be planned. */
  readonly unplanned: readonly string[];
  readonly totals: Totals;
  /** After suppression, those of the workload or of the manifest. */
  readonly findings: readonly Finding[];
}

export interface Judgement {
  readonly verdict: 'holds' | 'fails' | 'unknown';
  /** The value of now, as people read it: `$1,240 ($1,100 – $1,400)`. */
  readonly now: string;
  /** A sentence for the finding; '' when the expectation holds. */
  readonly message: string;
  /** The findings that it is about. */
  readonly findings: readonly Finding[];
}

export function judge(expectation: Expectation, evidence: Evidence): Judgement {
  switch (expectation.kind) {
    case 'none':
      return judgeNone(expectation, evidence);
    case 'number': {
      const total =
        evidence.own === undefined ? readTotal(expectation.path, evidence.totals, evidence.planned) : undefined;
      if (total) return missingAmong(evidence) ?? judgeNumber(expectation, total, '');
      return everyWorkload(evidence, ({ plan, workload }, of) =>
        judgeNumber(expectation, readNumber(expectation.path, plan, workload), of),
      );
    }
    case 'name':
      return everyWorkload(evidence, (planned, of) => judgeName(expectation, evidence, planned, of));
    case 'fits':
      return everyWorkload(evidence, judgeFit);
  }
}

/** The value of now of a path, as people read it; of a manifest the total, or that of each workload. */
export function nowOf(path: NumberPathName, { own, totals, planned }: Evidence): string {
  const total = own === undefined ? readTotal(path, totals, planned) : undefined;
  if (total) return readingWords(path, total);
  const readings = planned.flatMap(({ name, plan, workload }) => {
    const reading = readNumber(path, plan, workload);
    return reading.kind === 'known' ? [`${readingWords(path, reading)}${own === undefined ? ` of ${name}` : ''}`] : [];
  });
  return readings.length === 0 ? 'unknown' : readings.join('; ');
}

/** A round bound that the value of now keeps with room to spare; undefined while it is unknown. In the unit of the path. */
export function boundOf(
  path: NumberPathName,
  comparison: Comparison,
  { own, totals, planned }: Evidence,
): number | undefined {
  const total = own === undefined ? readTotal(path, totals, planned) : undefined;
  const readings = total ? [total] : planned.map(({ plan, workload }) => readNumber(path, plan, workload));
  const values = readings.flatMap((reading) => (reading.kind === 'known' ? [reading.range.mid] : []));
  if (values.length === 0) return undefined;
  if (comparison === '==') return values[0];
  const upper = comparison === '<' || comparison === '<=';
  const bound = upper ? 1.2 * Math.max(...values) : Math.min(...values) / 1.2;
  const { dimension } = NUMBER_PATHS[path];
  if (dimension === 'duration') {
    const unit = DURATION_UNITS.find((seconds) => bound >= 2 * seconds) ?? 1e-3;
    return (upper ? Math.ceil : Math.floor)(bound / unit) * unit;
  }
  // A share of the whole has no more above it.
  return Math.min(dimension === 'share' ? 1 : Infinity, Number(bound.toPrecision(2)));
}

/** Days, hours, minutes, seconds. */
const DURATION_UNITS = [86_400, 3600, 60, 1];

/** Of a manifest, every workload must satisfy it that has such a value; the first that fails speaks, then what cannot be told. */
function everyWorkload(
  evidence: Evidence,
  one: (planned: Planned, of: string) => Judgement & { readonly none?: true },
): Judgement {
  const alone = evidence.own !== undefined;
  const judged = evidence.planned.map((planned) => one(planned, alone ? '' : ` of ${quoted(planned.name)}`));
  if (alone) return judged[0] ?? cannotTell('the workload cannot be planned');
  const told = judged.filter(({ none }) => !none);
  const speaking =
    told.find(({ verdict }) => verdict === 'fails') ??
    missingAmong(evidence) ??
    told.find(({ verdict }) => verdict === 'unknown') ??
    told[0];
  if (!speaking) return cannotTell('no workload has such a value');
  if (speaking.verdict !== 'holds') return speaking;
  return { ...speaking, now: told.map(({ now }) => now).join('; ') };
}

function missingAmong({ unplanned }: Evidence): Judgement | undefined {
  if (unplanned.length === 0) return undefined;
  return cannotTell(`${listed(unplanned.map(quoted), 'and')} cannot be planned`);
}

type NumberExpectation = Extract<Expectation, { kind: 'number' }>;

function judgeNumber(
  expectation: NumberExpectation,
  reading: Reading,
  of: string,
): Judgement & { readonly none?: true } {
  const { path, worst, comparison } = expectation;
  const subject = `${quoted(worst ? `worst(${path})` : path)}${of}`;
  if (reading.kind !== 'known')
    return { ...cannotTell(reading.why, subject), ...(reading.kind === 'none' && { none: true }) };
  const { range, atLeast } = reading;
  const value = worst ? range[NUMBER_PATHS[path].worse] : range.mid;
  const holds = compare(value, comparison, expectation.value);
  const now = readingWords(path, reading);
  // What has no price can only add to a cost.
  if (
    atLeast &&
    (comparison === '<' || comparison === '<=' ? holds : comparison === '==' ? value <= expectation.value : !holds)
  )
    return { ...cannotTell(`something in it has no price; what is known is ${now}`, subject), now };
  if (holds) return { verdict: 'holds', now: `${now}${of}`, message: '', findings: [] };
  const [is, wanted] = tellApart(expectation, value);
  const spread = is === writeNumber(path, range.mid) ? now : `${is} (${now} in the middle)`;
  return {
    verdict: 'fails',
    now: `${now}${of}`,
    message: `${subject} is ${worst ? is : spread}, expected ${comparison} ${wanted}.`,
    findings: [],
  };
}

/** Both sides as people read them; as plain numbers where rounding would make them look the same. */
function tellApart({ path, value, written }: NumberExpectation, is: number): readonly [string, string] {
  const [a, b] = [writeNumber(path, is), writeNumber(path, value)];
  if (a === b) return [String(is), String(value)];
  return [a, NUMBER_PATHS[path].dimension === 'money' ? b : written];
}

/** Equality of estimates is that of what people can write: within a millionth. */
function compare(value: number, comparison: NumberExpectation['comparison'], wanted: number): boolean {
  const equal = Math.abs(value - wanted) <= 1e-6 * Math.max(Math.abs(value), Math.abs(wanted));
  switch (comparison) {
    case '<':
      return value < wanted && !equal;
    case '<=':
      return value < wanted || equal;
    case '>':
      return value > wanted && !equal;
    case '>=':
      return value > wanted || equal;
    case '==':
      return equal;
  }
}

function judgeName(
  { path, names }: Extract<Expectation, { kind: 'name' }>,
  { head, catalog }: Evidence,
  { name, plan, workload }: Planned,
  of: string,
): Judgement {
  const context = {
    name,
    workload,
    head,
    catalog,
    path: (...rest: (string | number)[]) => ['workloads', name, ...rest],
  };
  const subject = `${quoted(path)}${of}`;
  const places = readNames(path, plan, context);
  const now = places.map((place) => place.name ?? 'none').join(', ');
  const wanted = names.map(({ value }) => quoted(value));
  const outside = places.find((place) => place.name !== undefined && !names.some(({ value }) => place.covers(value)));
  if (outside)
    return {
      verdict: 'fails',
      now: `${now}${of}`,
      message: `${subject} is ${quoted(outside.name ?? '')}${outside.within}, expected ${listed(wanted)}.`,
      findings: [],
    };
  const unnamed = places.find((place) => place.name === undefined);
  if (unnamed) return cannotTell(unnamed.why, subject);
  return { verdict: 'holds', now: `${now}${of}`, message: '', findings: [] };
}

/** By the middle estimate: a tight fit fits. */
function judgeFit({ plan, workload }: Planned, of: string): Judgement {
  const reading = readNumber('memory.share', plan, workload);
  if (reading.kind !== 'known') return cannotTell(reading.why, `${quoted('fits')}${of}`);
  const now = `${readingWords('memory.share', reading)} of the memory${of}`;
  if (reading.range.mid <= 1) return { verdict: 'holds', now, message: '', findings: [] };
  return {
    verdict: 'fails',
    now,
    message: `${quoted('memory.share')}${of} is ${readingWords('memory.share', reading)}, expected to fit (at most ${formatShare(1)}).`,
    findings: [],
  };
}

function judgeNone(expectation: Extract<Expectation, { kind: 'none' }>, { findings }: Evidence): Judgement {
  const found = findings.filter((finding) =>
    expectation.of === 'rule'
      ? finding.code === expectation.rule.value || finding.name === expectation.rule.value
      : // An expectation that fails is no reason for another to fail.
        finding.code !== 'AI110' && finding.severity === (expectation.of === 'errors' ? 'error' : 'warning'),
  );
  const [what, many] =
    expectation.of === 'errors'
      ? ['error', 'errors']
      : expectation.of === 'warnings'
        ? ['warning', 'warnings']
        : ['finding', 'findings'];
  const now = counted(found.length, what, many);
  if (found.length === 0) return { verdict: 'holds', now, message: '', findings: [] };
  const codes = [...new Set(found.map(({ code, name }) => `${code} ${name}`))];
  return {
    verdict: 'fails',
    now,
    message: `${now.charAt(0).toUpperCase()}${now.slice(1)} (${listed(codes, 'and')}), expected none.`,
    findings: found,
  };
}

function cannotTell(why: string, subject?: string): Judgement {
  const about = subject === undefined ? '' : ` ${subject}`;
  return { verdict: 'unknown', now: 'unknown', message: `Cannot tell${about}, because ${why}.`, findings: [] };
}
