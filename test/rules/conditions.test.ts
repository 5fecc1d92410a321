/** Conditions of rules that their examples leave out: defaults, clusters, alternatives, precedence, and where nothing is said. */
import assert from 'node:assert/strict';
import { formatUsd } from '../../server/src/manifest/format-quantity.ts';
import { applyTextEdits } from '../../server/src/manifest/edit.ts';
import { proveFix } from '../../server/src/rules/prove.ts';
import { analyseText, findingsOf } from './support/analyse-text.ts';

const found = (text: string, code: string) =>
  findingsOf(analyseText(text), code).map(({ severity, message }) => `${severity}: ${message}`);
const codes = (text: string) => new Set(analyseText(text).findings.map(({ code }) => code));

/** A manifest of one workload, its lines given. */
const one = (lines: string, head = '') =>
  `version: 1\n${head}workloads:\n  w:\n    ${lines.trim().split('\n').join('\n    ')}\n`;

describe('AI208 edge-mismatch', () => {
  const edge = (rest: string) =>
    one(`phase: inference
model: { parameters: 11M, family: cnn, flopsPerSample: 16.5G }
framework: onnx
${rest}
target: { deployment: edge }`);

  it('judges latency and rate at the favourable end, slowed by the power budget', () => {
    const ask = (requests: string, budget = '') =>
      found(
        edge(`serving: { requests: ${requests}, precision: int8 }
edge: { device: jetson-orin-nano, fleetSize: 4, updates: ota${budget} }`),
        'AI208',
      );
    assert.deepEqual(ask('30/s'), []);
    assert.match(ask('100000/s')[0] ?? '', /^error: `jetson-orin-nano` answers .* at best, and .* are asked of it/);
    const least = [200, 400, 800, 1600, 3200].find((rate) => ask(`${rate.toString()}/s`).length > 0) ?? 0;
    assert.match(ask(`${(least / 2).toString()}/s`, ', powerBudget: 7W')[0] ?? '', /within 7 W/);
  });

  it('speaks in place of AI401', () => {
    const text = one(`phase: inference
model: llama-3.1-70b
framework: pytorch
serving: { engine: llama.cpp, inputTokens: 500, outputTokens: 100 }
edge: { device: jetson-orin-nano, fleetSize: 4, updates: ota }
target: { deployment: edge }`);
    const all = codes(text);
    assert.ok(all.has('AI208') && !all.has('AI401'));
  });

  it('lets a card of 75 W stand at the edge', () => {
    const text = edge(`serving: { requests: 30/s, precision: int8 }
edge: { fleetSize: 4, updates: ota }`).replace('deployment: edge', 'deployment: edge, accelerator: l4');
    assert.deepEqual(found(text, 'AI208'), []);
    assert.equal(found(text.replace('updates: ota', 'updates: ota, powerBudget: 40W'), 'AI208').length, 1);
  });
});

describe('AI304 and AI305', () => {
  it('see what defaults say, and are milder in an alternative', () => {
    const text = one(
      `phase: fine-tuning
model: llama-3.1-8b
training: { tokens: 200M }
checkpointing: { interval: 30m, storage: object }
target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
alternatives: [{ provider: aws, region: us-east-1, accelerator: trainium1, count: 16 }]`,
      'defaults: { framework: pytorch, training: { method: qlora } }\n',
    );
    assert.deepEqual(found(text, 'AI305'), [
      'warning: `qlora` does not run here: bitsandbytes, which quantises the frozen weights under PyTorch, works with GPUs and Gaudi, not `trainium1`.',
    ]);
    const own = text.replace(/alternatives.*\n/, '').replace('h100-sxm, count: 8', 'trainium1, count: 16');
    assert.match(found(own, 'AI305')[0] ?? '', /^error/);
  });

  it('say nothing of software that has methods of its own', () => {
    const jax = one(`phase: fine-tuning
model: llama-3.1-8b
framework: jax
training: { tokens: 200M, method: qlora }
checkpointing: { interval: 30m, storage: object }
target: { provider: gcp, region: us-central1, accelerator: tpu-v5e, count: 16 }`);
    assert.deepEqual(found(jax, 'AI305'), []);
  });
});

