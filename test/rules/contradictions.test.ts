import assert from 'node:assert/strict';
import { applyTextEdits } from '../../server/src/manifest/edit.ts';
import { proveFix } from '../../server/src/rules/prove.ts';
import { analyseText, findingsOf, marked } from './support/analyse-text.ts';

const SERVICE = (members: {
  readonly head?: string;
  readonly model?: string;
  readonly serving?: string;
  readonly target?: string;
}) => `version: 1
${members.head ?? ''}workloads:
  s:
    phase: inference
    model: ${members.model ?? 'llama-3.1-8b'}
    serving: { engine: vllm, ${members.serving ?? 'requests: 1/s'}, inputTokens: 1000, outputTokens: 100 }
    target: { ${members.target ?? 'provider: aws, region: us-east-1, accelerator: l40s'} }
`;

const CLUSTER = (members: string) =>
  `clusters:\n  c: { accelerator: h100-sxm, nodes: 2, acceleratorsPerNode: 8${members} }\n`;

/** What is marked is found, and nothing else of the rule. */
const CASES: readonly (readonly [code: string, what: string, manifest: string])[] = [
  ['AI102', 'a peak under the average', SERVICE({ serving: 'requests: { average: 5/s, peak: <|1/s|> }' })],
  ['AI102', 'a peak of nothing', SERVICE({ serving: 'requests: { average: 3/s, peak: <|0|> }' })],
  ['AI102', 'more hours than a month has', SERVICE({ serving: 'requests: 1/s, hoursPerMonth: <|900|>' })],
  ['AI102', 'a least over the most', SERVICE({ serving: 'requests: 1/s, autoscaling: { min: <|9|>, max: 8 }' })],
  ['AI102', 'another size than its name has', SERVICE({ model: '{ name: llama-3.1-8b, parameters: <|70B|> }' })],
  [
    'AI102',
    'more active parameters than there are',
    SERVICE({ model: '{ parameters: 8B, activeParameters: <|80B|> }' }),
  ],
  ['AI102', 'heads that cannot be shared', SERVICE({ model: '{ parameters: 8B, heads: 7, kvHeads: <|9|> }' })],
  ['AI102', 'experts without weights', SERVICE({ model: '{ parameters: 8B, family: moe, experts: <|1000000000|> }' })],
  ['AI102', 'own machines of a provider', SERVICE({ target: 'provider: aws, accelerator: l40s, capacity: <|owned|>' })],
  ['AI102', 'a hybrid of one', SERVICE({ target: 'provider: aws, accelerator: l40s, deployment: <|hybrid|>' })],
  ['AI102', 'a provider at home', SERVICE({ target: 'provider: <|aws|>, accelerator: l40s, deployment: on-premises' })],
  ['AI102', 'an empty burst', SERVICE({ target: 'provider: aws, accelerator: l40s, burst: <|{}|>' })],
  [
    'AI102',
    'a cluster at a provider',
    SERVICE({ head: CLUSTER(''), target: 'provider: <|aws|>, cluster: c, count: 1' }),
  ],
  ['AI102', 'a cluster on spot', SERVICE({ head: CLUSTER(''), target: 'cluster: c, count: 1, capacity: <|spot|>' })],
  ['AI102', 'a day that is none', SERVICE({ head: CLUSTER(', availableFrom: <|2027-02-30|>'), target: 'cluster: c' })],
  ['AI102', 'a cluster never used', SERVICE({ head: CLUSTER(', utilization: <|0%|>'), target: 'cluster: c' })],
  ['AI104', 'a country that is none', SERVICE({ head: CLUSTER(', location: <|zz|>'), target: 'cluster: c' })],
  ['AI102', 'one rule twice', SERVICE({ head: 'rules: { AI501: off, spot-without-checkpointing: <|error|> }\n' })],
];

describe('values that contradict each other', () => {
  for (const [code, what, manifest] of CASES)
    it(`are found: ${what}`, () => {
      const { text, spans } = marked(manifest);
      const found = findingsOf(analyseText(text), code);
      assert.deepEqual(
        found.map(({ span }) => span),
        spans,
        found.map(({ message }) => message).join(' | '),
      );
      assert.match(found[0]?.message ?? '', /: |, |; /);
    });

  it('are found in a run: half a sequence, and data in a region that is none', () => {
    const { text, spans } = marked(`version: 1
workloads:
  a:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora, batchSize: <|1.5|> }
    checkpointing: { interval: 30m, storage: object }
    data: { size: 5GB, location: <|aws/us-weast-1|> }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`);
    const analysis = analyseText(text);
    const found = [...findingsOf(analysis, 'AI102'), ...findingsOf(analysis, 'AI104')];
    assert.deepEqual(
      found.map(({ span }) => span),
      spans,
    );
  });

  it('say nothing of spot serving where the machines are owned', () => {
    const text = SERVICE({ head: CLUSTER(''), target: 'cluster: c, count: 1, capacity: spot' });
    assert.deepEqual(findingsOf(analyseText(text), 'AI504'), []);
  });
});

describe('findings beside each other', () => {
  it('tell of a chip that is not allowed where the region is not either, and advise nothing of it', () => {
    const { text, spans } = marked(`version: 1
policy: { dataResidency: [eu], accelerators: [a100-80gb] }
workloads:
  b:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: <|us-east-1|>, accelerator: <|h100-sxm|>, count: 8 }
`);
    const analysis = analyseText(text);
    const found = [...findingsOf(analysis, 'AI802'), ...findingsOf(analysis, 'AI803')];
    assert.deepEqual(
      found.map(({ span }) => span),
      spans,
    );
    assert.deepEqual(findingsOf(analysis, 'AI705'), []);
  });

  it('stand at their line where one before is no expectation', () => {
    const { text, spans } = marked(`${SERVICE({})}    expect:\n      - 5\n      - <|cost.monthly < 10|>\n`);
    assert.deepEqual(
      findingsOf(analyseText(text), 'AI110').map(({ span }) => span),
      spans,
    );
  });

  it('cannot tell of machines without an accelerator whether a region has them', () => {
    const text = SERVICE({ target: 'provider: aws, region: eu-central-1, instance: c7i.xlarge, count: 2' });
    assert.deepEqual(findingsOf(analyseText(text), 'AI203'), []);
  });
});

describe('comments that silence', () => {
  const run = (comment: string) => `version: 1
workloads:
  a:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8, capacity: spot } # ${comment}
`;
  const codes = (text: string) => analyseText(text).findings.map(({ code }) => code);

  it('may be written in small letters', () => {
    assert.deepEqual(codes(run('ai-infra-ignore ai501')), []);
  });

  it('silence nothing without a rule, or with a date that is none, and that is said', () => {
    assert.deepEqual(codes(run('ai-infra-ignore')).sort(), ['AI109', 'AI501']);
    assert.deepEqual(codes(run('ai-infra-ignore AI501 until 2026-13-45')).sort(), ['AI109', 'AI501']);
  });

  it('lose the rules among several that silence nothing', () => {
    const text = run('ai-infra-ignore AI501 AI703 AI601 -- as agreed');
    const analysis = analyseText(text);
    const [finding] = findingsOf(analysis, 'AI109');
    assert.ok(finding);
    assert.match(finding.message, /AI703, AI601/);
    const [fix] = finding.fixes();
    const proven = fix && proveFix(analysis, finding, fix);
    assert.ok(proven);
    assert.equal(applyTextEdits(text, proven.edits), run('ai-infra-ignore AI501 -- as agreed'));
  });
});
