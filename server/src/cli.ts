#!/usr/bin/env node
/** `ai-infra`: the engine on the command line. Exits 0 clean, 1 findings, 2 a mistake in the call or a file that cannot be read. */
import { Command, CommanderError } from 'commander';
import { commands } from './cli/commands/index.ts';
import { NoRefreshedPrices } from './cli/refreshed-catalog.ts';
import { EXIT_USAGE } from './cli/usage.ts';
import { VERSION } from './version.ts';

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

const program = new Command('ai-infra')
  .description(
    'Plans the machines that machine learning runs on: reads ai-infra.yaml, says what is wrong, costs and fits.',
  )
  .version(VERSION)
  .addHelpText(
    'after',
    '\nPrices come from the catalogue inside; nothing is sent or fetched unless a command says so.',
  );

program.exitOverride();
for (const make of commands) program.addCommand(inheriting(make(), program));

/** Commands that are made apart do not inherit; a mistake in any of them ends here, with one exit code. */
function inheriting(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent);
  for (const child of command.commands) inheriting(child, command);
  return command;
}

program.parseAsync().catch((error: unknown) => {
  if (error instanceof NoRefreshedPrices) {
    process.stderr.write(`ai-infra: ${error.message}\n`);
    process.exitCode = EXIT_USAGE;
    return;
  }
  if (!(error instanceof CommanderError)) throw error;
  // commander has said what is wrong; help and version that were asked for are no mistake.
  process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE;
});
