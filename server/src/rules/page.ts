/** The page of a rule as a structure: what, why, examples, fix, silencing, sources. Rendered to Markdown and for a terminal. */
import type { Rule, RuleExample } from './rule.ts';

export type PagePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'yaml'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] };

export interface PageSection {
  readonly title: string;
  readonly parts: readonly PagePart[];
}

export interface RulePage {
  /** `AI501: spot-without-checkpointing` */
  readonly title: string;
  readonly facts: string;
  readonly summary: string;
  readonly sections: readonly PageSection[];
}

/** @param catalogAsOf date of the catalogue, for pages that rest on it */
export function pageOf(rule: Rule, catalogAsOf?: string): RulePage {
  const { docs, code, name, severity } = rule;
  const fixes = docs.fixes ?? [];
  const sources = [...docs.sources];
  if (catalogAsOf !== undefined && sources.some((source) => /\bcatalogue\b/i.test(source)))
    sources.push(`The catalogue of this version is of ${catalogAsOf}`);
  const sections: PageSection[] = [
    { title: 'What it finds', parts: [text(docs.what)] },
    { title: 'Why it matters', parts: [text(docs.why)] },
    { title: 'What it objects to', parts: docs.bad.flatMap(example) },
    { title: 'What it accepts', parts: docs.good.flatMap(example) },
    {
      title: 'How it is fixed',
      parts: fixes.flatMap((fix) => [text(`*${fix.title}* turns`), yaml(fix.before), text('into'), yaml(fix.after)]),
    },
    { title: 'When to silence it', parts: [text(docs.whenToSilence), ...silencing(name)] },
    { title: 'Sources', parts: sources.length > 0 ? [{ kind: 'list', items: sources }] : [] },
  ];
  return {
    title: `${code}: ${name}`,
    facts: `Severity: **${severity}** · ${fixes.length > 0 ? 'offers a fix' : 'offers no fix'}`,
    summary: docs.summary,
    sections: sections.filter(({ parts }) => parts.length > 0),
  };
}

function silencing(name: string): PagePart[] {
  return [
    text('For the whole manifest:'),
    yaml(`rules: { ${name}: off }`),
    text('For one line, as a comment at its end:'),
    yaml(`# ai-infra-ignore-line ${name} -- why`),
  ];
}

function example({ title, manifest }: RuleExample): PagePart[] {
  return [text(sentence(title)), yaml(manifest)];
}

function text(words: string): PagePart {
  return { kind: 'text', text: words };
}

/** Without the marks that the tests read. */
function yaml(manifest: string): PagePart {
  return {
    kind: 'yaml',
    text: manifest
      .replaceAll('<|', '')
      .replaceAll('|>', '')
      .replace(/^\n+|\s+$/g, ''),
  };
}

function sentence(title: string): string {
  const words = title.charAt(0).toUpperCase() + title.slice(1);
  return /[.:!?]$/.test(words) ? words : `${words}:`;
}
