/** Proven wrong, proven fine, or cannot tell because X is missing (AI111): adding X turns the third into one of the others. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import type { Analysis } from '../../server/src/analysis.ts';
import { analyse } from '../../server/src/analysis.ts';
import { applyTextEdits, editManifest } from '../../server/src/manifest/edit.ts';
import type { Path } from '../../server/src/manifest/source.ts';
import { rules } from '../../server/src/rules/index.ts';
import { proveFix } from '../../server/src/rules/prove.ts';
import { analyseText, findingsOf, marked, TODAY } from './support/analyse-text.ts';

const examples = new URL('../../examples/', import.meta.url);

/** The manifests of the rules' pages and of `examples/`. */
const CORPUS: readonly string[] = [
  ...rules.flatMap(({ docs }) => [...docs.bad, ...docs.good].map(({ manifest }) => marked(manifest).text)),
  ...readdirSync(examples).map((file) => readFileSync(new URL(file, examples), 'utf8')),
];

/** Facts on which answers depend, within a workload. */
const FACTS: readonly Path[] = [
  ['training', 'tokens'],
  ['serving', 'inputTokens'],
  ['serving', 'outputTokens'],
  ['serving', 'requests'],
  ['serving', 'samples'],
  ['model', 'flopsPerSample'],
  ['target', 'orchestrator'],
  ['edge', 'updates'],
];

const unsaid = (analysis: Analysis) => findingsOf(analysis, 'AI111').map(({ path }) => JSON.stringify(path));

/** The text without some facts of each workload. */
function without(text: string, facts: readonly Path[]): string {
  const { source } = analyseText(text);
  const edits = source.workloads.flatMap(({ name }) =>
    facts
      .map((fact): Path => ['workloads', name, ...fact])
      .filter((path) => source.isOwn(path))
      .map((path) => ({ kind: 'remove', path }) as const),
  );
  return applyTextEdits(text, editManifest(source, edits));
}

describe('three verdicts', () => {
  it('adding the named fact ends what could not be told', () => {
    let told = 0;
    fc.assert(
      fc.property(fc.constantFrom(...CORPUS), fc.subarray([...FACTS], { minLength: 1 }), (manifest, facts) => {
        const text = without(manifest, facts);
        const before = analyseAgain(text);
        for (const finding of findingsOf(before, 'AI111')) {
          const [fix] = finding.fixes();
          assert.ok(fix, `no fact is named: ${finding.message}`);
          const after = analyseAgain(applyTextEdits(text, editManifest(before.source, fix.edits)), before);
          assert.deepEqual(after.crashes, []);
          const left = unsaid(after).filter((path) => path === JSON.stringify(finding.path));
          assert.deepEqual(left, [], `${finding.message}\n${after.source.text}`);
          told += 1;
        }
      }),
      { numRuns: 120, seed: 5 },
    );
    assert.ok(told > 60, `only ${told.toString()} facts were missing`);
  });

  it('keeps quiet where the answer does not depend on it', () => {
    const one = `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: s3://bucket/ckpt }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`;
    assert.deepEqual(unsaid(analyseText(one)), []);
    const resident = one.replace('workloads:', 'policy: { dataResidency: [us] }\nworkloads:');
    assert.deepEqual(unsaid(analyseText(resident)), ['["workloads","train","checkpointing","location"]']);
    assert.deepEqual(unsaid(analyseText(resident.replace('/ckpt ', '/ckpt, location: aws/us-west-2 '))), []);
  });

  it('writes a known model’s missing quantity beside its name', () => {
    const text = `version: 1
workloads:
  embed:
    phase: inference
    model: bert-base # small
    framework: pytorch
    serving: { requests: 2/s }
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 1 }
`;
    const analysis = analyseText(text);
    const [finding] = findingsOf(analysis, 'AI111');
    const [fix] = finding?.fixes() ?? [];
    assert.ok(finding && fix);
    const proven = proveFix(analysis, finding, fix);
    assert.match(
      applyTextEdits(text, proven?.edits ?? []),
      /model: \{ name: bert-base, flopsPerSample: 10G \} # small\n/,
    );
  });
});

/** Without the search for advice, which says nothing here. */
function analyseAgain(text: string, previous?: Analysis): Analysis {
  const { catalog } = analyseText('version: 1');
  return analyse({ text, catalog, today: TODAY, mostAdvice: 0, ...(previous && { previous }) });
}
