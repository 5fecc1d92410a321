import type {
  AlternativeRow,
  PanelModel,
  PanelWorkload,
  TradeoffPoint,
  TradeoffResult,
} from '../../../server/src/protocol.ts';

/** View models to draw in tests. Their amounts are made up: the panel draws what it is given. */
export function sampleAlternative(over: Partial<AlternativeRow> = {}): AlternativeRow {
  return {
    id: 'lambda/us-east-1/gpu_8x_h100/h100-sxm/8/on-demand',
    hardware: '8 × h100-sxm',
    provider: 'lambda',
    region: 'us-east-1',
    instance: 'gpu_8x_h100_sxm5',
    capacity: 'on-demand',
    cost: '$333.30 a run',
    costUsd: 333.3,
    costDifference: '−$78.70 (−19 %)',
    time: '13.9 h',
    timeDifference: '−0.6 h',
    fits: 'fits',
    why: 'cheaper by the hour, same speed',
    marketplace: false,
    priceDate: '2026-10-02',
    ...over,
  };
}

export function sampleWorkload(over: Partial<PanelWorkload> = {}): PanelWorkload {
  return {
    name: 'finetune',
    phase: 'fine-tuning',
    line: 3,
    where: '8 × h100-sxm · aws us-east-1 · spot',
    cost: '$412 a run',
    costRange: '$371 – $498',
    time: '14.5 h (13.1 – 17.5 h)',
    verdict: 'fits',
    errors: 0,
    memory: {
      label: '62 GiB on each h100-sxm',
      capacity: '80 GiB',
      parts: [
        { label: 'weights', value: '16 GiB', share: 0.2, range: '' },
        { label: 'gradients', value: '8 GiB', share: 0.1, range: '' },
        { label: 'optimizer', value: '14 GiB', share: 0.175, range: '' },
        { label: 'activations', value: '20 GiB', share: 0.25, range: '15 – 26 GiB' },
        { label: 'overhead', value: '4 GiB', share: 0.05, range: '3 – 5 GiB' },
      ],
    },
    lines: [
      {
        name: '1 × p5.48xlarge, spot',
        period: 'a run',
        arithmetic: '14.5 h × $27.46/h',
        amount: '$398.17',
        source: 'aws spot price list',
        asOf: '2026-10-14',
      },
      {
        name: 'checkpoints',
        period: 'a run',
        arithmetic: '0.6 TB-month × $23.00',
        amount: '$13.83',
        source: 'aws s3 price list',
        asOf: '2026-09-30',
      },
    ],
    alternatives: [
      sampleAlternative(),
      sampleAlternative({
        id: 'gcp/us-central1/a3-ultragpu-8g/h200/8/spot',
        hardware: '8 × h200',
        provider: 'gcp',
        region: 'us-central1',
        instance: 'a3-ultragpu-8g',
        capacity: 'spot',
        cost: '$429.90 a run',
        costUsd: 429.9,
        costDifference: '+$17.90 (+4 %)',
        time: '11.2 h',
        timeDifference: '−3.3 h',
      }),
      sampleAlternative({
        id: 'vast/any/offer/a100-80gb/8/on-demand',
        hardware: '8 × a100-80gb',
        provider: 'vast',
        region: '',
        instance: '',
        cost: '$498.00 a run',
        costUsd: 498,
        costDifference: '+$86.00 (+21 %)',
        time: '33.8 h',
        timeDifference: '+19.3 h',
        fits: 'tight',
        marketplace: true,
      }),
    ],
    alternativeCount: 3,
    unknown: [],
    assumptions: ['training.precision: bf16', 'training.optimizer: adamw', 'serving.percentile: 95'],
    ...over,
  };
}

export function sampleModel(over: Partial<PanelModel> = {}): PanelModel {
  return {
    uri: 'file:///workspace/ai-infra.yaml',
    version: 7,
    title: 'support-assistant',
    totals: [
      { label: 'a month', value: '$58,214', range: '$51,900 – $66,300', budget: 'of $60,000', overBudget: false },
      { label: 'in total', value: '$412.00', range: '$371 – $498', budget: 'of $400', overBudget: true },
    ],
    charts: [
      {
        title: 'Cost a month',
        bars: [
          { label: 'chat', value: '$52,114', share: 1, range: '$47,000 – $58,100' },
          { label: 'embeddings', value: '$5,980', share: 0.115, range: '' },
          { label: 'cameras', value: '$120', share: 0.0023, range: '' },
        ],
      },
    ],
    workloads: [
      sampleWorkload(),
      sampleWorkload({
        name: 'chat',
        phase: 'inference',
        where: '16 × h100-sxm · gcp us-central1 · on-demand',
        cost: '≥ $52,114 a month',
        time: '',
        verdict: 'tight',
        unknown: ['No price is known for traffic to the internet.'],
      }),
      sampleWorkload({
        name: 'cameras',
        phase: 'inference',
        where: '400 × jetson-orin-nano · edge',
        cost: 'no price known',
        costRange: '',
        time: '',
        verdict: 'does-not-fit',
        memory: null,
        lines: [],
        alternatives: [],
      }),
    ],
    findings: { error: 1, warning: 2, info: 3, hint: 0 },
    empty: '',
    catalogAsOf: '2026-11-02',
    ...over,
  };
}

export function sampleTradeoff(over: Partial<TradeoffResult> = {}): TradeoffResult {
  const point = (at: Partial<TradeoffPoint>): TradeoffPoint => ({
    id: 'cloud/aws/us-east-1//h200/8/spot',
    hardware: '8 × h200',
    place: 'aws us-east-1 · spot',
    cost: '$310 a run',
    time: '21 h',
    carbon: '',
    mark: '',
    costAt: 0,
    timeAt: 1,
    ...at,
  });
  return {
    version: 7,
    workload: 'finetune',
    costTitle: 'cost of a run',
    timeTitle: 'time',
    costTicks: [{ at: 0.3, label: '$500' }],
    timeTicks: [
      { at: 0.1, label: '6 h' },
      { at: 0.8, label: '12 h' },
    ],
    points: [
      point({}),
      point({ id: '', mark: 'now', costAt: 0.4, timeAt: 0.5, cost: '$412 a run', carbon: '90 kg' }),
      point({ id: 'cloud/gcp/us-central1//b200/8/on-demand', hardware: '8 × b200', costAt: 1, timeAt: 0 }),
    ],
    choice: 'The best stays 8 × h200 · aws us-east-1 · spot',
    flips: ['until 8 × h200 · aws us-east-1 · spot costs more than $30.20 a machine-hour (now $26.50)'],
    note: '',
    ...over,
  };
}
