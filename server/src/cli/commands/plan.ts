import { Command, Option } from 'commander';
import { redacted, redactedTotals } from '../redact.ts';
import { analyseFiles, type AnalyseOptions } from '../analyse-files.ts';
import { grandTotals, planJson, planText } from '../plan.ts';
import { refreshedOption, storeOption } from '../refreshed-catalog.ts';
import {
  EXIT_USAGE,
  formatOption,
  paintOfOutput,
  priceBookOption,
  redactOption,
  ruleOption,
  todayOption,
  wholeNumber,
  widthOption,
} from '../usage.ts';

interface PlanOptions extends AnalyseOptions {
  readonly format: 'text' | 'json';
  readonly alternatives: number;
  readonly width: number;
}

/** `ai-infra plan`: prints what each workload runs on, needs, takes and costs. Exits 0 when the files can be read. */
export function planCommand(): Command {
  return new Command('plan')
    .description('target, memory, time, cost and better hardware of each workload')
    .argument('<files...>', 'manifests; - is standard input')
    .addOption(formatOption('text', 'json'))
    .addOption(
      new Option('--alternatives <number>', 'how many alternatives the text shows; 0: none are searched for')
        .default(5)
        .argParser(wholeNumber),
    )
    .addOption(priceBookOption())
    .addOption(redactOption())
    .addOption(ruleOption())
    .addOption(todayOption())
    .addOption(refreshedOption())
    .addOption(storeOption())
    .addOption(widthOption())
    .action((files: string[], options: PlanOptions) => {
      const { width, alternatives } = options;
      const { checked: whole, unreadable } = analyseFiles(files, options);
      const checked = options.redact ? redacted(whole) : whole;
      const totals = options.redact ? redactedTotals(grandTotals(whole)) : grandTotals(whole);
      if (options.format === 'json') process.stdout.write(planJson(checked, totals, alternatives > 0));
      else if (checked.length > 0)
        process.stdout.write(planText(checked, { width, alternatives, totals, paint: paintOfOutput() }));
      process.exitCode = unreadable ? EXIT_USAGE : 0;
    });
}
