/** The part of `node:assert/strict` that the tests use, for the extension host in a browser, which has no modules of Node.js. */

class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

function check(holds: boolean, message: string | undefined, otherwise: () => string): asserts holds {
  if (!holds) throw new AssertionError(message ?? otherwise());
}

const show = (value: unknown): string => JSON.stringify(value, null, 1) ?? String(value);

export default {
  ok: (value: unknown, message?: string): void => check(Boolean(value), message, () => `${show(value)} is not true`),
  equal: (actual: unknown, expected: unknown, message?: string): void =>
    check(Object.is(actual, expected), message, () => `${show(actual)} is not ${show(expected)}`),
  notEqual: (actual: unknown, expected: unknown, message?: string): void =>
    check(!Object.is(actual, expected), message, () => `still ${show(actual)}`),
  /** Of plain values: what JSON can carry. */
  deepEqual: (actual: unknown, expected: unknown, message?: string): void =>
    check(show(actual) === show(expected), message, () => `${show(actual)} is not ${show(expected)}`),
  match: (text: string, pattern: RegExp, message?: string): void =>
    check(pattern.test(text), message, () => `${show(text)} does not match ${String(pattern)}`),
  doesNotMatch: (text: string, pattern: RegExp, message?: string): void =>
    check(!pattern.test(text), message, () => `${show(text)} matches ${String(pattern)}`),
};
