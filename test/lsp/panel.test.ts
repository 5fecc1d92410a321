import assert from 'node:assert/strict';
import type {
  AlternativesResult,
  PanelModel,
  SwitchResult,
  TradeoffResult,
  WorkloadsResult,
} from '../../server/src/protocol.ts';
import { LanguageClient } from './client.ts';
import { SOUND, SPOT } from './manifests.ts';

describe('the panel and the commands over stdio', () => {
  let client: LanguageClient;
  let opened = 0;
  before(async () => {
    client = await LanguageClient.start();
  });
  after(async () => {
    assert.deepEqual(client.log, []);
    await client.stop();
  });

  function open(text: string): Promise<string> {
    opened += 1;
    return client.open(text, `file:///plans/${String(opened)}.ai-infra.yaml`);
  }

  it('gives the panel the cost that the lens says, with lines that add up', async () => {
    const uri = await open(SOUND);
    const panel = await client.request<PanelModel>('aiInfra/panel', { uri });
    const [workload] = panel.workloads;
    assert.equal(panel.empty, '');
    assert.equal(workload?.name, 'finetune');
    assert.equal(workload.line, 2);
    const usd = (text: string): number => Number(text.replace(/[^\d.]/g, ''));
    const sum = workload.lines.reduce((total, { amount }) => total + Math.round(usd(amount) * 100), 0) / 100;
    assert.ok(Math.abs(sum - usd(workload.cost)) < 0.51, `${String(sum)} is not ${workload.cost}`);
    assert.equal(panel.totals[0]?.value, workload.cost.replace(' a run', ''));
    assert.ok(workload.memory!.parts.length > 1);
    assert.ok(workload.memory!.parts.every(({ share }) => share >= 0 && share <= 1));
  });

  it('fills in the alternatives of a larger manifest from one model to the next', async () => {
    const [head, workload] = SOUND.split('workloads:\n');
    const names = Array.from({ length: 7 }, (_, index) => `w${String(index)}`);
    const uri = await open(`${head!}workloads:\n${names.map((name) => workload!.replace('finetune', name)).join('')}`);
    const filled = async (): Promise<number> => {
      const { workloads } = await client.request<PanelModel>('aiInfra/panel', { uri });
      return workloads.filter(({ alternatives }) => alternatives.length > 0).length;
    };
    const first = await filled();
    assert.ok(first > 0 && first < names.length, String(first));
    await client.summary(uri, 1);
    assert.equal(await filled(), names.length);
  });

  it('says why the panel is empty', async () => {
    assert.match((await client.request<PanelModel>('aiInfra/panel', { uri: await open('') })).empty, /empty/);
    assert.match(
      (await client.request<PanelModel>('aiInfra/panel', { uri: await open('version: 1\n') })).empty,
      /no workload/,
    );
  });

  it('switches to an alternative: the plan then costs what was promised', async () => {
    const uri = await open(SOUND);
    const offered = await client.request<AlternativesResult>('aiInfra/alternatives', { uri, workload: 'finetune' });
    assert.match(offered.now, /^8 × h100-sxm · aws us-east-1 · on-demand · \$[\d.,]+ a run$/);
    for (const chosen of offered.alternatives.slice(0, 5)) {
      const { edits, version } = await client.request<SwitchResult>('aiInfra/switch', {
        uri,
        workload: 'finetune',
        alternative: chosen.id,
      });
      assert.equal(version, 1);
      const switched = await open(client.after(uri, edits as Parameters<LanguageClient['after']>[1]));
      assert.match(client.text(switched), /# adapters only/);
      const panel = await client.request<PanelModel>('aiInfra/panel', { uri: switched });
      assert.equal(panel.workloads[0]?.cost, chosen.cost);
    }
  });

  it('refuses an alternative that is not offered', async () => {
    const uri = await open(SOUND);
    assert.equal(await client.request('aiInfra/switch', { uri, workload: 'finetune', alternative: 'made/up' }), null);
    assert.equal(await client.request('aiInfra/alternatives', { uri, workload: 'nobody' }), null);
  });

  it('lists workloads with their ranges', async () => {
    const uri = await open(SOUND);
    const [only, ...others] = await client.request<WorkloadsResult>('aiInfra/workloads', { uri });
    assert.deepEqual(others, []);
    assert.deepEqual([only?.name, only?.range.start.line], ['finetune', 2]);
  });

  it('compares cost and time of a workload, and switches to a point of the comparison', async () => {
    const uri = await open(SPOT);
    const found = await client.request<TradeoffResult | null>('aiInfra/tradeoff', { uri, workload: 'finetune' });
    const point = found?.points.find(({ id }) => id !== '');
    assert.ok(point);
    const params = { uri, workload: 'finetune', alternative: point.id };
    const answer = await client.request<SwitchResult | null>('aiInfra/switch', params);
    assert.ok(answer && answer.edits.length > 0);
    const moved = await open(client.after(uri, answer.edits as Parameters<LanguageClient['after']>[1]));
    const again = await client.request<PanelModel>('aiInfra/panel', { uri: moved });
    assert.equal(again.workloads[0]?.cost, `${point.cost} a run`);
    assert.equal(await client.request('aiInfra/tradeoff', { uri, workload: 'nobody' }), null);
  });
});
