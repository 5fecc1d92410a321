/** Advice may be searched for later; what is said in the end does not depend on when. */
import assert from 'node:assert/strict';
import { adviseSome, analyse, type Analysis } from '../../server/src/analysis.ts';
import { embeddedCatalog } from '../../server/src/catalog/embedded.ts';
import { rules } from '../../server/src/rules/index.ts';

const TODAY = '2026-01-01';
const IDLE = (name: string) => `  ${name}:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`;
const TEXT = `version: 1\nworkloads:\n${['one', 'two', 'three', 'four'].map(IDLE).join('')}`;

/** Texts differ between tests: advice is kept by workload. */
function begun(text: string, mostAdvice?: number): Analysis {
  return analyse({ text, catalog: embeddedCatalog(), today: TODAY, ...(mostAdvice !== undefined && { mostAdvice }) });
}

function advised({ findings }: Analysis): readonly (string | undefined)[] {
  return findings.filter(({ code }) => code === 'AI703').map(({ workload }) => workload);
}

function spoken({ findings }: Analysis): readonly string[] {
  return findings.map(({ code, span, message }) => `${code} ${span.start.toString()} ${message}`);
}

describe('advice', () => {
  it('is complete at once where nothing is said about it', () => {
    const analysis = begun(TEXT);
    assert.equal(analysis.adviceMissing, 0);
    assert.deepEqual(advised(analysis), ['one', 'two', 'three', 'four']);
  });

  it('is searched for in no more workloads than allowed, in the order of the text', () => {
    const analysis = begun(TEXT, 1);
    assert.equal(analysis.adviceMissing, 3);
    assert.deepEqual(advised(analysis), ['one']);
  });

  it('comes bit by bit, changes the findings once, and ends where everything at once ends', () => {
    let analysis = begun(TEXT, 0);
    const first = analysis.findings;
    const missing = [analysis.adviceMissing];
    while (analysis.adviceMissing > 0) {
      analysis = adviseSome(analysis, 1);
      missing.push(analysis.adviceMissing);
      if (analysis.adviceMissing > 0) assert.equal(analysis.findings, first);
    }
    assert.deepEqual(missing, [4, 3, 2, 1, 0]);
    assert.deepEqual(spoken(analysis), spoken(begun(TEXT)));
    assert.equal(adviseSome(analysis, 1), analysis);
  });

  it('stays known for the workloads that an edit leaves alone', () => {
    const before = begun(TEXT);
    const edited = analyse({
      text: TEXT.replace('inputTokens: 500', 'inputTokens: 501'),
      catalog: before.catalog,
      today: TODAY,
      previous: before,
      mostAdvice: 0,
    });
    assert.equal(edited.adviceMissing, 1);
    assert.deepEqual(advised(edited), ['two', 'three', 'four']);
  });

  it('is not missing where its rules are off', () => {
    const off = rules.filter(({ advice }) => advice).map(({ code }) => `${code}: off`);
    const analysis = begun(`version: 1\nrules: { ${off.join(', ')} }\n${TEXT.slice('version: 1\n'.length)}`, 0);
    assert.equal(analysis.adviceMissing, 0);
    assert.deepEqual(advised(analysis), []);
  });

  it('does not call a suppression stale before it was searched for', () => {
    const text = TEXT.replaceAll('    target:', '    # ai-infra-ignore AI703 -- reserved anyway\n    target:');
    const early = begun(text, 0);
    assert.deepEqual(spoken(early), []);
    assert.deepEqual(spoken(adviseSome(early, 4)), []);
    const useless = text
      .replaceAll('h100-sxm, count: 8', 'l4, count: 1')
      .replaceAll('requests: 1/s', 'requests: 0.2/s');
    const stale = (analysis: Analysis) => analysis.findings.filter(({ code }) => code === 'AI109').length;
    const before = begun(useless, 0);
    assert.equal(stale(before), 0);
    assert.equal(stale(adviseSome(before, 4)), 4);
  });
});
