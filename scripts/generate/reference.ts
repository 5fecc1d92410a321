/** `docs/reference/manifest.md`: every key with its type, unit, default and meaning, from the schema. */
import { DIMENSIONS, type Dimension } from '../../server/src/manifest/quantity.ts';
import type { Path } from '../../server/src/manifest/source.ts';
import type { JsonSchema } from '../../server/src/schema/json-schema-types.ts';
import { schemaAt, type SchemaKey, type SchemaPlace } from '../../server/src/schema/walk.ts';

interface Section {
  readonly title: string;
  readonly path: Path;
}

/** Mappings that have a section of their own, in the order of the page; `*` is any name. */
const SECTIONS: readonly Section[] = [
  { title: 'Top level', path: [] },
  { title: 'budget', path: ['budget'] },
  { title: 'policy', path: ['policy'] },
  { title: 'pricing', path: ['pricing'] },
  { title: 'clusters.*', path: ['clusters', '*'] },
  { title: 'clusters.*.cost', path: ['clusters', '*', 'cost'] },
  { title: 'workloads.*', path: ['workloads', '*'] },
  ...[
    ['model'],
    ['data'],
    ['training'],
    ['training', 'parallelism'],
    ['serving'],
    ['serving', 'requests'],
    ['serving', 'parallelism'],
    ['serving', 'latency'],
    ['serving', 'cache'],
    ['serving', 'autoscaling'],
    ['checkpointing'],
    ['storage'],
    ['network'],
    ['edge'],
    ['target'],
    ['target', 'baseline'],
  ].map((path) => ({ title: path.join('.'), path: ['workloads', '*', ...path] })),
];

const LISTS: Readonly<Record<string, string>> = {
  accelerator: 'accelerator',
  provider: 'provider',
  region: 'region or geography',
  instance: 'machine type',
  model: 'known model',
  'edge-device': 'edge device',
  cluster: 'name under `clusters`',
  geography: 'geography or country',
  rule: 'rule',
  location: 'place',
};

export function manifestReference(root: JsonSchema): string {
  const sections = SECTIONS.map((section) => sectionText(root, section));
  return `${[INTRODUCTION, quantities(), ...sections, MERGING, EXPECTATIONS, PRICES, NAMES, SUPPRESSING].join('\n\n')}\n`;
}

/** Paths of mappings that the reference must have a section for, and has not: a test holds that there are none. */
export function undocumentedMappings(root: JsonSchema): readonly string[] {
  const known = new Set(SECTIONS.map((section) => section.path.join('.')));
  const missing: string[] = [];
  const visit = (path: Path, depth: number): void => {
    const keys = schemaAt(root, path)?.keys ?? [];
    if (keys.length > 0 && !known.has(path.join('.'))) missing.push(path.join('.'));
    if (depth > 6) return;
    for (const key of keys) {
      const below = schemaAt(root, [...path, key.name]);
      // `defaults` repeats the workload, `alternatives` and `burst` the target.
      if (['defaults', 'alternatives', 'burst'].includes(key.name)) continue;
      visit(below?.types.includes('map') ? [...path, key.name, '*'] : [...path, key.name], depth + 1);
    }
  };
  visit([], 0);
  return missing;
}

function sectionText(root: JsonSchema, section: Section): string {
  const place = schemaAt(root, section.path);
  if (!place) throw new Error(`The schema has no ${section.path.join('.')}: mend the sections of the reference.`);
  const level = section.path.length === 0 || section.title.includes('*') ? '##' : '###';
  const title = section.path.length === 0 ? section.title : `\`${section.title}\``;
  const rows = place.keys.map((key) => row(root, [...section.path, key.name], key));
  const table = ['| key | value | default | meaning |', '|---|---|---|---|', ...rows].join('\n');
  return `${level} ${title}\n\n${place.description}\n\n${table}`;
}

