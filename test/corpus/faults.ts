/** Mistakes that people make, as changes of a plain manifest. */
import type { PlainValue } from '../../server/src/manifest/source.ts';
import type { Choose } from '../helpers/write-yaml.ts';

type Map = { [key: string]: PlainValue };

export interface Fault {
  readonly name: string;
  /** Changes the workload (and the head) in place; does nothing where the mistake cannot be made. */
  put(workload: Map, head: Map, choose: Choose): void;
}

function within(workload: Map, key: string): Map | undefined {
  const value = workload[key];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Map) : undefined;
}

const pick = <T>(choose: Choose, list: readonly T[]): T => list[choose(list.length)] as T;

function target(name: string, change: (target: Map, choose: Choose) => void): Fault {
  return {
    name,
    put(workload, _head, choose) {
      const place = within(workload, 'target');
      if (place) change(place, choose);
    },
  };
}

export const faults: readonly Fault[] = [
  target('alias', (place, choose) => {
    if (typeof place['accelerator'] === 'string' && place['accelerator'].startsWith('h100'))
      place['accelerator'] = pick(choose, ['H100', 'nvidia-h100', 'NVIDIA_H100', 'h100']);
  }),
  target('spot', (place) => {
    if (place['cluster'] === undefined && place['deployment'] !== 'edge') place['capacity'] = 'spot';
  }),
  { name: 'no checkpoints', put: (workload) => void delete workload['checkpointing'] },
  {
    name: 'checkpoints in /tmp',
    put: (workload) => {
      if (workload['training']) workload['checkpointing'] = { interval: '3h', storage: '/tmp/ckpt' };
    },
  },
  target('mistyped accelerator', (place) => {
    if (typeof place['accelerator'] === 'string') place['accelerator'] = place['accelerator'].replace(/.$/, 'x');
  }),
  target('mistyped region', (place) => {
    if (typeof place['region'] === 'string') place['region'] = place['region'].replace('e', 'ee');
  }),
  target('another provider', (place, choose) => {
    if (place['provider'] !== undefined) place['provider'] = pick(choose, ['aws', 'gcp', 'azure', 'lambda', 'nebius']);
  }),
  target('another chip', (place, choose) => {
    if (place['accelerator'] !== undefined)
      place['accelerator'] = pick(choose, ['tpu-v5p', 't4', 'mi300x', 'inferentia2', 'trainium2', 'v100-16gb', 'b200', 'l4']);
  }),
  target('odd count', (place, choose) => {
    if (place['count'] !== undefined) place['count'] = pick(choose, [1, 3, 5, 7, 12, 100]);
  }),
  target('mistyped key', (place) => {
    if (place['region'] === undefined) return;
    place['regoin'] = place['region'];
    delete place['region'];
  }),
  target('mistyped capacity', (place) => void (place['capacity'] = 'on-demnd')),
  target('long commitment', (place) => {
    if (place['cluster'] === undefined) place['capacity'] = 'reserved-3y';
  }),
  target('no orchestrator', (place) => void (place['orchestrator'] = 'none')),
  {
    name: 'wrong section',
    put: (workload) => {
      if (workload['training']) workload['serving'] = { requests: '1/s' };
      else workload['training'] = { tokens: '1B' };
    },
  },
  {
    name: 'another framework',
    put: (workload, _head, choose) => void (workload['framework'] = pick(choose, ['pytorch', 'jax', 'tensorflow', 'other'])),
  },
  {
    name: 'wrong precision',
    put: (workload, _head, choose) => {
      const section = within(workload, 'training') ?? within(workload, 'serving');
      if (section) section['precision'] = pick(choose, ['fp8', 'fp4', 'int4', 'fp32']);
    },
  },
  {
    name: 'wrong dimension',
    put: (workload) => {
      const training = within(workload, 'training');
      if (training) training['deadline'] = '80GiB';
    },
  },
  {
    name: 'impossible deadline',
    put: (workload) => {
      const training = within(workload, 'training');
      if (training) training['deadline'] = '10m';
    },
  },
  {
    name: 'impossible latency',
    put: (workload) => {
      const serving = within(workload, 'serving');
      if (serving) serving['latency'] = { timeToFirstToken: '1ms', perOutputToken: '0.1ms' };
    },
  },
  {
    name: 'peak over capacity',
    put: (workload) => {
      const serving = within(workload, 'serving');
      if (serving) Object.assign(serving, { requests: { average: '1/s', peak: '900/s' }, autoscaling: { min: 1, max: 2 } });
    },
  },
  {
    name: 'does not divide',
    put: (workload) => {
      const training = within(workload, 'training');
      if (training) Object.assign(training, { batchSize: 500, microBatchSize: 3, parallelism: { tensor: 3 } });
    },
  },
  {
    name: 'mistyped model',
    put: (workload) => {
      if (typeof workload['model'] === 'string') workload['model'] = workload['model'].replace('-', '--');
    },
  },
  { name: 'tight budget', put: (_workload, head) => void (head['budget'] = { monthly: 10, total: 1 }) },
  { name: 'unused cluster', put: (_workload, head) => void (head['clusters'] ??= { spare: { accelerator: 'H200', nodes: 1 } }) },
  { name: 'sensitive data', put: (_workload, head) => void (head['policy'] = { dataSensitivity: 'regulated', dataResidency: ['eu'] }) },
  { name: 'other providers only', put: (_workload, head) => void (head['policy'] = { providers: ['gcp'], portability: 'required' }) },
  { name: 'failing expectation', put: (workload) => void (workload['expect'] = ['cost.totl < 5', 'fits', 'duration = 3d']) },
];