describe('AI405 slow-interconnect', () => {
  const run = (target: string, head = '') =>
    one(
      `phase: training
model: llama-3.1-8b
framework: pytorch
training: { tokens: 20B, batchSize: 128, sharding: fsdp }
checkpointing: { interval: 30m, storage: object }
target: { ${target} }`,
      head,
    );

  it('reads the network of a cluster', () => {
    const cluster = (network: string) =>
      `clusters:\n  dc1: { accelerator: h100-sxm, nodes: 8, acceleratorsPerNode: 8, interconnect: ${network}, orchestrator: slurm }\n`;
    assert.equal(found(run('cluster: dc1, count: 64', cluster('ethernet')), 'AI405').length, 1);
    assert.deepEqual(found(run('cluster: dc1, count: 64', cluster('infiniband')), 'AI405'), []);
  });

  it('keeps quiet where the network is not said and the machine has a fast one', () => {
    assert.deepEqual(found(run('provider: aws, region: us-east-1, accelerator: h100-sxm, count: 64'), 'AI405'), []);
  });
});

describe('AI406 kv-cache-too-small', () => {
  it('leaves to AI401 what does not fit even alone', () => {
    const text = one(`phase: inference
model: llama-3.1-70b
framework: pytorch
serving: { engine: vllm, inputTokens: 4000, outputTokens: 500, concurrency: 64 }
target: { provider: aws, region: us-east-1, accelerator: l4, count: 1 }`);
    assert.ok(codes(text).has('AI401') && !codes(text).has('AI406'));
  });
});

describe('AI507 availability-needs-replicas', () => {
  const service = (availability: string, rest = '') =>
    one(`phase: inference
model: llama-3.1-8b
framework: pytorch
serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100, availability: ${availability} }${rest}
target: { provider: aws, region: us-east-1, accelerator: l4, count: 1 }`);

  it('asks for replicas, then for zones, and not of a prototype', () => {
    assert.deepEqual(found(service('99.5%'), 'AI507'), []);
    assert.match(found(service('99.95%'), 'AI507')[0] ?? '', /keep two replicas up\.$/);
    assert.match(found(service('99.99%'), 'AI507')[0] ?? '', /keep two replicas up and use two zones\.$/);
    assert.deepEqual(found(service('99.99%', '\nstage: prototype'), 'AI507'), []);
  });

  it('sizes a fixed fleet for it', () => {
    const text = service('99.99%');
    const analysis = analyseText(text);
    const [finding] = findingsOf(analysis, 'AI507');
    const [fix] = finding?.fixes() ?? [];
    assert.ok(finding && fix);
    const proven = proveFix(analysis, finding, fix);
    const after = applyTextEdits(text, proven?.edits ?? []);
    assert.match(after, /parallelism: { tensor: 1 } }/);
    assert.match(after, /count: 2, zones: 2 }/);
  });
});

describe('AI508 deadline-at-risk', () => {
  it('leaves to AI601 what is late in any case', () => {
    const run = (deadline: string) =>
      codes(
        one(`phase: training
model: llama-3.1-8b
framework: pytorch
training: { tokens: 20B, deadline: ${deadline} }
checkpointing: { interval: 30m, storage: object }
target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }`),
      );
    assert.ok(run('2h').has('AI601') && !run('2h').has('AI508'));
    assert.ok(!run('60h').has('AI601') && run('60h').has('AI508'));
    assert.ok(!run('30d').has('AI601') && !run('30d').has('AI508'));
  });
});

