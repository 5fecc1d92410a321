/** A list of distinct values in the order of first use; rows refer to them by index. */
export interface ValueTable<T> {
  readonly values: readonly T[];
  indexOf(value: T): number;
}

export function createValueTable<T>(): ValueTable<T> {
  const values: T[] = [];
  const indexes = new Map<string, number>();
  return {
    values,
    indexOf: (value) => {
      const key = JSON.stringify(value);
      const known = indexes.get(key);
      if (known !== undefined) return known;
      indexes.set(key, values.length);
      values.push(value);
      return values.length - 1;
    },
  };
}

/** The date a source states, as an ISO date or its prefix; the earliest year of an "undated (2025-26)"; '' where there is none. */
export function isoDate(stated: string): string {
  return /\d{4}(?:-(?:0[1-9]|1[0-2])(?:-\d{2})?)?(?!\d)/.exec(stated)?.[0] ?? '';
}

/** The source with what its date column says beyond a date ("undated, prices match 2026-05-24 snapshot"). */
export function sourceWithDate(source: string, stated: string): string {
  return /^\d{4}(-\d{2}){0,2}$/.test(stated) || stated === '' ? source : `${source}; date: ${stated}`;
}
