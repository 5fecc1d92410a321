import { Command, InvalidArgumentError, Option } from 'commander';
import { embeddedCatalog } from '../../catalog/embedded.ts';
import type { Offer } from '../../catalog/types.ts';
import { findHardware, SORTS, type HardwareFilter, type HardwareSort } from '../../features/hardware.ts';
import { parseQuantity, type Dimension } from '../../manifest/quantity.ts';
import { nearestWord } from '../../manifest/suggest.ts';
import { CAPACITIES, GEOGRAPHIES, PHASES } from '../../manifest/words.ts';
import { hardwareJson, hardwareText } from '../hardware.ts';
import { formatOption, paintOfOutput, wholeNumber, widthOption } from '../usage.ts';

interface HardwareOptions {
  readonly accelerator?: readonly string[];
  readonly memory?: number;
  readonly provider?: readonly string[];
  readonly region?: readonly string[];
  readonly capacity?: readonly Offer['capacity'][];
  readonly phase?: (typeof PHASES)[number];
  readonly price?: number;
  readonly count?: number;
  readonly sort: HardwareSort;
  readonly limit?: number;
  readonly format: 'text' | 'json';
  readonly width: number;
}

/** Rows of offers that the text shows unless asked for more. */
const ROWS = 40;

const RENTABLE = CAPACITIES.filter((capacity) => capacity !== 'owned');

/** `ai-infra hardware`: prints the chips and offers that match, with specification, price, maturity, source and date. */
export function hardwareCommand(): Command {
  return new Command('hardware')
    .description('chips and their offers: specification, price by capacity, regions, frameworks, source and date')
    .addOption(listOption('--accelerator <names>', 'ids or aliases of accelerators', acceleratorIds))
    .addOption(quantityOption('--memory <size>', 'the least memory of one accelerator, as 80GiB', 'bytes'))
    .addOption(listOption('--provider <names>', 'providers', (name) => [known('provider', name, providers())]))
    .addOption(
      listOption('--region <names>', 'regions, geographies (eu) or countries (de)', (name) => [
        known('region', name, regions()),
      ]),
    )
    .addOption(listOption('--capacity <names>', RENTABLE.join(', '), (name) => [known('capacity', name, RENTABLE)]))
    .addOption(new Option('--phase <phase>', 'what it is for').choices(PHASES))
    .addOption(quantityOption('--price <dollars>', 'the most that one accelerator costs an hour', 'money'))
    .addOption(new Option('--count <number>', 'accelerators in all: machines are paid whole').argParser(atLeastOne))
    .addOption(new Option('--sort <by>', 'order of chips and offers').choices(SORTS).default('price'))
    .addOption(
      new Option('--limit <number>', `most offers (${String(ROWS)} as text, all as JSON)`).argParser(wholeNumber),
    )
    .addOption(formatOption('text', 'json'))
    .addOption(widthOption())
    .action((options: HardwareOptions) => {
      const catalog = embeddedCatalog();
      const filter = filterOf(options);
      const hardware = findHardware(catalog, filter, options.sort);
      const { limit, width } = options;
      process.stdout.write(
        options.format === 'json'
          ? hardwareJson(hardware, filter, catalog, limit)
          : hardwareText(hardware, filter, { width, limit: limit ?? ROWS, paint: paintOfOutput() }),
      );
    });
}

function filterOf(options: HardwareOptions): HardwareFilter {
  const { accelerator, memory, provider, region, capacity, phase, price, count } = options;
  return {
    ...(accelerator && { accelerators: accelerator }),
    ...(memory !== undefined && { memoryBytes: memory }),
    ...(provider && { providers: provider }),
    ...(region && { regions: region }),
    ...(capacity && { capacities: capacity }),
    ...(phase && { phase }),
    ...(price !== undefined && { maxUsdPerHour: price }),
    ...(count !== undefined && { count }),
  };
}

/** Names separated by commas; repeatable. */
function listOption<T extends string>(flags: string, what: string, read: (name: string) => readonly T[]): Option {
  return new Option(flags, `${what}; separated by commas, repeatable`).argParser(
    (text: string, before: readonly T[] | undefined): readonly T[] => [
      ...new Set([...(before ?? []), ...text.split(',').flatMap((name) => read(name.trim()))]),
    ],
  );
}

function quantityOption(flags: string, what: string, dimension: Dimension): Option {
  return new Option(flags, what).argParser((text: string): number => {
    const result = parseQuantity(dimension, text);
    if (!result.ok) throw new InvalidArgumentError(`It cannot be read: ${result.message.replaceAll('`', '')}.`);
    return result.value;
  });
}

function atLeastOne(text: string): number {
  const number = wholeNumber(text);
  if (number < 1) throw new InvalidArgumentError('It is at least 1.');
  return number;
}

/** The ids a name stands for: of `a100` every form. */
function acceleratorIds(name: string): readonly string[] {
  const catalog = embeddedCatalog();
  const match = catalog.resolveAccelerator(name);
  if (match.kind === 'ambiguous') return match.candidates;
  return [match.kind === 'unknown' ? known('accelerator', name, [...catalog.accelerators.keys()]) : match.id];
}

function providers(): readonly string[] {
  return [...embeddedCatalog().providers.keys()];
}

function regions(): readonly string[] {
  const all = [...embeddedCatalog().providers.values()].flatMap((provider) => [...provider.regions.values()]);
  return [...new Set([...GEOGRAPHIES, ...all.flatMap(({ id, country }) => [id, country.toLowerCase()])])];
}

/** The word as the catalogue writes it; a mistake in the call, with the nearest, where it has none. */
function known<T extends string>(what: string, written: string, words: readonly T[]): T {
  const found = words.find((word) => word.toLowerCase() === written.toLowerCase());
  if (found !== undefined) return found;
  const nearest = nearestWord(written, words);
  const hint = nearest === undefined ? '' : ` Did you mean ${nearest.word}?`;
  throw new InvalidArgumentError(`No ${what} is called ${JSON.stringify(written)}.${hint}`);
}
