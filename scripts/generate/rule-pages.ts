/** The page of a rule, and the table of all of them, from what the rules say of themselves. */
import type { Rule, RuleExample } from '../../server/src/rules/rule.ts';

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
  const { docs } = rule;
  const parts = [
    `# ${rule.code}: ${rule.name}`,
    facts(rule),
    docs.summary,
    `## What it finds\n\n${docs.what}`,
    `## Why it matters\n\n${docs.why}`,
    examples('## What it objects to', docs.bad),
    examples('## What it accepts', docs.good),
    fixes(rule),
    `## When to silence it\n\n${docs.whenToSilence}\n\n${silence(rule)}`,
    docs.sources && docs.sources.length > 0
      ? `## Sources\n\n${docs.sources.map((source) => `- ${source}`).join('\n')}`
      : '',
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
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

function facts(rule: Rule): string {
  const fixable = (rule.docs.fixes?.length ?? 0) > 0 ? 'offers a fix' : 'offers no fix';
  return `Severity: **${rule.severity}** · ${fixable}`;
}

function examples(title: string, list: readonly RuleExample[]): string {
  if (list.length === 0) return '';
  return [
    title,
    ...list.map((example) => `${sentence(example.title)}\n\n${fenced(withoutMarks(example.manifest))}`),
  ].join('\n\n');
}

function fixes(rule: Rule): string {
  const list = rule.docs.fixes ?? [];
  if (list.length === 0) return '';
  const shown = list.map(
    (fix) =>
      `*${fix.title}* turns\n\n${fenced(withoutMarks(fix.before))}\n\ninto\n\n${fenced(withoutMarks(fix.after))}`,
  );
  return ['## How it is fixed', ...shown].join('\n\n');
}

function silence(rule: Rule): string {
  const inManifest = fenced(`rules: { ${rule.name}: off }`);
  const inLine = fenced(`# ai-infra-ignore-line ${rule.name} -- why`);
  return `For the whole manifest:\n\n${inManifest}\n\nFor one line, as a comment at its end:\n\n${inLine}`;
}

function fenced(yaml: string): string {
  return `\`\`\`yaml\n${yaml.replace(/^\n+|\s+$/g, '')}\n\`\`\``;
}

function withoutMarks(manifest: string): string {
  return manifest.replaceAll('<|', '').replaceAll('|>', '');
}

function sentence(title: string): string {
  const text = title.charAt(0).toUpperCase() + title.slice(1);
  return /[.:!?]$/.test(text) ? text : `${text}:`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
