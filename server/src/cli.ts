#!/usr/bin/env node
/** `ai-infra`: the engine on the command line. Reads files and arguments, prints, exits 0 clean, 1 findings, 2 usage or unreadable file. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { analyse, type Analysis } from './analysis.ts';
import { embeddedCatalog } from './catalog/embedded.ts';
import { checkJson, checkText, exitCodeOf, FAIL_ON, type CheckedFile } from './cli/check.ts';
import { planJson, planText } from './cli/plan.ts';
import { plain, terminal, type Paint } from './cli/paint.ts';
import { rules } from './rules/index.ts';
import type { Severity } from './rules/rule.ts';
import { VERSION } from './version.ts';

const HELP = `Usage: ai-infra check FILES…        findings; exits 1 when one is at or over --fail-on
       ai-infra plan FILES…         target, memory, time, cost and better hardware of each workload

  --format text|json       (text)
  --fail-on SEVERITY       error, warning, info, hint or never (error)
  --rule ID=SEVERITY       severity of a rule, by code or name: off, hint, info, warning, error; may be repeated
  --today DATE             the day to judge by, as 2026-11-23 (today)
  --alternatives N         how many alternatives a plan prints (5)
  --width N                columns of the text (the terminal's, else 100)
  --version, --help

A file named - is standard input. Prices come from the catalogue inside; nothing is sent or fetched.
`;

/** Below this no table can be read. */
const LEAST_WIDTH = 40;

/** A mistake in the call itself: message and exit code 2. */
class UsageError extends Error {}

const SEVERITIES: readonly (Severity | 'off')[] = ['off', 'hint', 'info', 'warning', 'error'];

function main(args: readonly string[]): number {
  const { values, positionals } = parse(args);
  if (values.help || args.length === 0) {
    process.stdout.write(HELP);
    return args.length === 0 ? 2 : 0;
  }
  if (values.version) {
    process.stdout.write(`${VERSION}\n`);
    return 0;
  }
  const [command, ...files] = positionals;
  if (command !== 'check' && command !== 'plan')
    throw new UsageError(`unknown command ${JSON.stringify(command ?? '')}: it is check or plan`);
  if (files.length === 0) throw new UsageError(`${command} wants at least one file`);
  const format = oneOf('--format', values.format ?? 'text', ['text', 'json']);
  const failOn = oneOf('--fail-on', values['fail-on'] ?? 'error', FAIL_ON);
  const today = values.today ?? new Date().toISOString().slice(0, 10);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(today) || Number.isNaN(Date.parse(today)))
    throw new UsageError(`--today wants a date such as 2026-11-23, not ${JSON.stringify(today)}`);
  const ruleOverrides = overrides(values.rule ?? []);
  const width = Math.max(LEAST_WIDTH, count('--width', values.width, process.stdout.columns ?? 100));
  const alternatives = count('--alternatives', values.alternatives, 5);
  const paint: Paint = process.stdout.isTTY && !process.env['NO_COLOR'] ? terminal : plain;

  const checked: CheckedFile[] = [];
  let unreadable = false;
  for (const file of files) {
    const text = read(file);
    if (text instanceof Error) {
      unreadable = true;
      process.stderr.write(`ai-infra: ${file}: ${text.message}\n`);
      continue;
    }
    const analysis = analyse({ text, catalog: embeddedCatalog(), today, settings: { ruleOverrides } });
    report(analysis);
    checked.push({ file, analysis });
  }
  if (checked.length > 0 || format === 'json') {
    if (command === 'check') process.stdout.write(format === 'json' ? checkJson(checked) : checkText(checked, paint));
    else
      process.stdout.write(format === 'json' ? planJson(checked) : planText(checked, { width, alternatives, paint }));
  }
  if (unreadable) return 2;
  return command === 'check' ? exitCodeOf(checked, failOn) : 0;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        format: { type: 'string' },
        'fail-on': { type: 'string' },
        rule: { type: 'string', multiple: true },
        today: { type: 'string' },
        alternatives: { type: 'string' },
        width: { type: 'string' },
        version: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function oneOf<const T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((word) => word === value);
  if (found === undefined) throw new UsageError(`${option} is ${allowed.join(', ')}, not ${JSON.stringify(value)}`);
  return found;
}

function count(option: string, value: string | undefined, fallback: number): number {
  if (value === undefined) return fallback;
  if (!/^\d+$/.test(value)) throw new UsageError(`${option} wants a number, not ${JSON.stringify(value)}`);
  return Number(value);
}

function overrides(entries: readonly string[]): Record<string, Severity | 'off'> {
  const map: Record<string, Severity | 'off'> = {};
  for (const entry of entries) {
    const [id = '', word = ''] = entry.split('=', 2);
    if (!rules.some((rule) => rule.code === id || rule.name === id))
      throw new UsageError(`--rule: no rule is called ${JSON.stringify(id)}`);
    map[id] = oneOf('--rule ID=SEVERITY', word, SEVERITIES);
  }
  return map;
}

/** The text of a file, or why it cannot be read. Bytes that are no UTF-8 become replacement characters, as in an editor. */
function read(file: string): string | Error {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const why =
      code === 'ENOENT'
        ? 'there is no such file'
        : code === 'EISDIR'
          ? 'this is a folder: name a file'
          : code === 'EACCES'
            ? 'it may not be read'
            : String(error);
    return new Error(why);
  }
}

/** A rule that crashed is a defect of ours: said on standard error, never hidden. */
function report(analysis: Analysis): void {
  for (const { rule, workload, error } of analysis.crashes) {
    process.stderr.write(
      `ai-infra: internal error in ${rule}${workload === undefined ? '' : ` on ${workload}`}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
  }
}

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`ai-infra: ${error.message}. See ai-infra --help.\n`);
  process.exitCode = 2;
}