describe('AI807 compliance-gap', () => {
  const at = (programme: string, target: string) =>
    found(
      one(
        `phase: inference
model: llama-3.1-8b
framework: pytorch
serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
target: { ${target} }`,
        `policy: { compliance: [${programme}] }\n`,
      ),
      'AI807',
    ).map((text) => text.split(':')[0]);

  it('is an error by a sourced fact alone, an information where nobody knows, nothing where it holds', () => {
    assert.deepEqual(at('soc2', 'provider: aws, region: eu-west-2, accelerator: l4, count: 1'), []);
    assert.deepEqual(at('gdpr', 'provider: gcp, region: europe-west4, accelerator: l4, count: 1'), []);
    assert.deepEqual(at('fedramp', 'provider: lambda, accelerator: a10, count: 1'), ['error']);
    assert.deepEqual(at('fedramp', 'provider: gcp, region: europe-west4, accelerator: l4, count: 1'), ['error']);
    assert.deepEqual(at('fedramp', 'provider: gcp, region: us-central1, accelerator: l4, count: 1'), []);
    // That a region lies outside what is said of ITAR rests on no source.
    assert.deepEqual(at('itar', 'provider: aws, region: us-east-1, accelerator: l4, count: 1'), ['info']);
  });
});

describe('a phase that nobody can tell', () => {
  it('hides no other name of the workload', () => {
    const text = one(`phase: trian
model: llama-3.1-8bx
target: { provider: awss, accelerator: h10o-sxm, count: 8 }`);
    assert.deepEqual(
      analyseText(text).findings.map(({ code }) => code),
      ['AI102', 'AI104', 'AI104', 'AI104'],
    );
  });
});

describe('a text over the limits', () => {
  it('is told so, and nothing else', () => {
    const findings = analyseText(`version: 1\n# ${'x'.repeat(2_100_000)}\nworkloads: {}\n`).findings;
    assert.deepEqual(
      findings.map(({ code }) => code),
      ['AI101'],
    );
  });
});

describe('AI708 data-transfer', () => {
  const run = (target: string, head = '') =>
    one(
      `phase: training
model: llama-3.1-8b
framework: pytorch
data: { size: 40TB, location: aws/us-east-1 }
training: { tokens: 20B }
checkpointing: { interval: 30m, storage: object }
target: ${target}`,
      head,
    );
  const dc1 =
    'clusters:\n  dc1: { accelerator: h100-sxm, nodes: 4, acceleratorsPerNode: 8, cost: { perNode: 280k } }\n';

  for (const [where, target, head, words] of [
    [
      'a provider that sells in no region by name',
      '{ provider: lambda, accelerator: h100-sxm, count: 8 }',
      '',
      'lambda',
    ],
    ['a region that the plan chose', '{ provider: gcp, accelerator: h100-sxm, count: 8 }', '', 'gcp/'],
    ['an own cluster', '{ cluster: dc1, count: 8 }', dc1, 'dc1'],
  ] as const)
    it(`tells what the plan pays for the way to ${where}`, () => {
      const text = run(target, head);
      const analysis = analyseText(text);
      const paid = [...analysis.plans.values()]
        .flatMap(({ cost }) => cost.lines)
        .filter(({ name }) => name.startsWith('data to the accelerators'))
        .reduce((sum, { amountUsd }) => sum + amountUsd, 0);
      assert.ok(paid > 1000);
      const [finding] = findingsOf(analysis, 'AI708');
      assert.ok(finding);
      assert.match(finding.message, new RegExp(`to \`${words}.*: about `));
      assert.ok(finding.message.includes(`about ${formatUsd(paid)},`), finding.message);
    });

  it('says nothing where the plan has no such line: in the region itself, and from own premises', () => {
    assert.deepEqual(found(run('{ provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }'), 'AI708'), []);
    assert.deepEqual(
      found(run('{ provider: aws, accelerator: h100-sxm, count: 8 }').replace('aws/us-east-1', 'on-premises'), 'AI708'),
      [],
    );
  });

  it('tells the time where no price of the way is known', () => {
    const text = run('{ provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }').replace(
      'size: 40TB, location: aws/us-east-1',
      'size: 400TB, location: azure/westeurope',
    );
    assert.match(found(text, 'AI708')[0] ?? '', /at a price that is not known, and /);
  });
});
