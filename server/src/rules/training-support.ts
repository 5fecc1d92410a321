/**
 * Training methods, optimizers and shardings that the software behind them lacks on a kind of chip. Facts, each with its source
 * and date; what is not listed is not judged.
 */
import type { Accelerator } from '../catalog/types.ts';
import type { Training, Workload } from '../manifest/schema.ts';

/** Software of PyTorch: what runs on it needs PyTorch's libraries. */
const PYTORCH_STACKS: ReadonlySet<Training['stack']> = new Set([
  'torchtitan',
  'fsdp',
  'deepspeed',
  'composer',
  'huggingface',
  'torchtune',
  'axolotl',
  'unsloth',
  'litgpt',
] as const);

export interface MissingSupport {
  readonly key: 'method' | 'optimizer' | 'sharding';
  /** What lacks it, as a sentence begins: `bitsandbytes, which quantises the weights`. */
  readonly library: string;
  /** Where it does run. */
  readonly runsOn: string;
  /** A value of the same key that works there. */
  readonly instead: string;
  /** `stack` must go, or become this, with the fix. */
  readonly stack?: Training['stack'];
  readonly source: string;
}

const BITSANDBYTES =
  'bitsandbytes 0.48, installation guide (2025-10): NVIDIA GPUs, CPUs, Intel GPUs and Gaudi; AMD GPUs as an experiment';
const DEEPSPEED =
  'DeepSpeed, accelerator set-up guide (2026): CPU, Intel XPU and Gaudi, Huawei NPU beside CUDA and ROCm GPUs';

/** True for chips of class TPU and for Trainium: neither library has a backend for them. */
function hasNoTorchKernels(chip: Accelerator): boolean {
  return chip.class === 'tpu' || chip.family.startsWith('trainium');
}

/** What the workload asks of its training software that does not exist on the chip. */
export function* missingSupport(workload: Workload, chip: Accelerator): Iterable<MissingSupport> {
  const { method, optimizer, sharding, stack } = workload.training ?? {};
  const onPyTorch = workload.framework === 'pytorch' || PYTORCH_STACKS.has(stack);
  if (onPyTorch && hasNoTorchKernels(chip)) {
    if (method === 'qlora')
      yield {
        key: 'method',
        library: 'bitsandbytes, which quantises the frozen weights under PyTorch,',
        runsOn: 'GPUs and Gaudi',
        instead: 'lora',
        source: BITSANDBYTES,
      };
    if (optimizer === 'adamw-8bit')
      yield {
        key: 'optimizer',
        library: 'bitsandbytes, which keeps the optimizer’s states in 8 bit under PyTorch,',
        runsOn: 'GPUs',
        instead: 'adafactor',
        source: BITSANDBYTES,
      };
  }
  if (stack !== 'deepspeed') return;
  if (sharding?.startsWith('zero') && hasNoTorchKernels(chip))
    yield {
      key: 'sharding',
      library: 'DeepSpeed, which shards by ZeRO,',
      runsOn: 'GPUs and Gaudi',
      instead: 'fsdp',
      ...(chip.class === 'tpu' ? {} : { stack: 'neuron' as const }),
      source: DEEPSPEED,
    };
  if (sharding === 'fsdp')
    yield {
      key: 'sharding',
      library: 'DeepSpeed, which shards by the stages of ZeRO,',
      runsOn: '`zero1` to `zero3`',
      instead: 'zero3',
      stack: 'deepspeed',
      source: 'DeepSpeed documentation, ZeRO (2026)',
    };
}
