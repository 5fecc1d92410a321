import type { FactData } from './data-schema.ts';
import type {
  ComplianceFact,
  DatedEvidence,
  EdgeDevice,
  EgressPrice,
  EngineFact,
  FrameworkFact,
  NetworkFact,
  Retirement,
  ServiceFact,
  ServiceMarkup,
  SliceFact,
  Sourced,
  SpotFact,
  SpotTrend,
  StoragePrice,
  StorageThroughput,
} from './fact-types.ts';
import { readStorageSpeeds, type StorageSpeed } from './storage-speed.ts';

const BYTES_PER_GIGABIT = 1e9 / 8;

/** The fact tables, each turned into objects and indexes when first asked for. */
export interface FactIndex {
  framework(framework: string, family: string): FrameworkFact | undefined;
  engine(engine: string, family: string): EngineFact | undefined;
  edgeDevices(): ReadonlyMap<string, EdgeDevice>;
  pytorchOnTpu(): readonly DatedEvidence[];
  slices(accelerator: string): SliceFact | undefined;
  services(): readonly ServiceFact[];
  serviceMarkups(): readonly ServiceMarkup[];
  spot(provider: string): readonly SpotFact[];
  retirements(): readonly Retirement[];
  compliance(provider: string): readonly ComplianceFact[];
  networks(): readonly NetworkFact[];
  egress(provider: string, region: string): readonly EgressPrice[];
  storage(provider: string, region: string): readonly StoragePrice[];
  /** All prices of the provider, by region in the order of the table. */
  storageOf(provider: string): readonly StoragePrice[];
  storageThroughput(): readonly StorageThroughput[];
  storageSpeeds(): readonly StorageSpeed[];
  awsSpotTrend(): readonly SpotTrend[];
}

export function createFactIndex(data: FactData): FactIndex {
  const sourceOf = (index: number): Sourced => {
    const [source, asOf] = data.sources[index] ?? ['', ''];
    return { source, asOf };
  };
  /** The row with its source in place of the index, and '' for an absent note. */
  const full = <T extends { readonly source: number; readonly note?: string | undefined }>(row: T) => ({
    ...row,
    note: row.note ?? '',
    ...sourceOf(row.source),
  });
  const text = (index: number): string => data.strings[index] ?? '';
  const frameworks = once(() => mapBy(data.frameworks, (row) => `${row.framework} ${row.family}`));
  const engines = once(() => mapBy(data.engines, (row) => `${row.engine} ${row.family}`));
  const frameworkFact = readOnce(frameworks, (row): FrameworkFact => ({ ...row, ...sourceOf(row.source) }));
  const engineFact = readOnce(engines, (row) => full(row) as EngineFact);
  const slices = once(() => mapBy(data.slices, (row) => row.accelerator));
  const egress = once(() => groupBy(data.egress, ([provider, region]) => `${text(provider)} ${text(region)}`));
  const storage = once(() => groupBy(data.storage, ([provider, region]) => `${text(provider)} ${text(region)}`));
  const storageByProvider = once(() => groupBy(data.storage, ([provider]) => text(provider)));
  const readStorage = ([provider, region, product, price, source]: FactData['storage'][number]): StoragePrice => ({
    provider: text(provider),
    region: text(region),
    product: text(product),
    usdPerGbMonth: price,
    ...sourceOf(source),
  });
  const storageThroughput = once(() => data.storageThroughput.map((row) => full(row)));
  return {
    framework: (framework, family) => frameworkFact(`${framework} ${family}`),
    engine: (engine, family) => engineFact(`${engine} ${family}`),
    edgeDevices: once(() => new Map(data.edge.map((row) => [row.id, full(row) as EdgeDevice]))),
    pytorchOnTpu: once(() => data.pytorchOnTpu.map((row) => ({ ...row, ...sourceOf(row.source) }))),
    slices: (accelerator) => {
      const row = slices().get(accelerator);
      return row === undefined ? undefined : readSlices(row, sourceOf(row.source));
    },
    services: once(() => data.services.map((row) => full(row) as ServiceFact)),
    serviceMarkups: once(() =>
      data.serviceMarkups.map((row) => ({ ...row, ...sourceOf(row.source) }) as ServiceMarkup),
    ),
    spot: (provider) => data.spot.filter((row) => row.provider === provider).map((row) => full(row) as SpotFact),
    retirements: once(() => data.retirements.map((row) => full(row) as Retirement)),
    compliance: (provider) =>
      data.compliance.filter((row) => row.provider === provider).map((row) => full(row) as ComplianceFact),
    networks: once(() => data.networks.map((row) => readNetwork(row, sourceOf(row.source)))),
    egress: (provider, region) =>
      (egress().get(`${provider} ${region}`) ?? []).map(([, , direction, tier, usdPerGb, source]) => ({
        provider,
        region,
        direction: text(direction),
        tier: text(tier),
        usdPerGb,
        ...sourceOf(source),
      })),
    storage: (provider, region) => (storage().get(`${provider} ${region}`) ?? []).map(readStorage),
    storageOf: (provider) => (storageByProvider().get(provider) ?? []).map(readStorage),
    storageThroughput,
    storageSpeeds: once(() => readStorageSpeeds(storageThroughput())),
    awsSpotTrend: once(() =>
      data.awsSpotTrend.rows.map(([date, gpuClass, usdPerGpuHour]) => ({
        date,
        gpuClass,
        usdPerGpuHour,
        source: data.awsSpotTrend.source,
        asOf: date,
      })),
    ),
  };
}

