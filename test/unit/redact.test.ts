import assert from 'node:assert/strict';
import fc from 'fast-check';
import { analyse } from '../../server/src/analysis.ts';
import { embeddedCatalog } from '../../server/src/catalog/embedded.ts';
import { checkJson, checkText } from '../../server/src/cli/check.ts';
import { plain } from '../../server/src/cli/paint.ts';
import { redactedCompareJson, redactedCompareText } from '../../server/src/cli/compare-redacted.ts';
import { grandTotals, planJson, planText } from '../../server/src/cli/plan.ts';
import { redacted, redactedTotals } from '../../server/src/cli/redact.ts';

const catalog = embeddedCatalog();
const MANIFEST = `version: 1
budget: { total: 100, monthly: 50 }
clusters:
  lab: { accelerator: l40s, nodes: 2, acceleratorsPerNode: 8 }
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora, deadline: 1h }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 16 }
  chat:
    phase: inference
    model: llama-3.1-8b
    serving: { engine: vllm, requests: 3/s, inputTokens: 500, outputTokens: 200 }
    target: { cluster: lab, count: 2 }
`;

describe('a redacted report', () => {
  it('holds no rate of a book, and nothing that a total could be divided by; the totals stay', () => {
    // Four decimals: no total, which is in cents, reads like one.
    const rate = fc.integer({ min: 100_001, max: 999_999 }).map((units) => (units / 1e4).toFixed(4));
    fc.assert(
      fc.property(rate, rate, rate, (rented, owned, pool) => {
        const text = [
          'provider,instance,accelerator,count,capacity,usd_per_hour,committed_hours,note',
          `aws,p5.48xlarge,,,on-demand,${rented},,${rented} each`,
          `aws,p5.48xlarge,,,on-demand,${pool},3,`,
          `lab,,l40s,,owned,${owned},,`,
          `aws,p5.48xlarge,,,on-demand,"${rented},",,`,
        ].join('\n');
        const books = [{ layer: 'user', name: 'prices.csv', content: { text } }] as const;
        const analysis = analyse({ text: MANIFEST, catalog, books, today: '2026-11-23' });
        const files = [{ file: 'ai-infra.yaml', analysis }];
        const open = planJson(files, grandTotals(files));
        for (const secret of [rented, owned, pool]) assert.equal(open.includes(String(Number(secret))), true, secret);

        const hidden = redacted(files);
        const totals = redactedTotals(grandTotals(files));
        const json = planJson(hidden, totals);
        const options = { width: 200, alternatives: 5, paint: plain };
        const compared = [redactedCompareJson(files, []), redactedCompareText(files, { ...options, workloads: [] })];
        const reports = [
          ...compared,
          json,
          planText(hidden, { ...options, totals }),
          checkJson(hidden),
          checkText(hidden, plain),
        ];
        const forms = [rented, owned, pool].flatMap((secret) => {
          const usd = Number(secret);
          return [usd, usd / 8, usd * 2, usd * 16].map((value) => Number(value.toFixed(4)).toString());
        });
        for (const report of reports) for (const form of forms) assert.equal(report.includes(form), false, form);

        const told = JSON.parse(json) as {
          workloads: Record<string, { cost: unknown; target: { count: unknown } }>;
          totals: unknown;
        };
        for (const [name, { cost }] of analysis.plans) {
          const { monthlyUsd, totalUsd, upfrontUsd, atLeast } = cost;
          const kept = JSON.parse(
            JSON.stringify({ hourlyUsd: null, monthlyUsd, totalUsd, upfrontUsd, lines: [], rates: [], atLeast }),
          ) as unknown;
          assert.deepEqual(told.workloads[name]?.cost, kept);
          assert.equal(told.workloads[name]?.target.count, null);
        }
        assert.deepEqual(told.totals, JSON.parse(JSON.stringify(analysis.totals)));
        for (const word of ['durationSeconds', 'acceleratorHours', 'quantity', 'unitPriceUsd', 'replicas', 'kgTotal'])
          assert.equal(json.includes(word), false, word);
      }),
      { numRuns: 8, seed: 7 },
    );
  }).timeout(60_000);

  it('of a comparison tells what is best and what that costs, and nothing of the others but their order', () => {
    const analysis = analyse({ text: MANIFEST, catalog, today: '2026-11-23' });
    const { workloads } = JSON.parse(redactedCompareJson([{ file: 'ai-infra.yaml', analysis }], [])) as {
      workloads: Record<string, Record<string, unknown>>;
    };
    for (const [name, plan] of analysis.plans) {
      const told = workloads[name]!;
      const hidden = (target: object) => ({ ...target, count: null, nodes: null });
      assert.deepEqual(told['choice'], plan.comparison.choice && hidden(plan.comparison.choice));
      assert.deepEqual(
        told['alternatives'],
        plan.alternatives.map(({ target, fits }) => ({ target: hidden(target), fits })),
      );
      for (const key of ['front', 'flips', 'rejected']) assert.deepEqual(told[key], []);
      for (const key of ['scaling', 'durationSeconds']) assert.equal(told[key], undefined);
      assert.deepEqual((told['cost'] as { totalUsd?: unknown }).totalUsd, plan.cost.totalUsd);
    }
  });
});
