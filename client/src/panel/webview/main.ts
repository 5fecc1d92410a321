/** The script of the panel's page: keeps the last state, draws it, and reports what the user does. No arithmetic, no markup from data. */
import './panel.css';
import { render } from 'lit/html.js';
import type { PageContext } from './context.ts';
import { post, recall, remember } from './host.ts';
import { isToPage, type PanelState } from './messages.ts';
import { panelView } from './plan-view.ts';
import { createTradeoffs } from './tradeoffs.ts';

/** Quiet time before a screen reader hears a new total: typing must not make it stutter. */
const announceAfterMs = 1000;

const root = document.getElementById('root');
const announcer = document.createElement('p');
announcer.className = 'unseen';
announcer.setAttribute('aria-live', 'polite');
document.body.append(announcer);

let memory = recall();
let state: PanelState = { kind: 'starting' };
let current = '';
const tradeoffs = createTradeoffs((uri, workload) => post({ type: 'tradeoff', uri, workload }));
let announcing: ReturnType<typeof setTimeout> | undefined;

function draw(): void {
  if (!root) return;
  const page: PageContext = {
    uri: state.kind === 'plan' ? state.model.uri : '',
    current,
    isOpen: (key, byDefault) => memory.opened[key] ?? byDefault,
    setOpen(key, open) {
      if (memory.opened[key] === open) return;
      memory = { opened: { ...memory.opened, [key]: open } };
      remember(memory);
      draw();
    },
    tradeoff: (workload) => (state.kind === 'plan' ? tradeoffs.of(state.model, workload) : undefined),
    post,
  };
  render(panelView(state, page), root);
}

function announce(): void {
  clearTimeout(announcing);
  announcing = setTimeout(() => {
    const totals = state.kind === 'plan' ? state.model.totals : [];
    const text = totals
      .map(({ value, label, overBudget }) => `${value} ${label}${overBudget ? ', over budget' : ''}`)
      .join('; ');
    if (announcer.textContent !== text) announcer.textContent = text;
  }, announceAfterMs);
}

window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  if (!isToPage(data)) return;
  if (data.type === 'state') {
    state = data.state;
    announce();
  } else if (data.type === 'tradeoff') {
    tradeoffs.take(data.uri, data.workload, data.result);
  } else if (data.workload !== '') {
    // Between workloads the last one stays: the panel should not jump while the user passes through a comment.
    current = data.workload;
  }
  draw();
});

draw();
post({ type: 'ready' });
