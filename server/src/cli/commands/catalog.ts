import { Command } from 'commander';
import { catalogInfo } from '../../features/catalog-info.ts';
import { catalogInfoJson, catalogInfoText } from '../catalog-info.ts';
import { pricedCatalog, type PricingOptions } from '../priced-catalog.ts';
import { refreshedOption, storeOption } from '../refreshed-catalog.ts';
import { EXIT_USAGE, formatOption, paintOfOutput, priceBookOption, todayOption, widthOption } from '../usage.ts';
import { catalogRefreshCommand } from './catalog-refresh.ts';

/** `ai-infra catalog`: about the catalogue itself. */
export function catalogCommand(): Command {
  return new Command('catalog')
    .description('what is known of hardware and prices, and from where')
    .addCommand(infoCommand())
    .addCommand(catalogRefreshCommand());
}

interface InfoOptions extends PricingOptions {
  readonly format: 'text' | 'json';
  readonly width: number;
}

function infoCommand(): Command {
  return new Command('info')
    .description('what the catalogue holds, how old it is, where it is from')
    .addOption(formatOption('text', 'json'))
    .addOption(priceBookOption())
    .addOption(todayOption())
    .addOption(refreshedOption())
    .addOption(storeOption())
    .addOption(widthOption())
    .action((options: InfoOptions) => {
      const { catalog, unreadable } = pricedCatalog(options);
      const info = catalogInfo(catalog);
      const { width, today } = options;
      process.stdout.write(
        options.format === 'json'
          ? catalogInfoJson(info)
          : catalogInfoText(info, { width, today, paint: paintOfOutput() }),
      );
      process.exitCode = unreadable ? EXIT_USAGE : 0;
    });
}
