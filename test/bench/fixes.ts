/** What proofs of fixes cost, in this process: the actions of a line, and fixing everything at once. */
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
  readonly fixAllMs: number;
  readonly fixes: number;
}

const TODAY = '2026-01-01';
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
export function mistaken(copies: number): string {
  const blocks = Array.from({ length: copies * WORKLOADS.length }, (_, index) => {
    const body = (WORKLOADS[index % WORKLOADS.length] ?? '').replace(/^/gm, '    ');
    return `  w${index}:\n${body}\n`;
  });
  return `version: 1\nworkloads:\n${blocks.join('')}`;
}

/** Each line that holds a finding is asked once for its actions, in a manifest that is already checked. */
export function measureFixes(copies: number): FixFigures {
  const text = mistaken(copies);
  const analysis = check(text);
  const document = TextDocument.create('file:///benchmark/ai-infra.yaml', 'ai-infra', 1, text);
  const lines = [...new Set(analysis.findings.map(({ span }) => document.positionAt(span.start).line))];
  const range = (line: number) => ({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } });
  // Once for nothing: what is compiled and kept on the first use is not the cost of a line.
  for (const line of lines.slice(0, WORKLOADS.length)) ask(analysis, document, range(line));
  let slowest = { milliseconds: 0, line: 0 };
  const times = lines.map((line) => {
    const milliseconds = ask(analysis, document, range(line));
    if (milliseconds > slowest.milliseconds) slowest = { milliseconds, line };
    return milliseconds;
  });
  const begun = processorMs();
  const { applied } = fixAll(analysis);
  return {
    lines: document.lineCount - 1,
    actionsMs: median(times) ?? Number.NaN,
    slowestActionsMs: slowest.milliseconds,
    slowest: document.getText(range(slowest.line)).trim(),
    fixAllMs: processorMs() - begun,
    fixes: applied.length,
  };
}

function ask(analysis: Analysis, document: TextDocument, range: Parameters<typeof codeActions>[1]['range']): number {
  const begun = processorMs();
  codeActions({ analysis, document }, { range, only: ['quickfix'] }, TRAITS);
  return processorMs() - begun;
}

function check(text: string): Analysis {
  return analyse({ text, catalog: embeddedCatalog(), today: TODAY });
}
