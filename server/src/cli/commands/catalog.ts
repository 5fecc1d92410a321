import { Command } from 'commander';
import { embeddedCatalog } from '../../catalog/embedded.ts';
import { catalogInfo } from '../../features/catalog-info.ts';
import { catalogInfoJson, catalogInfoText } from '../catalog-info.ts';
import { formatOption, paintOfOutput, todayOption, widthOption } from '../usage.ts';
import { catalogRefreshCommand } from './catalog-refresh.ts';

/** `ai-infra catalog`: about the catalogue itself. */
export function catalogCommand(): Command {
  return new Command('catalog')
    .description('what is known of hardware and prices, and from where')
    .addCommand(infoCommand())
    .addCommand(catalogRefreshCommand());
}

interface InfoOptions {
  readonly format: 'text' | 'json';
  readonly width: number;
  readonly today: string;
}

function infoCommand(): Command {
  return new Command('info')
    .description('what the catalogue holds, how old it is, where it is from')
    .addOption(formatOption('text', 'json'))
    .addOption(todayOption())
    .addOption(widthOption())
    .action((options: InfoOptions) => {
      const info = catalogInfo(embeddedCatalog());
      const { width, today } = options;
      process.stdout.write(
        options.format === 'json'
          ? catalogInfoJson(info)
          : catalogInfoText(info, { width, today, paint: paintOfOutput() }),
      );
    });
}
