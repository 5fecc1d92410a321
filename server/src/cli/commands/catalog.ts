import { Command } from 'commander';
import { catalogRefreshCommand } from './catalog-refresh.ts';

/** `ai-infra catalog`: what has to do with the catalogue itself. */
export function catalogCommand(): Command {
  return new Command('catalog').description('the catalogue of hardware and prices').addCommand(catalogRefreshCommand());
}
