import * as vscode from 'vscode';
import { testOutputMark } from '../../scripts/vscode-host/test-output.ts';
import { eventually } from './editor.ts';
import { page } from './page.ts';

/**
 * Shows the panel and waits until VS Code has loaded a page into it.
 *
 * VS Code 1.99 can miss the event that its own service worker took over (it listens only after the worker was registered), and then never
 * loads the page it was given, whosever it is. A person would close the view and open it again, which works since the worker is there by
 * then; so do we, once. A page that was loaded and stays empty is a fault of ours and is not helped.
 */
export async function showPanel(): Promise<void> {
  await vscode.commands.executeCommand('aiInfra.showPanel');
  try {
    await pageLoaded();
  } catch {
    console.log(`${testOutputMark}    (VS Code loaded no page into the panel; it is opened again)`);
    await vscode.commands.executeCommand('workbench.action.closeSidebar');
    await vscode.commands.executeCommand('aiInfra.showPanel');
    await pageLoaded();
  }
}

function pageLoaded(): Promise<boolean> {
  return eventually('a page in the panel', async () => (await page.panelCount({ selector: 'body' })) > 0);
}
