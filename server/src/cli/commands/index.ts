/** The commands of `ai-infra`: a file each, a line here. */
import type { Command } from 'commander';
import { catalogCommand } from './catalog.ts';
import { checkCommand } from './check.ts';
import { compareCommand } from './compare.ts';
import { explainCommand } from './explain.ts';
import { fixCommand } from './fix.ts';
import { hardwareCommand } from './hardware.ts';
import { planCommand } from './plan.ts';

export const commands: readonly (() => Command)[] = [
  checkCommand,
  planCommand,
  compareCommand,
  fixCommand,
  explainCommand,
  hardwareCommand,
  catalogCommand,
];
