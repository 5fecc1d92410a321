import { Command, Option } from 'commander';
import { analyseFiles, type AnalyseOptions } from '../analyse-files.ts';
import { compareJson, compareText } from '../compare.ts';
import { redactedCompareJson, redactedCompareText } from '../compare-redacted.ts';
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

interface CompareOptions extends AnalyseOptions {
  readonly format: 'text' | 'json';
  readonly workload: readonly string[];
  readonly alternatives: number;
  readonly width: number;
}

/** `ai-infra compare`: each workload against all else that could be had. Exits 0 when the files can be read and hold the workloads asked for. */
export function compareCommand(): Command {
  return new Command('compare')
    .description('front of cost and time, alternatives, what would flip the choice, what was not considered and why')
    .argument('<files...>', 'manifests; - is standard input')
    .addOption(
      new Option('--workload <name>', 'only this workload; repeatable')
        .default([], 'all')
        .argParser((name: string, before: readonly string[]) => [...before, name]),
    )
    .addOption(
      new Option('--alternatives <number>', 'how many alternatives the text shows').default(10).argParser(wholeNumber),
    )
    .addOption(formatOption('text', 'json'))
    .addOption(priceBookOption())
    .addOption(redactOption())
    .addOption(ruleOption())
    .addOption(todayOption())
    .addOption(refreshedOption())
    .addOption(storeOption())
    .addOption(widthOption())
    .action(
      (files: string[], { workload, format, width, alternatives, ...options }: CompareOptions, command: Command) => {
        const { checked, unreadable } = analyseFiles(files, options);
        for (const name of workload)
          if (!checked.some(({ analysis }) => analysis.plans.has(name)))
            command.error(`error: no workload that can be planned is called ${JSON.stringify(name)}`);
        const shown = { width, alternatives, workloads: workload, paint: paintOfOutput() };
        const [json, text] = options.redact ? [redactedCompareJson, redactedCompareText] : [compareJson, compareText];
        if (format === 'json') process.stdout.write(json(checked, workload));
        else if (checked.length > 0) process.stdout.write(text(checked, shown));
        process.exitCode = unreadable ? EXIT_USAGE : 0;
      },
    );
}
