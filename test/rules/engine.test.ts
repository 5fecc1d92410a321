import assert from 'node:assert/strict';
import { embeddedCatalog } from '../../server/src/catalog/embedded.ts';
import { analyse } from '../../server/src/analysis.ts';
import { applyPrecedence } from '../../server/src/rules/precedence.ts';
import { rules } from '../../server/src/rules/index.ts';
import type { Finding, Severity } from '../../server/src/rules/rule.ts';
import { analyseText, findingsOf, TODAY } from './support/analyse-text.ts';

const SPOT = `version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8, capacity: spot }
`;

const severityIn = (text: string, settings?: Parameters<typeof analyseText>[1]) =>
  findingsOf(analyseText(text, settings), 'AI501').map(({ severity }) => severity);

/** The manifest with a line before the target, or something after it. */
const withLine = (line: string) => SPOT.replace('    target:', `    ${line}\n    target:`);
const withTail = (tail: string) => SPOT.replace('spot }', `spot } ${tail}`);
const codesIn = (text: string) =>
  analyseText(text)
    .findings.map(({ code }) => code)
    .filter((code) => code !== 'AI703');

describe('severity of a finding', () => {
  it('is the rule’s own unless somebody says otherwise', () => {
    assert.deepEqual(severityIn(SPOT), ['error']);
  });

  it('is overridden by the settings, by name or by code', () => {
    assert.deepEqual(severityIn(SPOT, { rules: { 'spot-without-checkpointing': 'info' } }), ['info']);
    assert.deepEqual(severityIn(SPOT, { rules: { AI501: 'hint' } }), ['hint']);
  });

  it('is what the manifest says rather than the settings, and what the command line says rather than both', () => {
    const text = SPOT.replace('version: 1', 'version: 1\nrules: { AI501: warning }');
    assert.deepEqual(severityIn(text, { rules: { AI501: 'hint' } }), ['warning']);
    assert.deepEqual(severityIn(text, { rules: { AI501: 'hint' }, ruleOverrides: { AI501: 'info' } }), ['info']);
    assert.deepEqual(severityIn(text, { ruleOverrides: { AI501: 'off' } }), []);
  });

  it('is a warning for a prototype and one lower in an alternative', () => {
    assert.deepEqual(severityIn(withLine('stage: prototype')), ['warning']);
    const alternative = SPOT.replace('capacity: spot', 'capacity: on-demand').replace(
      /$/,
      '    alternatives:\n      - { provider: aws, region: us-east-1, accelerator: h200, count: 8, capacity: spot }\n',
    );
    assert.deepEqual(severityIn(alternative), ['warning']);
  });
});

describe('suppressions', () => {
  it('silence the line below a comment of its own, by code or by name', () => {
    assert.deepEqual(codesIn(withLine('# ai-infra-ignore AI501')), []);
    assert.deepEqual(codesIn(withLine('# ai-infra-ignore spot-without-checkpointing -- repeated nightly')), []);
  });

  it('silence their own line when they follow something', () => {
    assert.deepEqual(codesIn(withTail('# ai-infra-ignore AI501')), []);
    assert.deepEqual(codesIn(withTail('# ai-infra-ignore-line AI501')), []);
  });

  it('silence a block, and a file', () => {
    const block = SPOT.replace('  finetune:', '  # ai-infra-ignore-block AI501\n  finetune:');
    assert.deepEqual(codesIn(block), []);
    assert.deepEqual(codesIn(`${SPOT}# ai-infra-ignore-file AI501\n`), []);
  });

  it('do not reach further than they say', () => {
    assert.deepEqual(codesIn(SPOT.replace('    phase:', '    # ai-infra-ignore AI501\n    phase:')), [
      'AI109',
      'AI501',
    ]);
  });

  it('hold through the day they name, and are reported from the next', () => {
    assert.deepEqual(codesIn(withLine(`# ai-infra-ignore AI501 until ${TODAY}`)), []);
    const expired = analyseText(withLine('# ai-infra-ignore AI501 until 2026-11-22 -- until the fix'));
    assert.deepEqual(
      expired.findings.map(({ code }) => code).filter((code) => code !== 'AI703'),
      ['AI109', 'AI501'],
    );
    assert.match(findingsOf(expired, 'AI109')[0]?.message ?? '', /2026-11-22/);
  });

  it('cannot silence the finding about themselves', () => {
    assert.deepEqual(codesIn(`${SPOT}# ai-infra-ignore-file AI501, AI109\n# ai-infra-ignore AI999\n`), [
      'AI109',
      'AI109',
    ]);
  });
});