function row(root: JsonSchema, path: Path, key: SchemaKey): string {
  const place = schemaAt(root, path);
  if (!place) throw new Error(`The schema has no ${path.join('.')}`);
  const byDefault = key.required ? '**required**' : (place.default ?? '');
  const example =
    place.examples.length > 0 && place.values.length === 0 ? ` For example \`${String(place.examples[0])}\`.` : '';
  return `| \`${key.name}\` | ${escaped(linked(typeText(root, place), path))} | ${escaped(byDefault)} | ${escaped(place.description + example)} |`;
}

/** A mapping with a section of its own leads there. */
function linked(text: string, path: Path): string {
  const section = SECTIONS.find(
    ({ path: own }) => own.join('.') === path.join('.') || own.join('.') === [...path, '*'].join('.'),
  );
  if (!section) return text;
  const anchor = section.title.toLowerCase().replace(/[^a-z0-9-]/g, '');
  return text.replace(/mapping$/, `[mapping](#${anchor})`);
}

function typeText(root: JsonSchema, place: SchemaPlace): string {
  const words = place.values.filter(
    (value) => typeof value !== 'boolean' || !place.types.includes('boolean') || place.values.length < 2,
  );
  const parts: string[] = words.map((value) => `\`${String(value)}\``);
  for (const type of place.types) {
    switch (type) {
      case 'quantity':
        if (place.dimension) parts.push(`[${DIMENSIONS[place.dimension].name.replace(/^an? /, '')}](#quantities)`);
        break;
      case 'list':
        parts.push(`list of ${itemText(root, place)}`);
        break;
      case 'map':
        parts.push(mapText(root, place));
        break;
      case 'mapping':
        parts.push('mapping');
        break;
      case 'boolean':
        if (words.length === 0) parts.push('`true`, `false`');
        break;
      case 'text':
        if (words.length === 0) parts.push(place.valueList ? (LISTS[place.valueList] ?? 'text') : 'text');
        break;
      case 'number':
      case 'whole number':
        if (!words.some((word) => typeof word === 'number')) parts.push(type);
        break;
    }
  }
  return parts.join(', ');
}

function itemText(root: JsonSchema, place: SchemaPlace): string {
  const item =
    place.item && schemaAt({ ...place.item, ...(root.definitions && { definitions: root.definitions }) }, []);
  if (!item) return 'values';
  return item.keys.length > 0 ? 'mappings' : typeText(root, item);
}

function mapText(root: JsonSchema, place: SchemaPlace): string {
  const key = place.keyList ? (LISTS[place.keyList] ?? 'name') : 'name';
  const item = itemText(root, place);
  return `map: ${key} → ${item === 'mappings' ? 'mapping' : item}`;
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|');
}

function quantities(): string {
  const rows = (Object.keys(DIMENSIONS) as Dimension[]).map((dimension) => {
    const { name, unit } = DIMENSIONS[dimension];
    return `| ${name.replace(/^an? /, '')} | ${WRITTEN[dimension]} | ${unit} |`;
  });
  return `${QUANTITIES}\n\n${['| dimension | written as | a bare number is in |', '|---|---|---|', ...rows].join('\n')}`;
}

/** Spellings to learn from; the tests read each of them. */
export const WRITTEN: Readonly<Record<Dimension, string>> = {
  count: '`8B`, `350M`, `15T`, `2k`, `1.5e9`',
  operations: '`16.5G`, `2T`, `16.5 GFLOP`',
  bytes: '`80GiB`, `80Gi`, `500GB`, `2TiB`, `1PB`',
  duration: '`250ms`, `90s`, `30m`, `2h`, `1h30m`, `14d`, `4y`',
  rate: '`20/s`, `1200/min`, `5M/day`',
  money: '`40000`, `40k`, `1.2M`, `$40k`, `40k USD`',
  power: '`700W`, `40kW`, `1.2MW`',
  share: '`80%`, `0.8`',
  energyPrice: '`0.14/kWh`, `$140/MWh`',
  powerPrice: '`180/kW/month`',
  dataRate: '`20GB/s`, `400Gbps`, `400Gbit/s`, `5GB/month`',
  mass: '`500kg`, `2t`',
};

