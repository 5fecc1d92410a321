/**
 * The building blocks of the schema: a field is a zod type with its meaning, and what the editor needs to know of it. The meaning is
 * registered, since `.meta()` makes a copy of the type for it: the whole schema would take twice the memory.
 */
import * as z from 'zod';
import { parseQuantity, type Dimension } from './quantity.ts';

/** Lists that come from the catalogue, or from the manifest itself; completion and the JSON Schema fill them in. */
export type ValueList =
  | 'accelerator'
  | 'provider'
  | 'region'
  | 'instance'
  | 'model'
  | 'edge-device'
  | 'cluster'
  | 'geography'
  | 'rule'
  | 'location';

/** What a field says about itself beside its type. Passes through `z.toJSONSchema` under these names. */
export interface FieldMeta {
  readonly description: string;
  /** Dimension of a quantity: completion offers units, AI105 names it. */
  readonly 'x-dimension'?: Dimension;
  readonly 'x-values'?: ValueList;
  /** The default as people read it (`70 %`, `one machine where instance is given`). */
  readonly 'x-default'?: string;
  /** True where zero makes no sense: a model without parameters, a deadline of no time. */
  readonly 'x-positive'?: boolean;
  readonly examples?: readonly (string | number | boolean)[];
}

type Extra = Omit<FieldMeta, 'description' | 'x-dimension' | 'x-values'>;

/** `params.rule` of a zod issue that a quantity raises: the code of the rule that reports it. */
export type QuantityRule = 'AI102' | 'AI105';

/** A quantity: number or text with a unit; the output is the number in the unit that `quantity.ts` documents. */
export function quantity(dimension: Dimension, description: string, extra: Extra = {}) {
  return z
    .union([z.number(), z.string()])
    .transform((raw, context) => {
      const parsed = parseQuantity(dimension, raw);
      const isZero = parsed.ok && parsed.value === 0 && extra['x-positive'] === true;
      if (parsed.ok && !isZero) return parsed.value;
      const rule: QuantityRule = !parsed.ok && parsed.problem === 'wrong-dimension' ? 'AI105' : 'AI102';
      context.addIssue({
        code: 'custom',
        message: parsed.ok ? 'more than zero is wanted' : parsed.message,
        params: { rule },
      });
      return z.NEVER;
    })
    .register(z.globalRegistry, { description, 'x-dimension': dimension, ...extra });
}

export function text(description: string, extra: Extra = {}) {
  return z.string().register(z.globalRegistry, { description, ...extra });
}

/** Text whose values come from the catalogue or the manifest (checked by AI104, not by the schema). */
export function listed(values: ValueList, description: string, extra: Extra = {}) {
  return z.string().register(z.globalRegistry, { description, 'x-values': values, ...extra });
}

export function flag(description: string, extra: Extra = {}) {
  return z.boolean().register(z.globalRegistry, { description, ...extra });
}

/** A whole number of at least `minimum`. */
export function whole(description: string, minimum = 1, extra: Extra = {}) {
  return z
    .int()
    .min(minimum)
    .register(z.globalRegistry, { description, ...extra });
}

/** A number of at least `minimum` (people, sizes that need not be whole). */
export function decimal(description: string, minimum = 0, extra: Extra = {}) {
  return z
    .number()
    .min(minimum)
    .register(z.globalRegistry, { description, ...extra });
}

/** A percentile: above 0, at most 100. */
export function percentile(description: string, extra: Extra = {}) {
  return z
    .number()
    .min(1)
    .max(100)
    .register(z.globalRegistry, { description, ...extra });
}

/** A quantity that is more than zero. */
export function positive(dimension: Dimension, description: string, extra: Extra = {}) {
  return quantity(dimension, description, { 'x-positive': true, ...extra });
}

export function choice<const Values extends readonly [string, ...string[]]>(
  values: Values,
  description: string,
  extra: Extra = {},
) {
  return z.enum(values).register(z.globalRegistry, { description, ...extra });
}

/** `auto`, or a whole number. */
export function wholeOrAuto(description: string, extra: Extra = {}) {
  return z.union([z.int().min(1), z.literal('auto')]).register(z.globalRegistry, { description, ...extra });
}

export function labels() {
  return z.record(z.string(), z.string()).register(z.globalRegistry, {
    description: 'Free names and values, such as a cost centre: carried to exports, with no effect on the plan.',
  });
}

export function expectations(description: string) {
  return z.array(z.string()).register(z.globalRegistry, { description, examples: ['cost.monthly < 50k'] });
}

export function calendarDate(description: string) {
  return z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/, 'a date is written as 2027-01-31')
    .refine(isCalendarDate, 'there is no such day')
    .register(z.globalRegistry, { description, examples: ['2027-01-31'] });
}

/** True for a day that the calendar has: no 30th of February. */
export function isCalendarDate(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
