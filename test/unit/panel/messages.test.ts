import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isFromPage, isPanelModel, isToPage } from '../../../client/src/panel/webview/messages.ts';
import { sampleModel, sampleWorkload } from './sample-model.ts';

describe('Messages between the panel and the extension', () => {
  it('lets every kind of message through that the page sends', () => {
    const uri = 'file:///ai-infra.yaml';
    const workload = 'chat';
    for (const message of [
      { type: 'ready' },
      { type: 'newManifest' },
      { type: 'restartServer' },
      { type: 'showLogs' },
      { type: 'showProblems' },
      { type: 'reveal', uri, workload },
      { type: 'compare', uri, workload },
      { type: 'tradeoff', uri, workload },
      { type: 'switch', uri, workload, alternative: 'aws/us-east-1//h200/8/spot' },
    ]) {
      assert.ok(isFromPage(message), message.type);
    }
  });

  it('refuses a switch without its alternative, and words that only objects in general have', () => {
    assert.equal(isFromPage({ type: 'switch', uri: 'file:///a', workload: 'chat' }), false);
    assert.equal(isFromPage({ type: 'reveal', uri: 'file:///a', workload: 7 }), false);
    assert.equal(isFromPage({ type: 'constructor' }), false);
    assert.equal(isFromPage({ type: '__proto__' }), false);
    assert.equal(isToPage({ type: 'state', state: { kind: 'toString' } }), false);
  });

  it('lets every state through that the extension sends', () => {
    for (const state of [
      { kind: 'no-manifest' },
      { kind: 'starting' },
      { kind: 'failed', reason: 'it stopped' },
      { kind: 'plan', model: sampleModel() },
    ]) {
      assert.ok(isToPage({ type: 'state', state }), state.kind);
    }
    assert.ok(isToPage({ type: 'cursor', workload: '' }));
  });

  it('refuses a plan in which a single number is no number', () => {
    const [first] = sampleModel().charts;
    assert.ok(first);
    const bars = [{ label: 'chat', value: '$1', share: Number.NaN, range: '' }];
    assert.equal(isPanelModel(sampleModel({ charts: [{ ...first, bars }] })), false);
  });

  it('refuses a plan in which one of many workloads lacks a member', () => {
    const { verdict: _, ...broken } = sampleWorkload();
    assert.equal(isPanelModel({ ...sampleModel(), workloads: [sampleWorkload(), broken] }), false);
  });

  it('never throws, whatever arrives', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), (value) => {
        assert.equal(typeof isFromPage(value), 'boolean');
        assert.equal(typeof isToPage(value), 'boolean');
        assert.equal(isPanelModel(value), false);
      }),
    );
  });
});
