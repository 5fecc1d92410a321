/** The page of a rule, and the table of all of them, from what the rules say of themselves. */
import { pageOf, type PagePart } from '../../server/src/rules/page.ts';
import type { Rule } from '../../server/src/rules/rule.ts';

const GROUPS: readonly (readonly [prefix: string, title: string])[] = [
  ['AI1', 'The manifest'],
  ['AI2', 'Hardware, and where it runs'],
  ['AI3', 'Frameworks and engines'],
  ['AI4', 'Memory, parallelism, topology'],
  ['AI5', 'Failures and interruptions'],
  ['AI6', 'Time and latency'],
  ['AI7', 'Cost'],
  ['AI8', 'Data, compliance, location'],
  ['AI9', 'Operation'],
];

export function rulePage(rule: Rule, catalogAsOf?: string): string {
  const { title, facts, summary, sections } = pageOf(rule, catalogAsOf);
  const rendered = sections.map((section) => [`## ${section.title}`, ...section.parts.map(markdown)].join('\n\n'));
  return `${[`# ${title}`, facts, summary, ...rendered].join('\n\n')}\n`;
}

function markdown(part: PagePart): string {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'yaml':
      return `\`\`\`yaml\n${part.text}\n\`\`\``;
    case 'list':
      return part.items.map((item) => `- ${item}`).join('\n');
  }
}

/** What the table says beside the rule's own words. */
export interface IndexFacts {
  /** Severities that the rule can report, its own first: `error/warning`. */
  readonly severities: ReadonlyMap<string, string>;
  /** Codes of rules whose fixes may be applied unseen. */
  readonly safe: ReadonlySet<string>;
  /** What is not known, so that the rule cannot always decide. */
  readonly limits: ReadonlyMap<string, string>;
}

export function rulesIndex(rules: readonly Rule[], facts: IndexFacts): string {
  const sections = GROUPS.flatMap(([prefix, title]) => {
    const members = rules.filter((rule) => rule.code.startsWith(prefix));
    return members.length === 0 ? [] : [`## ${title}\n\n${table(members, facts)}`];
  });
  const intro = [
    '# Rules',
    'Every finding has a code and a name; settings, `rules:` in a manifest and suppressing comments take both.',
    'A rule speaks when the numbers prove it, is silent when they prove the opposite, and asks for the missing fact when neither holds.',
    '*Fix*: the rule offers an edit that was proven; a *safe* one is applied by *fix all* and by `ai-infra fix`. *Tests*: examples of its page that are run, those it objects to, those it accepts, and fixes; beside them every fix and every silencing is held over a corpus of manifests. *Not known*: what the product lacks to decide every case; it then says nothing, or asks.',
  ];
  return `${[...intro, ...sections].join('\n\n')}\n`;
}

function table(rules: readonly Rule[], { severities, safe, limits }: IndexFacts): string {
  const rows = rules.map(({ code, name, severity, docs }) => {
    const fixes = docs.fixes?.length ?? 0;
    const cells = [
      `[${code}](${code}.md)`,
      `\`${name}\``,
      (severities.get(code) ?? severity).replaceAll('/', ', '),
      cell(docs.summary),
      fixes === 0 ? '' : safe.has(code) ? 'safe' : 'yes',
      `${docs.bad.length} + ${docs.good.length}${fixes === 0 ? '' : ` + ${fixes}`}`,
      cell(limits.get(code) ?? ''),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const head = ['code', 'name', 'severity', 'finds', 'fix', 'tests', 'not known'];
  return [`| ${head.join(' | ')} |`, `|${'---|'.repeat(head.length)}`, ...rows].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
