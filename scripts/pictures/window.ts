import type { Locator, Page } from 'playwright-core';

/** What a person does in a VS Code window, by keyboard; each step waits until the window has answered. */
export interface WindowActions {
  readonly openFile: (name: string) => Promise<void>;
  /** Runs a command by the title that the palette shows. */
  readonly command: (title: string) => Promise<void>;
  /** Puts the cursor right after (or before) the first occurrence of a text in the open file. */
  readonly cursorAt: (content: string, find: string, side?: 'before' | 'after') => Promise<void>;
  readonly press: (keys: string) => Promise<void>;
  /** Types into what has the focus. */
  readonly type: (text: string) => Promise<void>;
  /** Waits for an element of the workbench. */
  readonly see: (selector: string) => Promise<void>;
  /** Waits for an element inside the extension's webview. */
  readonly seeInPanel: (selector: string) => Promise<void>;
  /** Clicks an element inside the extension's webview, once it is there. */
  readonly clickInPanel: (selector: string) => Promise<void>;
  /** Waits until nothing on the screen changes any more, and returns that picture (PNG). */
  readonly settledPicture: () => Promise<Buffer>;
}

const answerTimeoutMs = 20_000;
const stillTimeoutMs = 12_000;
const stillFor = 3;
const betweenLooksMs = 250;

export function windowActions(page: Page, extensionId: string): WindowActions {
  const input = page.locator('.quick-input-widget input[type="text"]');
  const row = page.locator('.quick-input-list .monaco-list-row').first();
  const see = (selector: string): Promise<void> => page.locator(selector).first().waitFor({ timeout: answerTimeoutMs });

  const inPanel = (selector: string): Locator =>
    page
      .locator(`iframe.webview[src*="extensionId=${extensionId}"]:visible`)
      .first()
      .contentFrame()
      .frameLocator('iframe#active-frame')
      .locator(selector)
      .first();

  /** Opens the quick input, fills it, and takes the first answer that contains the text. */
  const choose = async (keys: string, text: string, expected: string): Promise<void> => {
    await page.keyboard.press(keys);
    await input.waitFor({ timeout: answerTimeoutMs });
    await input.fill(text);
    const answer = row.filter({ hasText: expected });
    await answer.waitFor({ timeout: answerTimeoutMs });
    await page.keyboard.press('Enter');
    // The answer goes, not the input: a command may open the next quick pick at once.
    await answer.waitFor({ state: 'hidden', timeout: answerTimeoutMs });
  };

  return {
    see,
    openFile: async (name) => {
      await choose('Control+p', name, name);
      await see(`.tab.active[data-resource-name="${name}"]`);
    },
    command: (title) => choose('F1', `>${title}`, title.replace(/^[^:]+: /, '')),
    cursorAt: async (content, find, side = 'after') => {
      const at = content.indexOf(find);
      if (at < 0) throw new Error(`the file does not contain "${find}"`);
      const before = content.slice(0, at + (side === 'after' ? find.length : 0)).split('\n');
      await page.keyboard.press('Control+g');
      await input.waitFor({ timeout: answerTimeoutMs });
      await input.fill(`:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`);
      await page.keyboard.press('Enter');
      await input.waitFor({ state: 'hidden', timeout: answerTimeoutMs });
      await see('.editor-instance .monaco-editor.focused');
    },
    press: (keys) => page.keyboard.press(keys),
    type: (text) => page.keyboard.type(text),
    seeInPanel: (selector) => inPanel(selector).waitFor({ timeout: answerTimeoutMs }),
    clickInPanel: (selector) => inPanel(selector).click({ timeout: answerTimeoutMs }),
    settledPicture: async () => {
      let last = await page.screenshot();
      let same = 1;
      const until = Date.now() + stillTimeoutMs;
      while (same < stillFor && Date.now() < until) {
        await page.waitForTimeout(betweenLooksMs);
        const next = await page.screenshot();
        same = next.equals(last) ? same + 1 : 1;
        last = next;
      }
      return last;
    },
  };
}
