import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';

/** An element by CSS selector, narrowed to one that contains the text. */
export interface Target {
  readonly selector: string;
  readonly contains?: string;
}

/**
 * What a test inside the extension host can see and do in the window around it, as a person would. The API of VS Code cannot: it has
 * no access to the drawn workbench nor to a webview's document. Each action waits for its target (15 s) and fails when it does not come.
 * `workbench…` acts on VS Code itself, `panel…` inside the extension's visible webview.
 */
export interface PageActions {
  /** Saves a picture as `<name>.png` and returns its path. */
  readonly screenshot: (params: { readonly name: string }) => Promise<string>;
  /** Presses a key or chord, such as `Control+Space`. */
  readonly press: (params: { readonly keys: string }) => Promise<null>;
  /** Types text where the focus is. */
  readonly type: (params: { readonly text: string }) => Promise<null>;
  readonly workbenchText: (target: Target) => Promise<string>;
  readonly workbenchClick: (target: Target) => Promise<null>;
  readonly workbenchDoubleClick: (target: Target) => Promise<null>;
  readonly workbenchCount: (target: Target) => Promise<number>;
  readonly panelText: (target: Target) => Promise<string>;
  readonly panelClick: (target: Target) => Promise<null>;
  /** How many elements match right now, without waiting for one. */
  readonly panelCount: (target: Target) => Promise<number>;
  readonly panelAttribute: (target: Target & { readonly attribute: string }) => Promise<string | null>;
  /** Gives the focus to an element of the panel, so that `press` goes there. */
  readonly panelFocus: (target: Target) => Promise<null>;
  /** Evaluates a JavaScript expression in the webview's document; the result must be JSON. */
  readonly panelEvaluate: (params: { readonly expression: string }) => Promise<unknown>;
}

const actionTimeoutMs = 30_000;

/** Binds the actions to a page. `extensionId` (`publisher.name`) tells our webviews from others. */
export function createPageActions(page: Page, extensionId: string, pictures: string): PageActions {
  const timeout = { timeout: actionTimeoutMs };
  const workbench = (target: Target): Locator => find(page, target).first();
  // The document is two frames deep: a sandbox that VS Code makes, and in it the content that the extension wrote.
  const panel = (): FrameLocator =>
    page
      .locator(`iframe.webview[src*="extensionId=${extensionId}"]:visible`)
      .first()
      .contentFrame()
      .frameLocator('iframe#active-frame');
  const inPanel = (target: Target): Locator => find(panel(), target).first();
  return {
    screenshot: async ({ name }) => {
      await mkdir(pictures, { recursive: true });
      const path = join(pictures, `${name.replaceAll(/[^\w.-]+/g, '-').slice(0, 100)}.png`);
      await page.screenshot({ path });
      return path;
    },
    press: async ({ keys }) => done(page.keyboard.press(keys)),
    type: async ({ text }) => done(page.keyboard.type(text)),
    workbenchText: (target) => workbench(target).innerText(timeout),
    workbenchClick: async (target) => done(workbench(target).click(timeout)),
    workbenchDoubleClick: async (target) => done(workbench(target).dblclick(timeout)),
    workbenchCount: (target) => find(page, target).count(),
    panelText: (target) => inPanel(target).innerText(timeout),
    panelClick: async (target) => done(inPanel(target).click(timeout)),
    panelCount: (target) => find(panel(), target).count(),
    panelAttribute: (target) => inPanel(target).getAttribute(target.attribute, timeout),
    panelFocus: async (target) => done(inPanel(target).focus(timeout)),
    panelEvaluate: ({ expression }) => panel().locator('html').evaluate(expression, undefined, timeout),
  };
}

function find(root: Page | FrameLocator, { selector, contains }: Target): Locator {
  return root.locator(selector, contains === undefined ? {} : { hasText: contains });
}

/** An action without a result answers null, which JSON can carry. */
async function done(action: Promise<unknown>): Promise<null> {
  await action;
  return null;
}