function readSlices(row: FactData['slices'][number], sourced: Sourced): SliceFact {
  const words = (list: string): readonly string[] => (list === '' ? [] : list.split(' '));
  return {
    accelerator: row.accelerator,
    maxSliceChips: row.maxSliceChips,
    podChips: row.podChips,
    shapes: row.shapes.map(([chips, common, other, machineType, chipsPerVm]) => ({
      chips,
      commonTopologies: words(common),
      otherTopologies: words(other),
      machineType,
      chipsPerVm,
    })),
    ...sourced,
  };
}

function readNetwork(row: FactData['networks'][number], sourced: Sourced): NetworkFact {
  const { nodeGbps, gbpsPerAccelerator, note, source: _index, ...rest } = row;
  return {
    ...(rest as Omit<NetworkFact, keyof Sourced | 'note'>),
    note: note ?? '',
    ...(nodeGbps === undefined ? {} : { nodeBytesPerSecond: nodeGbps * BYTES_PER_GIGABIT }),
    ...(gbpsPerAccelerator === undefined
      ? {}
      : { bytesPerSecondPerAccelerator: gbpsPerAccelerator * BYTES_PER_GIGABIT }),
    ...sourced,
  };
}

function mapBy<T>(rows: readonly T[], key: (row: T) => string): ReadonlyMap<string, T> {
  return new Map(rows.map((row) => [key(row), row]));
}

/** Each row becomes a fact when it is first asked for. */
function readOnce<Row, Fact>(
  rows: () => ReadonlyMap<string, Row>,
  read: (row: Row) => Fact,
): (key: string) => Fact | undefined {
  const made = new Map<string, Fact>();
  return (key) => {
    const kept = made.get(key);
    if (kept !== undefined) return kept;
    const row = rows().get(key);
    if (row === undefined) return undefined;
    const fact = read(row);
    made.set(key, fact);
    return fact;
  };
}

function groupBy<T>(rows: readonly T[], key: (row: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(key(row));
    if (group === undefined) groups.set(key(row), [row]);
    else group.push(row);
  }
  return groups;
}

/** Computes at the first call and keeps the result. */
export function once<T extends object>(compute: () => T): () => T {
  let kept: T | undefined;
  return () => (kept ??= compute());
}
