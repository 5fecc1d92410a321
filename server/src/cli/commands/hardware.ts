import { Command, InvalidArgumentError, Option } from 'commander';
import type { Catalog, Offer } from '../../catalog/types.ts';
import { findHardware, SORTS, type HardwareFilter, type HardwareSort } from '../../features/hardware.ts';
import { whyNoHardware } from '../../features/hardware-nothing.ts';
import { parseQuantity, type Dimension } from '../../manifest/quantity.ts';
import { nearestWord } from '../../manifest/suggest.ts';
import { CAPACITIES, GEOGRAPHIES, PHASES } from '../../manifest/words.ts';
import { hardwareJson, hardwareText } from '../hardware.ts';
import { pricedCatalog, type PricingOptions } from '../priced-catalog.ts';
import { refreshedOption, storeOption } from '../refreshed-catalog.ts';
import {
  EXIT_USAGE,
  formatOption,
  paintOfOutput,
  priceBookOption,
  todayOption,
  wholeNumber,
  widthOption,
} from '../usage.ts';

/** Names are as they were written: which are known depends on the prices that the call asks for. */
interface HardwareOptions extends PricingOptions {
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
    .addOption(listOption(ACCELERATOR, 'ids or aliases of accelerators'))
    .addOption(quantityOption('--memory <size>', 'the least memory of one accelerator, as 80GiB', 'bytes'))
    .addOption(listOption(PROVIDER, 'providers'))
    .addOption(listOption(REGION, 'regions, geographies (eu) or countries (de)'))
    .addOption(listOption('--capacity <names>', RENTABLE.join(', '), (name) => known('capacity', name, RENTABLE)))
    .addOption(new Option('--phase <phase>', 'what it is for').choices(PHASES))
    .addOption(quantityOption('--price <dollars>', 'the most that one accelerator costs an hour', 'money'))
    .addOption(new Option('--count <number>', 'accelerators in all: machines are paid whole').argParser(atLeastOne))
    .addOption(new Option('--sort <by>', 'order of chips and offers').choices(SORTS).default('price'))
    .addOption(
      new Option('--limit <number>', `most offers (${String(ROWS)} as text, all as JSON)`).argParser(wholeNumber),
    )
    .addOption(formatOption('text', 'json'))
    .addOption(priceBookOption())
    .addOption(todayOption())
    .addOption(refreshedOption())
    .addOption(storeOption())
    .addOption(widthOption())
    .action((options: HardwareOptions, command: Command) => {
      const { catalog, unreadable } = pricedCatalog(options);
      const filter = filterOf(options, catalog, command);
      const hardware = findHardware(catalog, filter, options.sort);
      const { limit, width } = options;
      const why = hardware.chips.length === 0 ? whyNoHardware(catalog, filter) : [];
      process.stdout.write(
        options.format === 'json'
          ? hardwareJson(hardware, filter, catalog, limit)
          : hardwareText(hardware, filter, { width, limit: limit ?? ROWS, paint: paintOfOutput(), why }),
      );
      process.exitCode = unreadable ? EXIT_USAGE : 0;
    });
}

const ACCELERATOR = '--accelerator <names>';
const PROVIDER = '--provider <names>';
const REGION = '--region <names>';

function filterOf(options: HardwareOptions, catalog: Catalog, command: Command): HardwareFilter {
  const { accelerator, memory, provider, region, capacity, phase, price, count } = options;
  const named = (flags: string, names: readonly string[], read: (name: string) => readonly string[]) => [
    ...new Set(names.flatMap((name) => checked(command, flags, name, read))),
  ];
  return {
    ...(accelerator && { accelerators: named(ACCELERATOR, accelerator, (name) => acceleratorIds(catalog, name)) }),
    ...(memory !== undefined && { memoryBytes: memory }),
    ...(provider && {
      providers: named(PROVIDER, provider, (name) => [known('provider', name, [...catalog.providers.keys()])]),
    }),
    ...(region && { regions: named(REGION, region, (name) => [known('region', name, regionsOf(catalog))]) }),
    ...(capacity && { capacities: capacity }),
    ...(phase && { phase }),
    ...(price !== undefined && { maxUsdPerHour: price }),
    ...(count !== undefined && { count }),
  };
}

/** Ends the call as the parser does, where a name is not known. */
function checked(
  command: Command,
  flags: string,
  name: string,
  read: (name: string) => readonly string[],
): readonly string[] {
  try {
    return read(name);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    return command.error(`error: option '${flags}' argument '${name}' is invalid. ${error.message}`);
  }
}

/** Names separated by commas; repeatable. */
function listOption<T extends string>(flags: string, what: string, read?: (name: string) => T): Option {
  return new Option(flags, `${what}; separated by commas, repeatable`).argParser(
    (text: string, before: readonly string[] | undefined): readonly string[] => [
      ...new Set([...(before ?? []), ...text.split(',').map((name) => read?.(name.trim()) ?? name.trim())]),
    ],
  );
}

function quantityOption(flags: string, what: string, dimension: Dimension): Option {
  return new Option(flags, what).argParser((text: string): number => {
    // In a manifest a bare size is in bytes. Here nobody means bytes, and whatever was meant, everything would match.
    if (dimension === 'bytes' && Number.isFinite(Number(text))) throw new InvalidArgumentError(sizeOfWhat(text));
    const result = parseQuantity(dimension, text);
    if (!result.ok) throw new InvalidArgumentError(`It cannot be read: ${result.message.replaceAll('`', '')}.`);
    return result.value;
  });
}

function sizeOfWhat(text: string): string {
  const example = /^\d{1,6}$/.test(text) && Number(text) > 0 ? text : '80';
  return `${text.trim() === '' ? 'How much' : `${text} of what`}: write ${example}GiB.`;
}

function atLeastOne(text: string): number {
  const number = wholeNumber(text);
  if (number < 1) throw new InvalidArgumentError('It is at least 1.');
  return number;
}

/** The ids a name stands for: of `a100` every form. */
function acceleratorIds(catalog: Catalog, name: string): readonly string[] {
  const match = catalog.resolveAccelerator(name);
  if (match.kind === 'ambiguous') return match.candidates;
  return [match.kind === 'unknown' ? known('accelerator', name, [...catalog.accelerators.keys()]) : match.id];
}

/** Places of the facts, and of offers that facts do not place: those of a price book, say. */
function regionsOf(catalog: Catalog): readonly string[] {
  const all = [...catalog.providers.values()].flatMap((provider) => [...provider.regions.values()]);
  const offered = catalog.offers({}).map(({ region }) => region);
  return [...new Set([...GEOGRAPHIES, ...all.flatMap(({ id, country }) => [id, country.toLowerCase()]), ...offered])];
}

/** The word as the catalogue writes it; a mistake in the call, with the nearest, where it has none. */
function known<T extends string>(what: string, written: string, words: readonly T[]): T {
  const found = words.find((word) => word.toLowerCase() === written.toLowerCase());
  if (found !== undefined) return found;
  const nearest = nearestWord(written, words);
  const hint = nearest === undefined ? '' : ` Did you mean ${nearest.word}?`;
  throw new InvalidArgumentError(`No ${what} is called ${JSON.stringify(written)}.${hint}`);
}
