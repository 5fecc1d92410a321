/** What a managed service adds to the price of the machine. */
import type { Catalog, ServiceFact } from '../catalog/types.ts';
import type { Rental } from './offers.ts';
import type { Subject } from './subject.ts';
import type { Range, Unknown } from './types.ts';

export interface ServiceMarkupFound {
  readonly service: string;
  /** Price over that of the machine; absent: none is added. */
  readonly ratio?: Range;
  /** Set where a mark-up is to be expected and no source states it. */
  readonly unknown?: Unknown;
  readonly source: string;
  readonly asOf: string;
}

/** Services that are paid by the token, whatever machine they run on. */
const MODEL_APIS: ReadonlySet<string> = new Set(['bedrock', 'azure-openai']);

/** Undefined without a service. An observed price of the very machine wins over the service's usual mark-up. */
export function serviceMarkup(
  catalog: Catalog,
  service: string,
  rental: Rental | undefined,
  subject: Subject,
): ServiceMarkupFound | undefined {
  if (service === 'none') return undefined;
  const instance = rental?.offer.machine.instance;
  const seen = catalog.serviceMarkups.find(
    (row) => row.service === service && row.instance === instance && row.ratio !== undefined,
  );
  if (seen?.ratio !== undefined) {
    const { ratio, source, asOf } = seen;
    return { service, ...(ratio > 1 && { ratio: { low: ratio, mid: ratio, high: ratio } }), source, asOf };
  }
  const facts = catalog.services.filter((row) => row.service === service);
  const fact =
    facts.find((row) => suits(row, subject) && row.markup !== undefined) ??
    facts.find((row) => row.markup !== undefined);
  if (fact?.markup === undefined) {
    const why = MODEL_APIS.has(service)
      ? `${service} is paid by the token, and no price of it is known: the cost is that of the machines`
      : `no source states what ${service} adds to the price of the machines`;
    return { service, unknown: { path: 'target.service', why }, source: '', asOf: '' };
  }
  const [low = fact.markup, high = fact.markup] = (fact.markupRange ?? '')
    .split('-')
    .map(Number)
    .filter((value) => value > 0);
  const ratio = { low: Math.min(low, fact.markup), mid: fact.markup, high: Math.max(high, fact.markup) };
  return { service, ...(ratio.high > 1 && { ratio }), source: fact.source, asOf: fact.asOf };
}

function suits({ mode }: ServiceFact, { trains, ends }: Subject): boolean {
  if (trains) return mode.includes('training');
  return ends ? mode.includes('batch') : /inference|prediction|endpoint/.test(mode);
}
