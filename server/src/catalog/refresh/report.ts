/** A refresh in words. Plain text: what sources wrote appears in it, so it is shown as inert text, never as markup. */
import type { PriceChanges } from './changes.ts';
import type { FeedResult } from './refresh.ts';

/** `Azure's retail price service (azure): 3,912 prices as of 2026-11-24.` One sentence for each feed. */
export function feedLines(results: readonly FeedResult[]): readonly string[] {
  return results.map((result) => {
    const name = `${result.title} (${result.provider})`;
    const kept = `${count(result.prices, 'price')} as of ${result.asOf}`;
    if (result.status === 'refreshed') return `${name}: ${kept}.`;
    if (result.status === 'unchanged') return `${name}: unchanged, ${kept}.`;
    return result.prices === 0
      ? `${name}: failed, ${result.problem}. Nothing of it is used.`
      : `${name}: failed, ${result.problem}. Its last good prices stay: ${kept}.`;
  });
}

/** `aws h100-sxm: 12 prices changed, by −4.2 % in the median; most: p5.48xlarge us-east-1 spot $23.67 → $21.50 an hour.` */
export function changeLines(changes: readonly PriceChanges[]): readonly string[] {
  return changes.map(({ provider, accelerator, changed, added, medianChange, largest }) => {
    const parts: string[] = [];
    if (changed > 0 && medianChange !== undefined && largest !== undefined) {
      const { machine, region, capacity } = largest.after;
      parts.push(
        `${count(changed, 'price')} changed, by ${percent(medianChange)} in the median; most: ${machine.instance} ${region} ` +
          `${capacity} ${usd(largest.before.usdPerHour)} → ${usd(largest.after.usdPerHour)} an hour (${percent(largest.change)})`,
      );
    }
    if (added > 0) parts.push(`${count(added, 'price')} new`);
    return `${provider} ${accelerator}: ${parts.join('; ')}.`;
  });
}

/** `skypilot/aws left out 812 rows: a machine that the catalogue does not have (800; m5.large us-east-1 $0.1, …)`. */
export function droppedLines(results: readonly FeedResult[]): readonly string[] {
  return results.flatMap(({ id, dropped }) => {
    const reasons = [...dropped.reasons].sort(([, a], [, b]) => b.count - a.count);
    if (reasons.length === 0) return [];
    const total = reasons.reduce((sum, [, rows]) => sum + rows.count, 0);
    return [
      `${id} left out ${count(total, 'row')}:`,
      ...reasons.map(([reason, rows]) => {
        const more = rows.count > rows.examples.length ? ', …' : '';
        return `  ${rows.count.toLocaleString('en-US')} × ${reason}: ${rows.examples.map(inertText).join(', ')}${more}`;
      }),
    ];
  });
}

/** One sentence for all of it. */
export function summaryLine(results: readonly FeedResult[], changes: readonly PriceChanges[]): string {
  const failed = results.filter(({ status }) => status === 'failed').length;
  const changed = changes.reduce((sum, row) => sum + row.changed, 0);
  const added = changes.reduce((sum, row) => sum + row.added, 0);
  const answered = `${String(results.length - failed)} of ${count(results.length, 'source')} answered`;
  return `${answered}: ${count(changed, 'price')} changed, ${count(added, 'price')} new.`;
}

/** Text of a source, without what could speak to a terminal or turn the direction of the line. */
function inertText(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are what must not get through
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069]/g, '\ufffd');
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`;
}

function percent(share: number): string {
  const tenths = Math.round(Math.abs(share) * 1000) / 10;
  return `${share < 0 ? '−' : '+'}${String(tenths)} %`;
}

function usd(amount: number | undefined): string {
  return amount === undefined ? 'no price' : `$${amount.toLocaleString('en-US', { maximumSignificantDigits: 4 })}`;
}
