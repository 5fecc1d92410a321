import type { BridgeResponse } from '../../scripts/vscode-host/bridge.ts';
import type { PageActions } from '../../scripts/vscode-host/page-actions.ts';

/**
 * The window around the extension host: `await page.panelText({ selector: 'h2' })`. The calls go to the runner, which holds the browser.
 * An action that fails (its element does not come) throws with playwright's message.
 */
export const page: PageActions = {
  screenshot: (params) => call('screenshot', params).then(String),
  press: (params) => call('press', params).then(() => null),
  type: (params) => call('type', params).then(() => null),
  workbenchText: (target) => call('workbenchText', target).then(String),
  workbenchClick: (target) => call('workbenchClick', target).then(() => null),
  workbenchDoubleClick: (target) => call('workbenchDoubleClick', target).then(() => null),
  workbenchCount: (target) => call('workbenchCount', target).then(Number),
  panelText: (target) => call('panelText', target).then(String),
  panelClick: (target) => call('panelClick', target).then(() => null),
  panelCount: (target) => call('panelCount', target).then(Number),
  panelAttribute: (target) => call('panelAttribute', target).then((value) => (value === null ? null : String(value))),
  panelFocus: (target) => call('panelFocus', target).then(() => null),
  panelEvaluate: (params) => call('panelEvaluate', params),
};

/** Whether the runner holds a window that the tests can look at. */
export function hasPage(): boolean {
  return process.env['AI_INFRA_E2E_BRIDGE'] !== undefined;
}

async function call(action: keyof PageActions, params: unknown): Promise<unknown> {
  const url = process.env['AI_INFRA_E2E_BRIDGE'];
  if (url === undefined) throw new Error('this run has no window to look at (AI_INFRA_E2E_BRIDGE is not set)');
  const response = await fetch(url, { method: 'POST', body: JSON.stringify({ action, params }) });
  const answer = (await response.json()) as BridgeResponse;
  if ('error' in answer) throw new Error(`${action}: ${answer.error}`);
  return answer.result;
}
