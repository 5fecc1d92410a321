import assert from 'node:assert/strict';
import { analyse, type Analysis } from '../../../server/src/analysis.ts';
import { embeddedCatalog } from '../../../server/src/catalog/embedded.ts';
import { alternativeCost, fillTargetEdits, switchEdits } from '../../../server/src/features/alternatives.ts';
import { targetKey } from '../../../server/src/planner/target-key.ts';
import { mainCost } from '../../../server/src/features/amounts.ts';
import { applyTextEdits, editManifest } from '../../../server/src/manifest/edit.ts';
import type { ResolvedTarget } from '../../../server/src/planner/types.ts';
import { targetEdits } from '../../../server/src/rules/target-edits.ts';

const HEAD = `version: 1
workloads:
  w:
    phase: fine-tuning
    model: llama-3.1-8b
    training: { tokens: 2B, method: lora }
`;

function read(text: string): Analysis {
  return analyse({ text, catalog: embeddedCatalog(), today: '2026-11-23' });
}

function moved(text: string, next: Partial<ResolvedTarget>): string {
  const analysis = read(text);
  const { target } = analysis.plans.get('w')!;
  const { instance: _, ...current } = target;
  return applyTextEdits(
    text,
    editManifest(analysis.source, targetEdits(analysis.source, 'w', target, { ...current, ...next })),
  );
}

describe('moving a workload to other hardware', () => {
  it('changes what differs and keeps all else: order, comments, aliases of the same chip', () => {
    const before = `${HEAD}    target:
      provider: aws # ours
      region: us-east-1
      accelerator: H100 # flagship
      count: 8
      orchestrator: slurm
`;
    assert.equal(
      moved(before, { region: 'us-east-2', count: 16 }),
      before.replace('us-east-1', 'us-east-2').replace('count: 8', 'count: 16'),
    );
  });

  it('removes the instance of the old place, and a network that only that place has', () => {
    const before = `${HEAD}    target: { provider: aws, region: us-east-1, instance: p5.48xlarge, interconnect: efa, orchestrator: ray }\n`;
    const after = moved(before, {
      provider: 'gcp',
      region: 'us-central1',
      accelerator: 'h100-sxm',
      count: 16,
      interconnect: undefined as never,
    });
    assert.doesNotMatch(after, /p5|efa/);
    assert.match(after, /provider: gcp, region: us-central1/);
    assert.match(after, /orchestrator: ray/);
    assert.match(after, /accelerator: h100-sxm/);
    assert.match(after, /count: 16/);
  });

  it('replaces `auto` by a whole target', () => {
    const after = moved(`${HEAD}    target: auto # decide\n`, {
      deployment: 'cloud',
      provider: 'aws',
      region: 'us-east-1',
      accelerator: 'l40s',
      count: 8,
      capacity: 'spot',
    });
    assert.match(after, /target:.*/);
    const raw = read(after).source.workloads[0]?.raw as { target: unknown };
    assert.deepEqual(raw.target, {
      provider: 'aws',
      region: 'us-east-1',
      accelerator: 'l40s',
      count: 8,
      capacity: 'spot',
    });
    assert.match(after, /# decide/);
  });

  it('writes no region where the offer names none', () => {
    const after = moved(`${HEAD}    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }\n`, {
      provider: 'crusoe',
      region: 'any',
    });
    assert.doesNotMatch(after, /region/);
  });

  it('overrides an inherited target in the workload, and leaves the others alone', () => {
    const before = `version: 1
defaults:
  target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
workloads:
  w:
    phase: fine-tuning
    model: llama-3.1-8b
    training: { tokens: 2B, method: lora }
`;
    const after = moved(before, { accelerator: 'h200' });
    assert.match(after, /target: \{ provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 \}/);
    assert.equal(read(after).plans.get('w')?.target.accelerator, 'h200');
  });

  it('gives a workload behind an alias a block of its own', () => {
    const before = `version: 1
workloads:
  v:
    phase: fine-tuning
    model: llama-3.1-8b
    training: { tokens: 2B, method: lora }
    target: &t { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
  w:
    phase: fine-tuning
    model: llama-3.1-8b
    training: { tokens: 2B, method: lora }
    target: *t
`;
    const after = read(moved(before, { accelerator: 'h200' }));
    assert.equal(after.plans.get('v')?.target.accelerator, 'h100-sxm');
    assert.equal(after.plans.get('w')?.target.accelerator, 'h200');
  });

  it('leaves `count: auto` to the load', () => {
    const after = moved(
      `${HEAD}    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: auto }\n`,
      { accelerator: 'h200', count: 8 },
    );
    assert.match(after, /accelerator: h200, count: auto/);
  });

  it('lands on what every alternative promised: machine and cost, for runs and for services', () => {
    const service = `version: 1
workloads:
  w:
    phase: inference
    model: llama-3.1-8b
    serving: { requests: { average: 4/s, peak: 12/s }, inputTokens: 800, outputTokens: 200, autoscaling: { min: 1, max: 40 } }
    target: { provider: aws, region: us-east-1, accelerator: l40s }
`;
    const run = `${HEAD}    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8, capacity: spot }\n`;
    for (const text of [service, run]) {
      const analysis = read(text);
      const plan = analysis.plans.get('w')!;
      assert.ok(plan.alternatives.length > 0);
      for (const alternative of plan.alternatives.slice(0, 40)) {
        const edits = switchEdits(analysis, 'w', targetKey(alternative.target))!;
        const after = analyse({
          text: applyTextEdits(text, edits),
          catalog: analysis.catalog,
          today: analysis.today,
          previous: analysis,
        });
        const usd = mainCost(after.plans.get('w')!)?.usd.mid ?? NaN;
        const promised = alternativeCost(plan, alternative).usd;
        assert.ok(
          Math.abs(usd - promised) <= 0.001 * promised,
          `${targetKey(alternative.target)}: ${String(usd)} is not ${String(promised)}`,
        );
        assert.equal(after.plans.get('w')?.target.instance, alternative.target.instance);
      }
    }
  });
});

describe('filling an automatic target in', () => {
  const service = (autoscaling: string) => `version: 1
workloads:
  w:
    phase: inference
    model: llama-3.1-8b
    serving: { requests: 4/s, inputTokens: 800, outputTokens: 200${autoscaling} }
    target: auto # for now
`;
  for (const [what, text] of [
    ['a run', `${HEAD}    target: auto\n`],
    ['a service', service('')],
    ['a service that follows the load', service(', autoscaling: { min: 1, max: 40 }')],
  ] as const) {
    it(`of ${what} writes what the plan chose: same machines, same cost`, () => {
      const before = read(text);
      const after = read(applyTextEdits(text, fillTargetEdits(before, 'w')));
      assert.doesNotMatch(after.source.text, /target: auto/);
      const [chosen, written] = [before.plans.get('w')!, after.plans.get('w')!];
      assert.equal(targetKey(written.target), targetKey(chosen.target));
      assert.deepEqual(mainCost(written), mainCost(chosen));
      assert.deepEqual(fillTargetEdits(after, 'w'), []);
    });
  }
});
