import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import type { PanelState } from '../../../client/src/panel/webview/messages.ts';
import { axeProblems, launchBrowser, openPanelPage, type PanelPage } from './open-page.ts';
import { sampleAlternative, sampleModel, sampleTradeoff, sampleWorkload } from './sample-model.ts';

const hostile = '<img src=x onerror="window.pwned=1">${1}`</script><script>window.pwned=1</script>';

describe('The page of the panel', function () {
  this.timeout(60_000);
  let browser: Browser;
  let panel: PanelPage;

  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());
  beforeEach(async () => {
    panel = await openPanelPage(browser);
  });
  afterEach(() => panel.page.close());

  const text = (selector: string): Promise<string[]> => panel.page.locator(selector).allInnerTexts();
  const plan = (over: Parameters<typeof sampleModel>[0] = {}): PanelState => ({
    kind: 'plan',
    model: sampleModel(over),
  });

  it('says that it is ready, once', async () => {
    assert.deepEqual(await panel.takeMessages(), [{ type: 'ready' }]);
  });

  it('shows the totals with range and budget, as the server wrote them', async () => {
    await panel.show(plan());
    assert.deepEqual(await text('.total .value'), ['$58,214', '$412.00']);
    assert.deepEqual(await text('.total.over .budget'), ['of $400']);
    assert.deepEqual(await text('.summary .range'), ['$51,900 – $66,300', '$371 – $498']);
  });

  it('draws bars as long as the shares say', async () => {
    await panel.show(plan());
    const [track, ...fills] = await Promise.all(
      ['.bars li:nth-child(1) .track', '.bars li:nth-child(1) .fill', '.bars li:nth-child(2) .fill'].map((selector) =>
        panel.page.locator(selector).evaluate((bar) => bar.getBoundingClientRect().width),
      ),
    );
    assert.ok(track !== undefined && fills[0] !== undefined && fills[1] !== undefined);
    assert.ok(Math.abs(fills[0] - track) < 1);
    assert.ok(Math.abs(fills[1] - track * 0.115) < 1);
  });

  it('marks the capacity on the ruler where the parts go beyond it', async () => {
    const parts = [{ label: 'weights', value: '140 GiB', share: 1, range: '' }];
    const memory = { label: '140 GiB on each h100-sxm', capacity: '80 GiB', capacityShare: 80 / 140, parts };
    await panel.show(plan({ workloads: [sampleWorkload({ memory })] }));
    assert.equal(await panel.page.locator('.ruler .limit').getAttribute('x'), '57.143%');
    assert.deepEqual(await text('.memory h4'), ['140 GiB on each h100-sxm\nof 80 GiB']);
  });

  it('says that a workload has errors rather than that it fits, and leads to them', async () => {
    await panel.show(plan({ workloads: [sampleWorkload({ errors: 2 }), sampleWorkload({ name: 'chat' })] }));
    assert.deepEqual(await text('.card > header .badge'), ['2 errors', 'fits']);
    await panel.takeMessages();
    await panel.page.locator('button.badge').click();
    assert.deepEqual(await panel.takeMessages(), [{ type: 'showProblems' }]);
  });

  it('switches to the alternative whose button is pressed, by mouse and by keyboard', async () => {
    await panel.show(plan());
    await panel.takeMessages();
    const buttons = panel.page.locator('.alternatives button');
    await buttons.nth(1).click();
    await panel.page.keyboard.press('ArrowUp');
    await panel.page.keyboard.press('Enter');
    const [second, first] = sampleWorkload().alternatives.slice(0, 2).reverse();
    const about = { type: 'switch', uri: sampleModel().uri, workload: 'finetune' };
    assert.deepEqual(await panel.takeMessages(), [
      { ...about, alternative: second?.id },
      { ...about, alternative: first?.id },
    ]);
  });

  it('goes to a workload from its name in the chart and in its card', async () => {
    await panel.show(plan());
    await panel.takeMessages();
    await panel.page.locator('.bars button', { hasText: 'chat' }).click();
    await panel.page.locator('.card h3 button', { hasText: 'cameras' }).click();
    const uri = sampleModel().uri;
    assert.deepEqual(await panel.takeMessages(), [
      { type: 'reveal', uri, workload: 'chat' },
      { type: 'reveal', uri, workload: 'cameras' },
    ]);
  });

  it('opens the workload at the cursor, and keeps it open when the cursor leaves', async () => {
    await panel.show(plan());
    assert.deepEqual(await text('.card:has(.details) h3'), ['finetune']);
    await panel.send({ type: 'cursor', workload: 'chat' });
    assert.deepEqual(await text('.card:has(.details) h3'), ['chat']);
    await panel.send({ type: 'cursor', workload: '' });
    assert.deepEqual(await text('.card:has(.details) h3'), ['chat']);
  });

  it('remembers what was opened when VS Code throws the page away and loads it again', async () => {
    await panel.show(plan());
    await panel.page.locator('.twistie').nth(1).click();
    await panel.page.locator('.card').first().locator('summary', { hasText: 'made of' }).click();
    await panel.reload();
    await panel.show(plan());
    assert.deepEqual(await text('.card:has(.details) h3'), ['finetune', 'chat']);
    const first = panel.page.locator('.card').first();
    assert.ok((await first.locator('.lines').innerText()).includes('14.5 h × $27.46/h'));
  });

  it('keeps the focus on a button while the numbers change under it', async () => {
    await panel.show(plan());
    await panel.page.locator('.alternatives button').nth(1).focus();
    await panel.show(plan({ version: 8, workloads: [sampleWorkload({ cost: '$413 a run' })] }));
    assert.equal(
      await panel.page.evaluate('document.activeElement.closest("tr").innerText.includes("8 × h200")'),
      true,
    );
  });

  it('shows six alternatives first, and all when asked', async () => {
    const alternatives = Array.from({ length: 9 }, (_, index) => sampleAlternative({ id: String(index) }));
    await panel.show(plan({ workloads: [sampleWorkload({ alternatives })] }));
    assert.equal(await panel.page.locator('.alternatives tbody tr').count(), 6);
    await panel.page.getByRole('button', { name: 'Show 3 more' }).click();
    assert.equal(await panel.page.locator('.alternatives tbody tr').count(), 9);
  });

  describe('cost against time', () => {
    const { uri } = sampleModel();
    const open = (): Promise<void> =>
      panel.page.locator('.card').first().locator('summary', { hasText: 'Cost against time' }).click();
    const answer = (result = sampleTradeoff()): Promise<void> =>
      panel.send({ type: 'tradeoff', uri, workload: 'finetune', result });

    it('is asked for when it is opened, once a version', async () => {
      await panel.show(plan());
      await panel.takeMessages();
      await open();
      assert.deepEqual(await panel.takeMessages(), [{ type: 'tradeoff', uri, workload: 'finetune' }]);
      await answer();
      await panel.show(plan());
      assert.deepEqual(await panel.takeMessages(), []);
      await panel.show(plan({ version: 8 }));
      assert.deepEqual(await panel.takeMessages(), [{ type: 'tradeoff', uri, workload: 'finetune' }]);
      assert.equal(await panel.page.locator('.points tbody tr').count(), 3, 'what is known stays meanwhile');
    });

    it('draws each point where it lies, under the number of its row', async () => {
      await panel.show(plan());
      await open();
      await answer();
      const places = await panel.page.evaluate<{ x: number; y: number }[]>(
        `[...document.querySelectorAll('.dot')].map((dot) => dot.getBoundingClientRect().toJSON())`,
      );
      const [cheap, now, quick] = places;
      assert.ok(cheap && now && quick);
      assert.ok(cheap.x > now.x && now.x > quick.x, 'the slower, the further right');
      assert.ok(cheap.y > now.y && now.y > quick.y, 'the dearer, the higher');
      assert.deepEqual(await text('.points tbody tr td:first-child'), ['1', '2', '3']);
      assert.deepEqual(await panel.page.locator('.dot-number').allTextContents(), ['1', '2', '3']);
    });

    it('switches to a point by its button; what is there now has none', async () => {
      await panel.show(plan());
      await open();
      await answer();
      await panel.takeMessages();
      await panel.page.locator('.points button').nth(1).click();
      const chosen = { type: 'switch', uri, workload: 'finetune', alternative: sampleTradeoff().points[2]?.id };
      assert.deepEqual(await panel.takeMessages(), [chosen]);
      assert.equal(await panel.page.locator('.points button').count(), 2);
    });

    it('says why there is nothing to compare', async () => {
      await panel.show(plan());
      await open();
      await answer(sampleTradeoff({ points: [], choice: '', flips: [], note: 'Nothing else will do.' }));
      assert.deepEqual(await text('.card details[open] p'), ['Nothing else will do.']);
    });

    it('is readable, narrow and wide, and gives axe nothing to complain of', async () => {
      await panel.show(plan());
      await open();
      await answer(sampleTradeoff({ choice: hostile, flips: [hostile] }));
      for (const width of [240, 600]) {
        await panel.page.setViewportSize({ width, height: 900 });
        assert.equal(await panel.page.evaluate('document.documentElement.scrollWidth'), width);
      }
      assert.deepEqual(await axeProblems(panel), []);
      assert.deepEqual(await panel.page.evaluate('window.violations'), []);
      assert.equal(await panel.page.locator('#root img, #root script').count(), 0);
    });
  });

  it('draws hostile names as the text that they are', async () => {
    const alternatives = [sampleAlternative({ hardware: hostile, why: hostile, region: hostile })];
    const workload = sampleWorkload({
      name: hostile,
      where: hostile,
      unknown: [hostile],
      assumptions: [hostile],
      alternatives,
    });
    await panel.show(plan({ title: hostile, workloads: [workload], charts: [] }));
    assert.deepEqual(await text('h1'), [hostile]);
    assert.deepEqual(await text('.card h3'), [hostile]);
    assert.equal(await panel.page.locator('#root img, #root script').count(), 0);
    assert.equal(await panel.page.evaluate('window.pwned'), undefined);
  });

  it('ignores a message that is no message of ours', async () => {
    await panel.show(plan());
    await panel.page.evaluate(`new Promise((done) => {
      addEventListener('message', () => done(undefined), { once: true });
      postMessage({ type: 'state', state: { kind: 'plan', model: { workloads: 7 } } }, '*');
    })`);
    assert.deepEqual(await text('h1'), ['support-assistant']);
  });

  const states: readonly (readonly [string, PanelState, readonly string[]])[] = [
    ['no manifest', { kind: 'no-manifest' }, ['New Manifest']],
    [
      'a server that failed',
      { kind: 'failed', reason: 'The language server stopped.' },
      ['Restart Server', 'Show Logs'],
    ],
    [
      'an empty manifest',
      plan({ workloads: [], empty: 'This manifest is empty.', findings: { error: 0, warning: 0, info: 0, hint: 0 } }),
      ['New Manifest'],
    ],
    [
      'a manifest that cannot be read',
      plan({ workloads: [], empty: 'This text is no YAML yet.' }),
      ['Show Problems', 'New Manifest'],
    ],
  ];
  for (const [name, state, buttons] of states) {
    it(`says what to do with ${name}`, async () => {
      await panel.show(state);
      assert.deepEqual(await text('.notice button'), buttons);
    });
  }

  it('names a manifest without a name by its file', async () => {
    await panel.show(plan({ title: '', uri: 'file:///work%20space/my%20plan.ai-infra.yaml' }));
    assert.deepEqual(await text('h1'), ['my plan.ai-infra.yaml']);
  });

  for (const width of [240, 320, 600]) {
    it(`needs no sideways scrolling at ${width} pixels`, async () => {
      await panel.page.setViewportSize({ width, height: 900 });
      await panel.show(plan());
      assert.equal(await panel.page.evaluate('document.documentElement.scrollWidth'), width);
    });
  }

  it('stays within its content security policy, and gives axe nothing to complain of, in every state', async () => {
    for (const [name, state] of [...states, ['a plan', plan()] as const]) {
      await panel.show(state);
      assert.deepEqual(await axeProblems(panel), [], name);
    }
    assert.deepEqual(await panel.page.evaluate('window.violations'), []);
  });
});
