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

export function rulePage(rule: Rule): string {
  const { title, facts, summary, sections } = pageOf(rule);
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

export function rulesIndex(rules: readonly Rule[]): string {
  const sections = GROUPS.flatMap(([prefix, title]) => {
    const members = rules.filter((rule) => rule.code.startsWith(prefix));
    return members.length === 0 ? [] : [`## ${title}\n\n${table(members)}`];
  });
  const intro = [
    '# Rules',
    'Every finding has a code and a name; settings, `rules:` in a manifest and suppressing comments take both.',
    'A rule speaks when the numbers prove it, is silent when they prove the opposite, and asks for the missing fact when neither holds. *Fix* marks rules that offer an edit.',
  ];
  return `${[...intro, ...sections].join('\n\n')}\n`;
}

function table(rules: readonly Rule[]): string {
  const rows = rules.map((rule) => {
    const fix = (rule.docs.fixes?.length ?? 0) > 0 ? 'yes' : '';
    return `| [${rule.code}](${rule.code}.md) | \`${rule.name}\` | ${rule.severity} | ${cell(rule.docs.summary)} | ${fix} |`;
  });
  return ['| code | name | severity | finds | fix |', '|---|---|---|---|---|', ...rows].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
