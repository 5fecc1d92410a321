/** Findings as LSP diagnostics. */
import {
  DiagnosticSeverity,
  DiagnosticTag,
  type Diagnostic,
  type DiagnosticRelatedInformation,
} from 'vscode-languageserver-types';
import type { Finding, Severity } from '../rules/rule.ts';
import { RULE_PAGE_SCHEME } from '../protocol.ts';
import { followsFromSchema, isPlainYaml } from './plain-yaml.ts';
import { rangeOf, type ClientTraits, type View } from './view.ts';

export const DIAGNOSTIC_SOURCE = 'ai-infra';

const PAGES = 'https://github.com/ai-infra/ai-infra/blob/main/';

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** Rules about text that does nothing: editors fade it. */
const UNNECESSARY: ReadonlySet<string> = new Set(['AI107', 'AI109']);

/** The public page of a rule; `docs` is relative to the documentation's root. */
export function pageOf(docs: string): string {
  return PAGES + docs;
}

/** What is shown of a manifest; of one that is kept as YAML without what the YAML server says. */
export function diagnostics(view: View, traits: PageTraits): Diagnostic[] {
  const { findings } = view.analysis;
  const ours = isPlainYaml(view.document) ? findings.filter((finding) => !followsFromSchema(finding)) : findings;
  return ours.map((finding) => toDiagnostic(view, finding, traits));
}

/** A client with our commands also has the pages of the rules: it opens them without a network. */
type PageTraits = Pick<ClientTraits, 'commands'>;

export function toDiagnostic(view: View, finding: Finding, { commands }: PageTraits): Diagnostic {
  const { document } = view;
  const related = finding.related.map(({ span, message }): DiagnosticRelatedInformation => ({
    location: { uri: document.uri, range: rangeOf(document, span) },
    message,
  }));
  return {
    range: rangeOf(document, finding.span),
    severity: SEVERITIES[finding.severity],
    source: DIAGNOSTIC_SOURCE,
    code: finding.code,
    codeDescription: { href: commands ? `${RULE_PAGE_SCHEME}:/${finding.code}.md` : pageOf(finding.docs) },
    message: finding.message,
    ...(related.length > 0 ? { relatedInformation: related } : {}),
    ...(UNNECESSARY.has(finding.code) ? { tags: [DiagnosticTag.Unnecessary] } : {}),
  };
}
