/** Where reports stand in the text. While the text of a workload is the same, its reports only move with it: they are not looked up again. */
import type { Span } from '../manifest/source.ts';
import { shift } from '../manifest/span.ts';
import type { Finding, Report, RuleContext } from './rule.ts';

export type ReportPlace = Pick<Finding, 'span' | 'related'>;

interface Kept {
  /** The workload, then. */
  readonly within: Span;
  /** Keys that a workload lacks are looked for in `defaults`. */
  readonly headKey: string;
  readonly place: ReportPlace;
}

/** Reports are the same objects only while their workload is. */
const known = new WeakMap<Report, Kept>();

/** The place of a report; of one about a workload, `within` is the workload with its name. */
export function placeOf(context: RuleContext, report: Report, within?: Span): ReportPlace {
  if (!within) return lookUp(context, report);
  const { headKey } = context.manifest;
  const before = known.get(report);
  if (before?.headKey === headKey && lengthOf(before.within) === lengthOf(within))
    return moved(before.place, within.start - before.within.start);
  const place = lookUp(context, report);
  // What is written elsewhere (in `defaults`, at an anchor) moves by itself.
  if ([place.span, ...place.related.map(({ span }) => span)].every((span) => isInside(span, within)))
    known.set(report, { within, headKey, place });
  return place;
}

function lookUp({ source }: RuleContext, report: Report): ReportPlace {
  return {
    span: report.span ?? source.nearest(report.path, report.part),
    related: [
      ...(report.related ?? []).map(({ path, part, message }) => ({ span: source.nearest(path, part), message })),
      ...(report.relatedSpans ?? []),
    ],
  };
}

function moved(place: ReportPlace, by: number): ReportPlace {
  if (by === 0) return place;
  return {
    span: shift(place.span, by),
    related: place.related.map(({ span, message }) => ({ span: shift(span, by), message })),
  };
}

function isInside({ start, end }: Span, within: Span): boolean {
  return start >= within.start && end <= within.end;
}

function lengthOf({ start, end }: Span): number {
  return end - start;
}
