/** The choice of severities per rule that the settings editor offers: `aiInfra.rules` in package.json. */
import type { Rule } from '../../server/src/rules/rule.ts';
import { SEVERITIES } from '../../server/src/manifest/words.ts';

interface SeverityProperty {
  readonly type: 'string';
  readonly enum: readonly string[];
  readonly default: string;
  readonly markdownDescription: string;
}

/** One property per rule, by its name. */
export function ruleSeverityProperties(rules: readonly Rule[]): Readonly<Record<string, SeverityProperty>> {
  return Object.fromEntries(
    rules.map((rule) => [
      rule.name,
      {
        type: 'string',
        enum: SEVERITIES,
        default: rule.severity,
        markdownDescription: `${rule.code}: ${rule.docs.summary}`,
      },
    ]),
  );
}

/** package.json with the current rules in its setting of severities; unchanged where there is no such setting. */
export function withRuleSeverities(packageJson: string, rules: readonly Rule[]): string {
  const manifest = JSON.parse(packageJson) as { contributes?: { configuration?: unknown } };
  const setting = findSetting(manifest.contributes?.configuration);
  if (!setting) return packageJson;
  setting['properties'] = ruleSeverityProperties(rules);
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

/** `contributes.configuration` is one object or a list of them. */
function findSetting(configuration: unknown): Record<string, unknown> | undefined {
  for (const part of Array.isArray(configuration) ? (configuration as unknown[]) : [configuration]) {
    const { properties } = (part ?? {}) as { properties?: Readonly<Record<string, Record<string, unknown>>> };
    if (properties && Object.hasOwn(properties, 'aiInfra.rules')) return properties['aiInfra.rules'];
  }
  return undefined;
}