describe('precedence', () => {
  const finding = (
    code: string,
    severity: Severity,
    path: Finding['path'] = ['workloads', 'w', 'target'],
  ): Finding => ({
    code,
    name: code,
    severity,
    message: code,
    workload: 'w',
    path,
    span: { start: 0, end: 1 },
    related: [],
    docs: '',
    report: { path, part: 'value', message: code },
    fixes: () => [],
  });
  const left = (...findings: Finding[]) => applyPrecedence(findings).map(({ code }) => code);

  it('lets the first of a chain speak', () => {
    assert.deepEqual(left(finding('AI203', 'error'), finding('AI201', 'error'), finding('AI104', 'error')), ['AI104']);
    assert.deepEqual(left(finding('AI401', 'error'), finding('AI402', 'warning'), finding('AI601', 'error')), [
      'AI401',
    ]);
    assert.deepEqual(left(finding('AI301', 'warning'), finding('AI302', 'error'), finding('AI501', 'error')), [
      'AI301',
      'AI501',
    ]);
  });

  it('lets AI206 silence AI302 only as an error', () => {
    assert.deepEqual(left(finding('AI206', 'warning'), finding('AI302', 'error')), ['AI206', 'AI302']);
    assert.deepEqual(left(finding('AI206', 'error'), finding('AI302', 'error')), ['AI206']);
  });

  const advice = (code: string, savesUsd: number, workload = 'w') => ({
    ...finding(code, 'info', ['workloads', workload, 'target']),
    workload,
    savesUsd,
  });

  it('gives one piece of advice on cost to a workload: the one that saves most', () => {
    assert.deepEqual(left(advice('AI408', 10), advice('AI703', 30), advice('AI705', 20), finding('AI402', 'warning')), [
      'AI703',
      'AI402',
    ]);
    assert.deepEqual(left(advice('AI709', 5), advice('AI705', 5), advice('AI703', 1, 'other')), ['AI705', 'AI703']);
  });

  it('gives no advice on cost to a workload with an error, and does to the others', () => {
    assert.deepEqual(left(advice('AI408', 10), finding('AI501', 'error'), advice('AI703', 1, 'other')), [
      'AI501',
      'AI703',
    ]);
  });

  describe('of advice and an error in one manifest', () => {
    const tpu = (head: string, more: string) => `version: 1
${head}workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: jax
    training: { tokens: 10B }
    checkpointing: { interval: 30m, storage: gs://acme-ckpt }
    target: { provider: gcp, region: us-east5, accelerator: tpu-v5p, count: 16${more} }
`;
    const overBy = ', service: sagemaker';

    it('withholds the advice until the error is mended', () => {
      assert.deepEqual(codesIn(tpu('', '')), ['AI705']);
      assert.deepEqual(codesIn(tpu('', overBy)), ['AI904']);
    });

    it('gives it where the author has accepted the error, by a comment or by rules', () => {
      assert.deepEqual(codesIn(`${tpu('', overBy)}# ai-infra-ignore-file AI904\n`), ['AI705']);
      assert.deepEqual(codesIn(tpu('rules: { AI904: off }\n', overBy)), ['AI705']);
    });
  });

  it('does not let a finding in an alternative silence one in the target', () => {
    const there = ['workloads', 'w', 'alternatives', 0, 'region'];
    assert.deepEqual(left(finding('AI201', 'error', there), finding('AI203', 'error')), ['AI201', 'AI203']);
  });
});

describe('a rule that throws', () => {
  it('is reported apart and takes no other finding with it', () => {
    const rule = rules.find(({ code }) => code === 'AI301');
    assert.ok(rule && 'checkWorkload' in rule);
    const broken = rule as { checkWorkload: unknown };
    const { checkWorkload } = broken;
    try {
      broken.checkWorkload = () => {
        throw new Error('broken on purpose');
      };
      const analysis = analyse({ text: SPOT, catalog: embeddedCatalog(), today: TODAY });
      assert.deepEqual(
        analysis.crashes.map((crash) => [crash.rule, crash.workload]),
        [['AI301', 'finetune']],
      );
      assert.equal(findingsOf(analysis, 'AI501').length, 1);
    } finally {
      broken.checkWorkload = checkWorkload;
    }
  });
});
