/** The page of a rule for a terminal, and the list of all rules. */
import { embeddedCatalog } from '../catalog/embedded.ts';
import { pageOf, type PagePart } from '../rules/page.ts';
import type { Rule } from '../rules/rule.ts';
import type { Paint } from './paint.ts';
import { cut, wrap } from './table.ts';

export interface ExplainOptions {
  /** Columns of the terminal. */
  readonly width: number;
  readonly paint: Paint;
}

export function ruleText(rule: Rule, options: ExplainOptions): string {
  const { width, paint } = options;
  const { title, facts, summary, sections } = pageOf(rule, embeddedCatalog().asOf);
  const lines = [
    paint('bold', title),
    paint(rule.severity, facts.replaceAll('**', '')),
    '',
    ...wrap(summary, width, ''),
  ];
  for (const section of sections) {
    lines.push('', paint('bold', section.title));
    for (const part of section.parts) lines.push('', ...partLines(part, options));
  }
  return `${lines.join('\n')}\n`;
}

function partLines(part: PagePart, { width, paint }: ExplainOptions): string[] {
  switch (part.kind) {
    case 'text':
      return wrap(part.text.replace(/^\*(.*)\* turns$/, '“$1” turns'), width, '');
    // Not wrapped: it is to be copied.
    case 'yaml':
      return part.text.split('\n').map((line) => paint('dim', `    ${line}`.trimEnd()));
    case 'list':
      return part.items.flatMap((item) => {
        const [first = '', ...rest] = wrap(item, width, '  ');
        return [`- ${first.trimStart()}`, ...rest];
      });
  }
}

/** A line a rule. */
export function ruleList(rules: readonly Rule[], { width, paint }: ExplainOptions): string {
  const names = Math.max(...rules.map(({ name }) => name.length));
  const lines = rules.map(({ code, name, severity, docs }) => {
    const line = cut(`${code}  ${name.padEnd(names)}  ${severity.padEnd(7)}  ${docs.summary}`, width);
    return line.replace(severity, paint(severity, severity));
  });
  return `${lines.join('\n')}\n`;
}
