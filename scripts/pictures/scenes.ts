import type { WindowActions } from './window.ts';

/** One picture: a file of `scripts/pictures/workspace`, and what is done in it before the picture is taken. */
export interface Scene {
  readonly name: string;
  readonly file: string;
  /** `content` is the file's text, to find places in. The file is open and analysed already. */
  readonly act: (window: WindowActions, content: string) => Promise<void>;
  /** Whether the README shows it. */
  readonly readme?: boolean;
}

const showPanel = async (window: WindowActions): Promise<void> => {
  await window.command('AI Infra: Show Plan');
  await window.seeInPanel('table');
};

export const scenes: readonly Scene[] = [
  {
    name: 'plan',
    file: 'ai-infra.yaml',
    readme: true,
    act: showPanel,
  },
  {
    name: 'cost-against-time',
    file: 'ai-infra.yaml',
    act: async (window) => {
      await showPanel(window);
      await window.clickInPanel('.card summary:has-text("Cost against time")');
      await window.seeInPanel('.points');
      await window.clickInPanel('.axis-title');
    },
  },
  {
    name: 'findings',
    file: 'mistakes.ai-infra.yaml',
    act: async (window) => {
      await window.press('Control+Shift+m');
      await window.see('.markers-panel .monaco-list-row');
    },
  },
  {
    name: 'findings-panel',
    file: 'mistakes.ai-infra.yaml',
    act: showPanel,
  },
  {
    name: 'quick-fix',
    file: 'mistakes.ai-infra.yaml',
    readme: true,
    act: async (window, content) => {
      await window.see('.squiggly-error');
      await window.cursorAt(content, 'capacity: sp');
      await window.press('Control+.');
      await window.see('.action-widget .monaco-list-row');
    },
  },
  {
    name: 'hover-finding',
    file: 'mistakes.ai-infra.yaml',
    act: async (window, content) => {
      await window.see('.squiggly-error');
      await window.cursorAt(content, 'accelerator: tpu');
      await window.press('Control+k');
      await window.press('Control+i');
      await window.see('.monaco-hover:not(.hidden) .hover-contents');
    },
  },
  {
    name: 'hover',
    file: 'ai-infra.yaml',
    act: async (window, content) => {
      await window.cursorAt(content, 'accelerator: h100');
      await window.press('Control+k');
      await window.press('Control+i');
      await window.see('.monaco-hover:not(.hidden) .hover-contents');
    },
  },
  {
    name: 'completion-value',
    file: 'ai-infra.yaml',
    act: async (window, content) => {
      await window.cursorAt(content, 'accelerator: ');
      await window.press('Control+Space');
      await window.see('.suggest-widget.visible .monaco-list-row:has-text("h100-sxm")');
    },
  },
  {
    name: 'completion-key',
    file: 'ai-infra.yaml',
    act: async (window, content) => {
      await window.cursorAt(content, 'outputTokens: 300');
      await window.press('Enter');
      await window.press('Control+Space');
      await window.see('.suggest-widget.visible .monaco-list-row:has-text("availability")');
    },
  },
  {
    name: 'switch-hardware',
    file: 'ai-infra.yaml',
    readme: true,
    act: async (window, content) => {
      await window.cursorAt(content, 'phase: fine');
      await window.command('AI Infra: Switch Hardware');
      await window.see('.quick-input-list .monaco-list-row');
    },
  },
  {
    name: 'browse-hardware',
    file: 'ai-infra.yaml',
    act: async (window) => {
      await window.command('AI Infra: Browse Hardware');
      await window.see('.quick-input-list .monaco-list-row:has-text("providers")');
    },
  },
  {
    name: 'browse-offers',
    file: 'ai-infra.yaml',
    act: async (window) => {
      await window.command('AI Infra: Browse Hardware');
      await window.see('.quick-input-list .monaco-list-row:has-text("providers")');
      await window.type('h100-sxm');
      await window.press('Enter');
      await window.see('.quick-input-list .monaco-list-row:has-text("each, an hour")');
    },
  },
  {
    name: 'outline',
    file: 'ai-infra.yaml',
    act: async (window) => {
      await window.press('Control+Shift+o');
      await window.see('.quick-input-list .monaco-list-row');
    },
  },
];
