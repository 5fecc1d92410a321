import { Command, InvalidArgumentError } from 'commander';
import { rules } from '../../rules/index.ts';
import { nearestNames } from '../../catalog/naming.ts';
import type { Rule } from '../../rules/rule.ts';
import { ruleList, ruleText } from '../explain.ts';
import { paintOfOutput, widthOption } from '../usage.ts';

/** `ai-infra explain AI501`: the rule's page in the terminal; without a rule, the list of all. */
export function explainCommand(): Command {
  return new Command('explain')
    .description('what a rule finds, why, with examples and fixes; without a rule, the list of all')
    .argument('[rules...]', 'codes or names, such as AI501 or spot-without-checkpointing', findRule)
    .addOption(widthOption())
    .action((named: readonly Rule[], { width }: { readonly width: number }) => {
      const options = { width, paint: paintOfOutput() };
      process.stdout.write(
        named.length === 0 ? ruleList(rules, options) : named.map((rule) => ruleText(rule, options)).join('\n'),
      );
    });
}

/** The code in any case. */
function findRule(id: string, before: readonly Rule[] | undefined): readonly Rule[] {
  const found = rules.find(({ code, name }) => code === id.toUpperCase() || name === id.toLowerCase());
  if (found) return [...(before ?? []), found];
  const [near] = nearestNames(
    id,
    rules.flatMap(({ code, name }) => [name, code]),
  );
  throw new InvalidArgumentError(
    `No rule is called so${near === undefined ? '; ai-infra explain lists them' : `: did you mean ${near}?`}`,
  );
}
