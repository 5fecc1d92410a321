/** The snippets of the extension. Placeholders stand where a decision is due; their defaults make a valid manifest. */
import { CAPACITIES, FRAMEWORKS, PHASES } from '../../server/src/manifest/words.ts';

/** Where a snippet is meant to be expanded: the path of the mapping that takes its keys. `*` is any workload or cluster. */
export type SnippetPlace = 'file' | 'top' | 'workloads' | 'workload' | 'clusters';

export interface Snippet {
  readonly name: string;
  readonly prefix: readonly string[];
  readonly description: string;
  readonly place: SnippetPlace;
  readonly body: string;
}

const choiceOf = (index: number, words: readonly string[], first: string) =>
  `\${${index}|${[first, ...words.filter((word) => word !== first)].join(',')}|}`;

export const snippets: readonly Snippet[] = [
  {
    name: 'New manifest',
    prefix: ['ai-infra', 'manifest'],
    description: 'A plan with one workload, and a recommendation of where to run it',
    place: 'file',
    body: `version: 1
name: \${1:my-plan}
workloads:
  \${2:finetune}:
    phase: fine-tuning
    model: \${3:llama-3.1-8b}
    framework: ${choiceOf(4, FRAMEWORKS, 'pytorch')}
    training: { tokens: \${5:2B}, method: \${6|lora,qlora,full|} }
    checkpointing: { interval: 10m, storage: object }
    target: auto$0
`,
  },
  {
    name: 'LoRA fine-tuning on spot',
    prefix: ['ai-infra-lora', 'lora'],
    description: 'Adapters trained on interruptible machines, with checkpoints to come back from',
    place: 'file',
    body: `version: 1
name: \${1:adapter}
budget: { total: \${2:500}, alertAt: 80% }
workloads:
  \${3:finetune}:
    phase: fine-tuning
    model: \${4:llama-3.1-8b}
    framework: pytorch
    training:
      tokens: \${5:200M}
      sequenceLength: \${6:4096}
      method: \${7|lora,qlora|}
    checkpointing: { interval: 10m, storage: \${8:s3://team/checkpoints}, location: \${9:aws/us-east-1} }
    target: { provider: \${10:aws}, region: \${11:us-east-1}, accelerator: \${12:h100-sxm}, count: \${13:8}, capacity: spot }$0
`,
  },
  {
    name: 'Pretraining with JAX on TPU',
    prefix: ['ai-infra-pretrain-tpu', 'pretrain'],
    description: 'A language model trained from nothing on a slice of TPUs',
    place: 'file',
    body: `version: 1
name: \${1:pretraining}
workloads:
  \${2:pretrain}:
    phase: training
    model:
      parameters: \${3:8B}
      layers: \${4:32}
      hiddenSize: \${5:4096}
      heads: \${6:32}
      kvHeads: \${7:8}
      vocabSize: \${8:128k}
      contextLength: \${9:8192}
    framework: jax
    training:
      tokens: \${10:100B}
      sequenceLength: \${11:8192}
      batchSize: \${12:512}
      sharding: fsdp
      activationCheckpointing: selective
      stack: maxtext
      deadline: \${13:30d}
    checkpointing: { interval: 30m, storage: \${14:gs://team-checkpoints}, async: true, keep: 3 }
    target: { provider: gcp, region: \${15:us-east5}, accelerator: \${16:tpu-v5p}, count: \${17:128} }$0
`,
  },
  {
    name: 'Serving a 70B model',
    prefix: ['ai-infra-serve', 'serve'],
    description: 'A chat model with replicas that follow the load',
    place: 'file',
    body: `version: 1
name: \${1:assistant}
budget: { monthly: \${2:60k} }
workloads:
  \${3:chat}:
    phase: inference
    model: \${4:llama-3.1-70b}
    serving:
      engine: vllm
      precision: \${5|fp8,bf16,int8,int4|}
      requests: { average: \${6:5/s}, peak: \${7:20/s} }
      inputTokens: \${8:1500}
      outputTokens: \${9:300}
      latency: { timeToFirstToken: \${10:1s}, perOutputToken: \${11:50ms}, percentile: 95 }
      autoscaling: { min: \${12:2}, max: \${13:12} }
      availability: \${14:99.9%}
    target: auto$0
`,
  },
  {
    name: 'Own cluster with overflow to a cloud',
    prefix: ['ai-infra-hybrid', 'hybrid'],
    description: 'The usual load on owned hardware, the peak on rented machines',
    place: 'file',
    body: `version: 1
name: \${1:hybrid-plan}
clusters:
  \${2:dc1}:
    accelerator: \${3:h100-sxm}
    nodes: \${4:4}
    acceleratorsPerNode: 8
    interconnect: infiniband
    location: \${5:eu}
    cost:
      perNode: \${6:280k}
      amortization: 4y
      electricity: \${7:0.14/kWh}
      pue: 1.3
      colocation: 180/kW/month
      maintenance: 5%
    utilization: \${8:70%}
workloads:
  \${9:chat}:
    phase: inference
    model: \${10:llama-3.1-70b}
    serving:
      engine: vllm
      requests: { average: \${11:10/s}, peak: \${12:60/s} }
      inputTokens: \${13:1500}
      outputTokens: \${14:300}
      autoscaling: { min: 2, max: \${15:12} }
    target:
      cluster: \${2:dc1}
      burst: { provider: \${16:gcp}, accelerator: \${17:h100-sxm}, capacity: on-demand }$0
`,
  },
  {
    name: 'Fleet at the edge',
    prefix: ['ai-infra-edge', 'edge-fleet'],
    description: 'A small model on devices in the field',
    place: 'file',
    body: `version: 1
name: \${1:cameras}
workloads:
  \${2:detector}:
    phase: inference
    model: { parameters: \${3:11M}, family: \${4|cnn,encoder,transformer|}, flopsPerSample: \${5:16.5G} }
    serving:
      requests: \${6:30/s}
      latency: { endToEnd: \${7:50ms} }
      precision: int8
    edge:
      device: \${8:jetson-orin-nano}
      fleetSize: \${9:400}
      powerBudget: \${10:25W}
      offline: \${11|true,false|}
      updates: \${12|ota,manual|}
      sync: \${13:5GB/month}
    target: { deployment: edge }$0
`,
  },
  {
    name: 'Workload',
    prefix: ['workload'],
    description: 'One thing that runs',
    place: 'workloads',
    body: `\${1:name}:
  phase: ${choiceOf(2, PHASES, 'fine-tuning')}
  model: \${3:llama-3.1-8b}
  target: auto$0
`,
  },
  {
    name: 'Target',
    prefix: ['target'],
    description: 'Where a workload runs',
    place: 'workload',
    body: `target:
  provider: \${1:aws}
  region: \${2:us-east-1}
  accelerator: \${3:h100-sxm}
  count: \${4:8}
  capacity: ${choiceOf(
    5,
    CAPACITIES.filter((capacity) => capacity !== 'owned'),
    'on-demand',
  )}$0
`,
  },
  {
    name: 'Checkpointing',
    prefix: ['checkpointing'],
    description: 'How the state of a run is saved',
    place: 'workload',
    body: `checkpointing:
  interval: \${1:30m}
  storage: \${2:s3://team/checkpoints}
  location: \${3:aws/us-east-1}
  async: true
  keep: \${4:3}$0
`,
  },
  {
    name: 'Autoscaling service',
    prefix: ['serving', 'autoscaling'],
    description: 'Requests, latency and replicas that follow the load',
    place: 'workload',
    body: `serving:
  requests: { average: \${1:5/s}, peak: \${2:20/s} }
  inputTokens: \${3:1500}
  outputTokens: \${4:300}
  latency: { timeToFirstToken: \${5:1s}, perOutputToken: \${6:50ms} }
  autoscaling: { min: \${7:1}, max: \${8:8}, scaleToZero: \${9|false,true|}, targetUtilization: \${10:70%} }$0
`,
  },
  {
    name: 'Cluster',
    prefix: ['cluster'],
    description: 'Hardware that the organisation owns',
    place: 'clusters',
    body: `\${1:dc1}:
  accelerator: \${2:h100-sxm}
  nodes: \${3:4}
  acceleratorsPerNode: \${4:8}
  interconnect: \${5|infiniband,roce,ethernet,none|}
  location: \${6:eu}
  cost: { perNode: \${7:280k}, amortization: \${8:4y}, electricity: \${9:0.14/kWh}, pue: \${10:1.3} }
  utilization: \${11:70%}$0
`,
  },
  {
    name: 'Budget and policy',
    prefix: ['budget', 'policy'],
    description: 'What the plan may cost, and what every workload must respect',
    place: 'top',
    body: `budget: { monthly: \${1:20k}, total: \${2:100k}, alertAt: \${3:80%} }
policy:
  providers: [\${4:aws, gcp}]
  regions: [\${5:eu}]
  dataSensitivity: \${6|internal,public,regulated,classified|}
  dataResidency: [\${7:eu}]
  compliance: [\${8:gdpr}]$0
`,
  },
];

/** The file that VS Code reads. */
export function snippetFile(): Readonly<
  Record<string, { prefix: readonly string[]; description: string; body: readonly string[] }>
> {
  return Object.fromEntries(
    snippets.map(({ name, prefix, description, body }) => [
      name,
      { prefix, description, body: body.replace(/\n$/, '').split('\n') },
    ]),
  );
}
