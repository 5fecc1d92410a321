import assert from 'node:assert/strict';
import fc from 'fast-check';
import { analyse } from '../../../server/src/analysis.ts';
import { nodesFor } from '../../../server/src/planner/offers.ts';
import { machinesOver } from '../../../server/src/planner/zones.ts';
import { catalog } from './placements.ts';

const analysed = (more: string, serving = 'requests: { average: 0.5/s, peak: 1/s }, autoscaling: { min: 2, max: 4 }') =>
  analyse({
    text: `version: 1
workloads:
  notes:
    phase: inference
    model: mistral-7b
    serving: { engine: vllm, inputTokens: 2000, outputTokens: 300, ${serving} }
    target: { provider: azure, region: westeurope, accelerator: a100-80gb${more} }
`,
    catalog,
    today: '2026-11-23',
    mostAdvice: 0,
  });

describe('a service in several zones', () => {
  it('pays for a machine in each, although one would hold all of it', () => {
    const one = analysed('').plans.get('notes');
    const two = analysed(', zones: 2').plans.get('notes');
    assert.equal(one?.target.nodes, 1);
    assert.equal(two?.target.nodes, 2);
    assert.ok(one.cost.monthlyUsd && two.cost.monthlyUsd);
    assert.ok(Math.abs(two.cost.monthlyUsd.mid - 2 * one.cost.monthlyUsd.mid) < 0.02);
  });

  it('is told what it pays for, also where the count follows from the load', () => {
    const [finding] = analysed(', zones: 2').findings.filter(({ code }) => code === 'AI205');
    assert.equal(finding?.severity, 'info');
    assert.match(finding.message, /in machines of 8: the load takes 2 accelerators, and you pay for 8 in each zone/);
    const small = analysed('', 'requests: 1/s').findings.filter(({ code }) => code === 'AI205');
    assert.match(small[0]?.message ?? '', /and you pay for 8: /);
  });

  it('needs no fewer machines than without, at most one more a zone, and never more than replicas', () => {
    const count = fc.integer({ min: 1, max: 200 });
    fc.assert(
      fc.property(count, fc.integer({ min: 2, max: 5 }), fc.constantFrom(1, 2, 4, 8), (replicas, zones, together) => {
        const accelerator = catalog.accelerators.get('a100-80gb');
        const machine = [...catalog.offers({ accelerator: 'a100-80gb', provider: 'azure' })][0]?.machine;
        assert.ok(accelerator && machine);
        const accelerators = replicas * together;
        const machines = machinesOver(machine, accelerator, accelerators, { zones, together });
        const without = nodesFor(machine, accelerator, accelerators);
        assert.ok(machines >= without && machines <= without + zones, `${machines} ${without}`);
        assert.ok(machines >= Math.min(zones, replicas) && machines <= Math.max(without, replicas));
      }),
    );
  });
});
