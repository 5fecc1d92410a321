/** Quantities as regular expressions, for tools that know only JSON Schema. What `parseQuantity` takes, these match; the reverse holds for the usual slips. */
import type { Dimension } from '../manifest/quantity.ts';

const NUMBER = '\\+?(?:\\d[\\d_]*(?:\\.\\d*)?|\\.\\d+)(?:[Ee][+-]?\\d+)?';
const TIME =
  'y|yrs?|years?|w|wk|weeks?|d|days?|h|hrs?|hours?|m|mins?|minutes?|s|secs?|seconds?|ms|msec|milliseconds?|us|µs|μs|microseconds?';
const PERIOD = `(?:${TIME}|mo|mon|months?)`;
const MAGNITUDE = '(?:k|m|b|t|mn|bn|thousand|million|billion|trillion)?';
const PER = ' *(?:/|per) *';

/** Each without regard to case, spaces between number and unit allowed. */
const UNITS: Readonly<Record<Dimension, string>> = {
  count: `${MAGNITUDE} *(?:tokens?|params?|parameters?|samples?)?`,
  operations: '(?:k|m|g|t|p|e|b)? *(?:flops?|ops?)?',
  bytes: '',
  duration: '',
  rate: `(?:${MAGNITUDE} *(?:req|reqs|requests?|queries|samples?|images?|frames?|tokens?)?${PER}${PERIOD}|rps|qps|fps)?`,
  money: `${MAGNITUDE} *(?:usd|us\\$|\\$|dollars?)?`,
  power: '(?:(?:k|m|g)?(?:w|watts?))?',
  share: '%?',
  energyPrice: `(?:${MAGNITUDE} *(?:usd|us\\$|\\$|dollars?)?${PER}(?:k|m|g)?wh)?`,
  powerPrice: `(?:${MAGNITUDE} *(?:usd|us\\$|\\$|dollars?)?${PER}(?:k|m|g)?w *(?:/|-|per) *${PERIOD})?`,
  dataRate: '',
  mass: '(?:(?:g|kg|t|tonnes?|kt) *(?:co2(?:e|eq)?)?)?',
};

/** Written with the case of `b` and `B` as it must be. */
const SIZE = '(?:[Bb]|[KkMmGgTtPpEe](?:[Ii]?B|[Ii])|[KkMmGgTtPpEe]?[Ii]?[Bb][Yy][Tt][Ee][Ss]?)';
const BITS = '[KkMmGgTtPpEe]?[Ii]?(?:b|[Bb][Ii][Tt][Ss]?)';

/** The pattern of a text in this dimension, anchored. */
export function quantityPattern(dimension: Dimension): string {
  if (dimension === 'bytes') return `^ *${NUMBER} *${SIZE}? *$`;
  if (dimension === 'dataRate')
    return `^ *${NUMBER} *(?:(?:${SIZE}|${BITS})(?:[Pp][Ss]|${caseless(`${PER}${PERIOD}`)}))? *$`;
  if (dimension === 'duration')
    return `^ *${NUMBER} *(?:${caseless(TIME)})?(?: *\\d+(?:\\.\\d+)? *(?:${caseless(TIME)}))* *$`;
  const currency =
    dimension === 'money' || dimension === 'energyPrice' || dimension === 'powerPrice'
      ? `(?:${caseless('us\\$|\\$|usd')})? *`
      : '';
  return `^ *${currency}${NUMBER} *${caseless(UNITS[dimension])} *$`;
}

/** `kw` → `[Kk][Ww]`; draft 7 has no flags. */
function caseless(pattern: string): string {
  return pattern.replace(/[a-z]/g, (letter) => `[${letter.toUpperCase()}${letter}]`);
}
