/** `fixes COPIES`: what proofs of fixes cost: the actions of a line, and fixing everything at once (`FixFigures` as JSON). */
import { TextDocument } from 'vscode-languageserver-textdocument';
import { analyse, type Analysis } from '../../server/src/analysis.ts';
import { embeddedCatalog } from '../../server/src/catalog/embedded.ts';
import { codeActions } from '../../server/src/features/code-actions.ts';
import { fixAll } from '../../server/src/features/fix-all.ts';
import type { ClientTraits } from '../../server/src/features/view.ts';
import { median, processorMs } from './measure.ts';

export interface FixFigures {
  /** Lines of the manifest, each asked for its actions. */
  readonly lines: number;
  readonly actionsMs: number;
  readonly slowestActionsMs: number;
  /** Where the slowest was. */
  readonly slowest: string;
  /** Median of lines whose fixes have been proven before in this version of the text. */
  readonly againMs: number;
  readonly fixAllMs: number;
  readonly fixes: number;
}

const TODAY = '2026-01-01';
/** Copies of each mistaken workload that are asked before time is taken. */
const WARM_UP = 8;
const TRAITS: ClientTraits = {
  snippets: true,
  hoverMarkdown: true,
  completionMarkdown: true,
  commands: true,
  labelDetails: true,
  insertTextModes: true,
  documentChanges: true,
  createsFiles: true,
  changeAnnotations: true,
  snippetEdits: true,
  hierarchicalSymbols: true,
};

/** Mistakes of many kinds, each a workload; repeated until the manifest is long. */
const WORKLOADS = [
  `phase: fine-tuning
model: llama-3.1-8b
framework: pytorch
training: { tokens: 2B, method: lora }
target: { provider: aws, region: us-east-1, accelerator: H100, count: 8, capacity: spot }`,
  `phase: training
model: llama-3.1-8b
framework: pytorch
training: { tokens: 10B }
checkpointing: { interval: 30m, storage: gs://acme-ckpt }
target: { provider: gcp, region: us-east5, accelerator: tpu-v5p, count: 16 }`,
  `phase: inference
model: llama-3.1-70b
framework: pytorch
serving: { engine: vllm, requests: 2/s, inputTokens: 1000, outputTokens: 200 }
target: { provider: aws, region: us-east-1, accelerator: l4, count: 1 }`,
  `phase: inference
modle: llama-3.1-8b
framework: pytorch
serving: { engine: vllm, requests: { average: 1/s, peak: 20/s }, inputTokens: 500, outputTokens: 200 }
target: { provider: aws, region: us-eest-1, accelerator: l40s, count: 2, capacity: spot }`,
];

/** `copies` of each kind of mistaken workload. */
function mistaken(copies: number): string {
  const blocks = Array.from({ length: copies * WORKLOADS.length }, (_, index) => {
    const body = (WORKLOADS[index % WORKLOADS.length] ?? '').replace(/^/gm, '    ');
    return `  w${index}:\n${body}\n`;
  });
  return `version: 1\nworkloads:\n${blocks.join('')}`;
}

/** Each line that holds a finding is asked for its actions in three manifests that are already checked: the least of the three counts. */
function measureFixes(copies: number): FixFigures {
  const text = mistaken(copies);
  // Once for nothing: what is compiled on the first use is not the cost of a line.
  timesOf(check(mistaken(WARM_UP)));
  const rounds = Array.from({ length: 3 }, () => timesOf(check(text)));
  const [first] = rounds;
  if (!first) throw new Error('nothing was measured');
  const least = (of: (round: Round) => readonly number[]) =>
    first.lines.map((_, index) => Math.min(...rounds.map((round) => of(round)[index] ?? Infinity)));
  const times = least(({ asked }) => asked);
  const slowest = times.indexOf(Math.max(...times));
  const begun = processorMs();
  const { applied } = fixAll(check(text));
  return {
    lines: text.split('\n').length - 1,
    actionsMs: median(times) ?? Number.NaN,
    slowestActionsMs: times[slowest] ?? Number.NaN,
    slowest: first.lines[slowest] ?? '',
    againMs: median(least(({ again }) => again)) ?? Number.NaN,
    fixAllMs: processorMs() - begun,
    fixes: applied.length,
  };
}

interface Round {
  readonly lines: readonly string[];
  readonly asked: readonly number[];
  /** The same once more: what was proven stands. */
  readonly again: readonly number[];
}

function timesOf(analysis: Analysis): Round {
  const document = TextDocument.create('file:///benchmark/ai-infra.yaml', 'ai-infra', 1, analysis.source.text);
  const lines = [...new Set(analysis.findings.map(({ span }) => document.positionAt(span.start).line))];
  const ranges = lines.map((line) => ({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } }));
  const ask = () =>
    ranges.map((range) => timed(() => codeActions({ analysis, document }, { range, only: ['quickfix'] }, TRAITS)));
  return { lines: ranges.map((range) => document.getText(range).trim()), asked: ask(), again: ask() };
}

function timed(act: () => unknown): number {
  const begun = processorMs();
  act();
  return processorMs() - begun;
}

function check(text: string): Analysis {
  return analyse({ text, catalog: embeddedCatalog(), today: TODAY });
}

process.stdout.write(JSON.stringify(measureFixes(Number(process.argv[2]))));
