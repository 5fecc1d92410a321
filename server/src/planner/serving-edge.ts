/** Edge devices as accelerators, so that they take the same path as every other chip. */
import type { Accelerator, EdgeDevice } from '../catalog/types.ts';

/** An edge device seen as an accelerator of class `edge`. What the facts do not state stays absent. */
export function edgeAccelerator(device: EdgeDevice): Accelerator {
  const power = Math.max(0, ...device.powerModesWatts);
  return {
    id: device.id,
    name: device.chip,
    vendor: '',
    class: 'edge',
    family: device.id,
    ...(device.memoryBytes === undefined ? {} : { memoryBytes: device.memoryBytes }),
    ...(device.memoryBandwidthBytesPerSecond === undefined
      ? {}
      : { memoryBandwidthBytesPerSecond: device.memoryBandwidthBytesPerSecond }),
    peakFlops: device.int8Ops === undefined ? {} : { int8: device.int8Ops },
    precisionSupport: {},
    ...(power > 0 ? { tdpWatts: power } : {}),
    perNode: 1,
    fastDomain: 1,
    inferenceOnly: true,
    dies: 1,
    availability: '',
    note: device.note,
    unsourced: device.source.includes('unsourced') ? ['peakFlops', 'memoryBytes'] : [],
    derived: [],
    source: device.source,
  };
}

/** The device's own peak falls with its power mode, roughly in proportion: `budget / largest mode`, at most 1. */
export function powerShare(device: EdgeDevice, powerBudgetWatts: number | undefined): number {
  const most = Math.max(0, ...device.powerModesWatts);
  if (powerBudgetWatts === undefined || most === 0) return 1;
  const mode = device.powerModesWatts.filter((watts) => watts <= powerBudgetWatts);
  return mode.length === 0 ? 1 : Math.min(1, Math.max(...mode) / most);
}