const INTRODUCTION = `# The manifest

An \`ai-infra.yaml\` says what a machine learning workload must do, and where it runs. What that takes in memory, time and money is
worked out from it. Files are called \`ai-infra.yaml\`, \`ai-infra.yml\`, \`*.ai-infra.yaml\` or \`*.ai-infra.yml\`; the language is
YAML 1.2, with anchors, aliases and merge keys.

A first manifest:

\`\`\`yaml
version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    checkpointing: { interval: 10m, storage: s3://team/checkpoints }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8, capacity: spot }
\`\`\``;

const QUANTITIES = `## Quantities

A quantity is a number with an optional unit. The key decides its dimension; a unit of another one is an error. Case and spaces do not
matter, with one exception: after a prefix, \`b\` is a bit and \`B\` a byte. A month is 730 hours and a year 365 days; durations have no
months.`;

const MERGING = `## How \`defaults\` are merged

\`defaults\` is a workload of which every key may be left out. It is laid under every workload: mappings are merged key by key, and anything
else that a workload says (a number, a word, a list, \`target: auto\`, \`checkpointing: false\`) takes the place of the default.`;

const EXPECTATIONS = `## Expectations

Each line of \`expect\` is an assertion on the result: \`PATH OP VALUE\` with \`<\`, \`<=\`, \`>\`, \`>=\` or \`==\`; \`PATH in LIST\`; \`fits\`; \`no CODE\`,
\`no errors\` or \`no warnings\`. One that does not hold is reported with both sides.

\`\`\`yaml
expect:
  - cost.monthly < 50k
  - worst(duration) < 14d
  - region in [europe-west4, eu-central-1]
  - no AI501
\`\`\`

Paths: \`cost.hourly\`, \`cost.monthly\`, \`cost.total\`, \`cost.upfront\`, \`cost.perMillionTokens\`, \`duration\`, \`acceleratorHours\`, \`memory.share\`,
\`replicas\`, \`timeToFirstToken\`, \`timePerOutputToken\`, \`goodput\`, \`carbon.monthly\`, \`carbon.total\`, \`provider\`, \`region\`, \`geography\`,
\`accelerator\`. A path means the middle of the estimate; \`worst(PATH)\` means its bad end.`;

const PRICES = `## Price books

\`pricing.book\` names a CSV file with the columns \`provider\`, \`region\`, \`instance\`, \`accelerator\`, \`count\`, \`capacity\`, \`usd_per_hour\`,
\`valid_from\`, \`valid_until\`, \`committed_hours\` and \`note\`. An empty cell means any. Later layers win over earlier ones: the catalogue, the
organisation's book, the manifest's, the user's; within a layer the most specific row wins, then the last. Discounts come off on-demand
prices only. A book lies inside the workspace folder and is not read in Restricted Mode.`;

const NAMES = `## Names

Accelerators go by short ids in lower case, such as \`h100-sxm\`, \`a100-80gb\`, \`l4\`, \`mi300x\`, \`tpu-v5p\` or \`trainium2\`. Aliases such as \`H100\`,
\`nvidia-h100\` or \`trillium\` are understood and offered for normalising. \`count\` counts chips (of a TPU too) or cards with the catalogue's memory.

Geographies: \`us\`, \`ca\`, \`sa\` (Latin America), \`eu\` (the European Union and its economic area), \`uk\`, \`ch\`, \`me\`, \`af\`, \`apac\`, \`cn\`, \`global\`,
or a country by its two letters (\`de\`, \`jp\`). Sensitive data means \`regulated\` or \`classified\`.`;

const SUPPRESSING = `## Suppressing a finding

A comment suppresses findings by code or name:

\`\`\`yaml
target:
  capacity: spot # ai-infra-ignore spot-without-checkpointing until 2027-01-31 -- restarts are cheap here
\`\`\`

\`ai-infra-ignore\` on a line of its own is for the next line that is no comment, else for its own line. \`ai-infra-ignore-line\` is for its line,
\`ai-infra-ignore-block\` for the mapping or item that follows, \`ai-infra-ignore-file\` for the file. A date is inclusive. A suppression that
matches nothing, or has expired, is itself reported (AI109). To change a rule's severity everywhere, use \`rules\`.`;
