import { Command, Option } from 'commander';
import { redacted } from '../redact.ts';
import { analyseFiles, type AnalyseOptions } from '../analyse-files.ts';
import { checkJson, checkText, exitCodeOf, FAIL_ON, type FailOn } from '../check.ts';
import { refreshedOption, storeOption } from '../refreshed-catalog.ts';
import {
  EXIT_USAGE,
  formatOption,
  paintOfOutput,
  priceBookOption,
  redactOption,
  ruleOption,
  todayOption,
} from '../usage.ts';

interface CheckOptions extends AnalyseOptions {
  readonly format: 'text' | 'json';
  readonly failOn: FailOn;
}

/** `ai-infra check`: prints the findings; exits 1 when one is at or over `--fail-on`. */
export function checkCommand(): Command {
  return new Command('check')
    .description('findings of manifests; exits 1 when one is at or over --fail-on')
    .argument('<files...>', 'manifests; - is standard input')
    .addOption(formatOption('text', 'json'))
    .addOption(new Option('--fail-on <severity>', 'the least severity that fails').choices(FAIL_ON).default('error'))
    .addOption(priceBookOption())
    .addOption(redactOption())
    .addOption(ruleOption())
    .addOption(todayOption())
    .addOption(refreshedOption())
    .addOption(storeOption())
    .action((files: string[], options: CheckOptions) => {
      const { checked: whole, unreadable } = analyseFiles(files, options);
      const checked = options.redact ? redacted(whole) : whole;
      if (options.format === 'json') process.stdout.write(checkJson(checked));
      else if (checked.length > 0) process.stdout.write(checkText(checked, paintOfOutput()));
      process.exitCode = unreadable ? EXIT_USAGE : exitCodeOf(checked, options.failOn);
    });
}
