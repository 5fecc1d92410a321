import assert from 'node:assert/strict';
import { analyseText, findingsOf } from './support/analyse-text.ts';

const RUN = `    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    checkpointing: { interval: 10m, storage: object }
`;
const TARGET = '    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }\n';

/** One workload with these expectations, a line each; `head` stands before it. */
function judged(lines: readonly string[], { head = '', target = TARGET, run = RUN } = {}): readonly string[] {
  const list = lines.map((line) => `      - ${line}\n`).join('');
  const analysis = analyseText(`version: 1\n${head}workloads:\n  a:\n${run}${target}    expect:\n${list}`);
  assert.deepEqual(analysis.crashes, []);
  return findingsOf(analysis, 'AI110').map(({ severity, message }) => `${severity}: ${message}`);
}

describe('expectations', () => {
  it('are judged by the middle estimate, or by the bad end', () => {
    const analysis = analyseText(`version: 1\nworkloads:\n  a:\n${RUN}${TARGET}`);
    const range = analysis.plans.get('a')!.cost.totalUsd!;
    assert.ok(range.mid < range.high);
    const between = ((range.mid + range.high) / 2).toFixed(2);
    assert.deepEqual(judged([`cost.total < ${between}`]), []);
    const [message = ''] = judged([`worst(cost.total) < ${between}`]);
    assert.match(message, /^error: `worst\(cost\.total\)` is \$[\d,.]+, expected < \$[\d,.]+\.$/);
  });

  it('show both sides', () => {
    assert.match(
      judged(['cost.total < 5'])[0] ?? '',
      /^error: `cost\.total` is \$[\d,.]+ \(\$[\d,.]+ – \$[\d,.]+\), expected < \$5\.$/,
    );
    assert.deepEqual(judged(['accelerator in [h200, b200]']), [
      'error: `accelerator` is `h100-sxm`, expected `h200` or `b200`.',
    ]);
  });

  it('know that a region lies in a geography and a country, and an alias is its chip', () => {
    assert.deepEqual(
      judged([
        'region in us',
        'region == us-east-1',
        'region in [eu, aws/us-east-1]',
        'geography == us',
        'accelerator == H100',
        'provider in [gcp, aws]',
      ]),
      [],
    );
    assert.deepEqual(judged(['region in eu']), ['error: `region` is `us-east-1` in us, expected `eu`.']);
  });

  it('place a cluster by its location', () => {
    const options = {
      head: 'clusters:\n  dc1: { accelerator: h100-sxm, nodes: 2, acceleratorsPerNode: 8, location: de }\n',
      target: '    target: { cluster: dc1, count: 8 }\n',
    };
    assert.deepEqual(judged(['region in eu', 'geography in [de]'], options), []);
    assert.deepEqual(judged(['region in us'], options), ['error: `region` is `de`, expected `us`.']);
    assert.deepEqual(judged(['provider == aws'], options), [
      'hint: Cannot tell `provider`, because it runs on cluster `dc1`.',
    ]);
  });

  it('cannot be told where a value is unknown, and say why', () => {
    const run = RUN.replace('tokens: 2B, ', '');
    const [message = ''] = judged(['duration < 3d'], { run });
    assert.match(message, /^hint: Cannot tell `duration`, because .+\.$/);
    const [nameless = ''] = judged(['goodput > 10%', 'duration < 3d'], { run: RUN.replace('llama-3.1-8b', 'lama') });
    assert.doesNotMatch(nameless, /has no/);
    assert.match(judged(['replicas < 3'])[0] ?? '', /^hint: .* has no replicas\.$/);
  });

  it('count carbon by the grid of the region', () => {
    assert.match(
      judged(['carbon.total < 1kg'])[0] ?? '',
      /^error: `carbon\.total` is [\d.]+ kg \(.*\), expected < 1kg\.$/,
    );
    assert.deepEqual(judged(['carbon.total < 1t']), []);
  });

  it('count what is left after suppression', () => {
    const spot = TARGET.replace('count: 8', 'count: 8, capacity: spot');
    const run = RUN.replace(/ {4}checkpointing.*\n/, '');
    assert.deepEqual(judged(['no AI501', 'no errors'], { target: spot, run }), [
      'error: 1 finding (AI501 spot-without-checkpointing), expected none.',
      'error: 1 error (AI501 spot-without-checkpointing), expected none.',
    ]);
    const silenced = `    # ai-infra-ignore AI501 -- repeated at night\n${spot}`;
    assert.deepEqual(judged(['no AI501', 'no errors', 'no spot-without-checkpointing'], { target: silenced, run }), []);
  });

  it('of the manifest are about totals, and about every workload', () => {
    const two = (expect: string) =>
      findingsOf(
        analyseText(
          `version: 1\nexpect: [${expect}]\nworkloads:\n  a:\n${RUN}${TARGET}  b:\n${RUN}${TARGET.replace('count: 8', 'count: 16')}`,
        ),
        'AI110',
      ).map(({ message }) => message);
    const one = analyseText(`version: 1\nworkloads:\n  a:\n${RUN}${TARGET}`).plans.get('a')!.cost.totalUsd!.mid;
    assert.equal(two(`cost.total < ${(one * 1.5).toFixed(2)}`).length, 1);
    assert.deepEqual(two('fits, no errors, region in us, duration < 60d'), []);
    assert.match(two('"accelerator == h200"')[0] ?? '', /^`accelerator` of `a` is `h100-sxm`/);
  });

  it('can be silenced themselves, and a silence that is not needed is stale', () => {
    const text = (line: string) =>
      `version: 1\nworkloads:\n  a:\n${RUN}${TARGET}    expect:\n      # ai-infra-ignore AI110 -- until the price falls\n      - ${line}\n`;
    assert.deepEqual(
      analyseText(text('cost.total < 5')).findings.filter(({ code }) => code === 'AI110' || code === 'AI109'),
      [],
    );
    assert.equal(findingsOf(analyseText(text('cost.total < 5M')), 'AI109').length, 1);
  });

  it('name rules, regions and chips that exist', () => {
    const text = `version: 1\nrules: { AI0501: off }\nworkloads:\n  a:\n${RUN}${TARGET}    expect: [no AI999, "region == us-eest-1"]\n`;
    const analysis = analyseText(text);
    assert.deepEqual(
      findingsOf(analysis, 'AI104').map(({ span, message }) => [
        text.slice(span.start, span.end),
        message.split(':')[0],
      ]),
      [
        ['AI0501', '`AI0501` is not a rule'],
        ['AI999', '`AI999` is not a rule'],
        ['us-eest-1', '`us-eest-1` is not a region'],
      ],
    );
  });

  it('that cannot be read are told at the word, inside quotes too', () => {
    const text = `version: 1\nexpect: ["cost.total <= 5GiB", 'fitz']\nworkloads:\n  a:\n${RUN}${TARGET}`;
    const found = analyseText(text).findings.filter(({ code }) => code === 'AI102' || code === 'AI105');
    assert.deepEqual(
      found.map(({ code, span }) => [code, text.slice(span.start, span.end)]),
      [
        ['AI105', '5GiB'],
        ['AI102', 'fitz'],
      ],
    );
  });
});
