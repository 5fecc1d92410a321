import { Command, InvalidArgumentError, Option } from 'commander';
import { analyseFiles } from '../analyse-files.ts';
import { fixedLines, fixText, unifiedDiff, unsafeLines } from '../fix.ts';
import { EXIT_USAGE, isRule, paintOfOutput, priceBookOption, todayOption } from '../usage.ts';
import { replaceText } from '../write-file.ts';
import { inert } from '../paint.ts';

interface FixOptions {
  readonly dryRun?: true;
  readonly rule: readonly string[];
  readonly unsafe?: true;
  readonly today: string;
  readonly priceBook?: string;
}

const EXIT_NOT_DONE = 1;

/**
 * `ai-infra fix`: applies fixes that were proven, by default the safe ones. Exits 1 when something asked for is not done: a dry run
 * that would change a file, a finding of a rule named by `--rule` that no fix removes, a file that cannot be written.
 */
export function fixCommand(): Command {
  return new Command('fix')
    .description('applies proven fixes to manifests; only safe ones unless --unsafe')
    .argument('<files...>', 'manifests; - reads standard input and prints the result')
    .option('--dry-run', 'print a unified diff and change nothing; exits 1 when a file would change')
    .addOption(
      new Option('--rule <id>', 'fix only this rule, by code or name; repeatable')
        .default([], 'all')
        .argParser((id: string, before: readonly string[]) => {
          if (!isRule(id)) throw new InvalidArgumentError(`No rule is called ${JSON.stringify(id)}.`);
          return [...before, id];
        }),
    )
    .option('--unsafe', 'also fixes that change hardware, place, precision or cost (advice only where --rule names it)')
    .addOption(priceBookOption())
    .addOption(todayOption())
    .action((files: string[], options: FixOptions) => {
      const { checked, unreadable } = analyseFiles(files, { ...options, rule: {} });
      const paint = paintOfOutput();
      let done = true;
      for (const { file, analysis } of checked) {
        const before = analysis.source.text;
        const fixed = fixText(analysis, {
          ...(options.rule.length > 0 && { rules: options.rule }),
          ...(options.unsafe && { unsafe: true }),
        });
        const changes = fixed.text !== before;
        if (fixed.left > 0) done = false;
        process.stderr.write(unsafeLines(file, fixed));
        if (options.dryRun) {
          process.stdout.write(unifiedDiff(file === '-' ? 'stdin' : file, before, fixed.text));
          if (changes) done = false;
        } else if (file === '-') {
          process.stdout.write(fixed.text);
        } else {
          const problem = changes ? replaceText(file, before, fixed.text) : undefined;
          if (problem === undefined) process.stdout.write(fixedLines(file, fixed, paint));
          else {
            process.stderr.write(`ai-infra: ${inert(file)}: ${inert(problem)}\n`);
            done = false;
          }
        }
      }
      process.exitCode = unreadable ? EXIT_USAGE : done ? 0 : EXIT_NOT_DONE;
    });
}
