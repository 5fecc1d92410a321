/** The closed lists of words of the language (`docs/reference/manifest.md`): each stands here once. */

export const PHASES = ['training', 'fine-tuning', 'inference', 'batch-inference'] as const;
export const STAGES = ['prototype', 'production'] as const;
export const MODEL_FAMILIES = ['transformer', 'moe', 'diffusion', 'cnn', 'encoder', 'recommender', 'other'] as const;
export const FRAMEWORKS = ['pytorch', 'jax', 'tensorflow', 'onnx', 'other'] as const;
export const PRECISIONS = ['fp32', 'tf32', 'bf16', 'fp16', 'fp8', 'int8', 'fp4', 'int4'] as const;
export const OPTIMIZERS = ['adamw', 'adam', 'adamw-8bit', 'adafactor', 'lion', 'sgd', 'muon', 'other'] as const;
export const METHODS = ['full', 'lora', 'qlora'] as const;
export const RECOMPUTES = ['none', 'selective', 'full'] as const;
export const SHARDINGS = ['none', 'ddp', 'zero1', 'zero2', 'zero3', 'fsdp'] as const;
export const OFFLOADS = ['none', 'optimizer', 'all'] as const;
export const STACKS = [
  'megatron',
  'nemo',
  'torchtitan',
  'fsdp',
  'deepspeed',
  'composer',
  'huggingface',
  'torchtune',
  'axolotl',
  'unsloth',
  'litgpt',
  'maxtext',
  'neuron',
  'optimum-habana',
  'other',
] as const;
export const ENGINES = [
  'vllm',
  'tensorrt-llm',
  'sglang',
  'tgi',
  'triton',
  'onnxruntime',
  'torchserve',
  'tf-serving',
  'jetstream',
  'neuron',
  'llama.cpp',
  'other',
] as const;
export const SENSITIVITIES = ['public', 'internal', 'regulated', 'classified'] as const;
export const DATA_LOCATIONS = ['anywhere', 'residency', 'on-premises'] as const;
export const PROGRAMMES = ['gdpr', 'hipaa', 'soc2', 'pci', 'fedramp', 'itar'] as const;
export const EXPERTISES = ['none', 'some', 'mlops'] as const;
export const PORTABILITIES = ['required', 'preferred', 'none'] as const;
export const ENCRYPTIONS = ['at-rest', 'in-transit'] as const;
export const STORAGE_TYPES = ['object', 'parallel', 'nvme', 'nfs', 'ephemeral'] as const;
export const UPDATES = ['ota', 'manual'] as const;
export const CONNECTIVITIES = ['none', 'intermittent', 'cellular', 'wifi', 'wired'] as const;
export const DEPLOYMENTS = ['cloud', 'on-premises', 'hybrid', 'edge'] as const;
export const CAPACITIES = ['on-demand', 'spot', 'reserved-1y', 'reserved-3y', 'capacity-block', 'owned'] as const;
export const INTERCONNECTS = ['none', 'ethernet', 'efa', 'infiniband', 'roce', 'gpudirect', 'ici'] as const;
export const ORCHESTRATORS = ['none', 'kubernetes', 'slurm', 'ray', 'skypilot', 'dstack'] as const;
export const SERVICES = ['none', 'sagemaker', 'vertex-ai', 'azure-ml', 'bedrock', 'azure-openai'] as const;
export const SEVERITIES = ['off', 'hint', 'info', 'warning', 'error'] as const;
export const GEOGRAPHIES = ['us', 'ca', 'sa', 'eu', 'uk', 'ch', 'me', 'af', 'apac', 'cn', 'global'] as const;
