/** AI303: A serving engine that does not run on the accelerator. */
import { quoted, listed } from './message.ts';
import type { Fix, Rule, WorkloadContext } from './rule.ts';
import { chipOf, chipPlace, targetsOf, trains } from './targets.ts';

export const engineUnsupported: Rule = {
  code: 'AI303',
  name: 'engine-unsupported',
  severity: 'error',
  docs: {
    summary: 'A serving engine that does not run on the accelerator.',
    what: 'By the table of engines and chips, `serving.engine` has no support for this accelerator: TensorRT-LLM off NVIDIA, Neuron off AWS’s chips, llama.cpp on a TPU.',
    why: 'The server does not start.',
    whenToSilence: 'If you maintain a port of the engine yourself.',
    sources: ['Support of engines by chip: documentation of each engine, as in the catalogue'],
    bad: [
      {
        title: 'TensorRT-LLM on MI300X',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: tensorrt-llm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: azure, region: eastus2, accelerator: <|mi300x|>, count: 8 }
`,
      },
    ],
    good: [
      {
        title: 'vLLM on MI300X',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: azure, region: eastus2, accelerator: mi300x, count: 8 }
`,
      },
    ],
    fixes: [
      {
        title: 'Use vllm',
        before: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: tensorrt-llm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: azure, region: eastus2, accelerator: mi300x, count: 8 }
`,
        after: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: azure, region: eastus2, accelerator: mi300x, count: 8 }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { workload, catalog } = context;
    const engine = workload.serving?.engine;
    if (engine === undefined || engine === 'other' || trains(workload)) return;
    for (const site of targetsOf(context)) {
      const chip = chipOf(site);
      const fact = chip && catalog.engine(engine, chip.id);
      // An archived engine still runs where it ran.
      if (!chip || fact?.support !== 'none' || fact.stated === 'archived') continue;
      const others = enginesOn(context, chip.id);
      yield {
        ...chipPlace(site),
        severity: site.severity('error'),
        message: `${quoted(engine)} does not run on ${quoted(chip.id)}${fact.note === '' ? '' : ` (${fact.note})`}: use ${others.length === 0 ? 'another chip' : listed(others.map(quoted))}.`,
        related: [
          { path: context.path('serving', 'engine'), part: 'value', message: `The engine is ${quoted(engine)}.` },
        ],
        fixes: () =>
          others.map((other, index): Fix => ({
            title: `Use ${other}`,
            edits: [{ kind: 'set', path: context.path('serving', 'engine'), value: other }],
            safe: false,
            preferred: index === 0,
          })),
      };
    }
  },
};

/** Engines for language models that are maintained and support the chip, the usual first. */
function enginesOn({ catalog }: WorkloadContext, accelerator: string): readonly string[] {
  return ['vllm', 'sglang', 'neuron', 'llama.cpp', 'onnxruntime']
    .filter((name) => {
      const fact = catalog.engine(name, accelerator);
      return fact?.support === 'supported' && fact.maintenance === undefined;
    })
    .slice(0, 2);
}
