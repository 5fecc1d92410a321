import { html, type TemplateResult } from 'lit/html.js';
import { repeat } from 'lit/directives/repeat.js';
import type { PanelModel } from '../../../../server/src/protocol.ts';
import { barChart } from './bar-chart.ts';
import type { PageContext } from './context.ts';
import type { FromPage, PanelState } from './messages.ts';
import { notice } from './notices.ts';
import { workloadCard } from './workload-card.ts';

/** The whole panel in one state. */
export function panelView(state: PanelState, page: PageContext): TemplateResult {
  switch (state.kind) {
    case 'no-manifest':
      return notice('No manifest is open.', 'The plan of an ai-infra.yaml shows here while you type it.', page.post, [
        { label: 'New Manifest', message: { type: 'newManifest' } },
      ]);
    case 'starting':
      return notice('Reading the manifest…', '', page.post, []);
    case 'failed':
      return notice('There is no plan to show.', state.reason, page.post, [
        { label: 'Restart Server', message: { type: 'restartServer' } },
        { label: 'Show Logs', message: { type: 'showLogs' } },
      ]);
    case 'plan':
      return planView(state.model, page);
  }
}

function planView(model: PanelModel, page: PageContext): TemplateResult {
  const errors = model.findings.error > 0;
  if (model.workloads.length === 0) {
    const showProblems: FromPage = { type: 'showProblems' };
    const actions = errors ? [{ label: 'Show Problems', message: showProblems }] : [];
    const text = model.empty === '' ? 'This manifest has no workload yet.' : model.empty;
    const create: FromPage = { type: 'newManifest' };
    return notice(text, '', page.post, [...actions, { label: 'New Manifest', message: create }]);
  }
  // With a single workload nobody wants to click; with several the one at the cursor stands open.
  const openByDefault = page.current === '' ? model.workloads[0]?.name : page.current;
  return html`
    <header class="summary">
      <div class="title">
        <h1>${model.title === '' ? fileName(model.uri) : model.title}</h1>
        ${findings(model, page)}
      </div>
      ${model.totals.map(
        (total) => html`
          <div class=${total.overBudget ? 'total over' : 'total'}>
            <span class="value">${total.value}</span>
            <span class="quiet">${total.label}</span>
            ${total.budget === '' ? '' : html`<span class="budget">${total.budget}</span>`}
            ${total.range === '' ? '' : html`<span class="quiet range">${total.range}</span>`}
          </div>
        `,
      )}
    </header>
    ${model.workloads.length > 1 ? model.charts.map((chart) => barChart(page, model, chart)) : ''}
    <section class="workloads">
      <h2>Workloads</h2>
      ${repeat(
        model.workloads,
        (workload) => workload.name,
        (workload) => workloadCard(page, workload, workload.name === openByDefault),
      )}
    </section>
    ${model.catalogAsOf === '' ? '' : html`<footer class="quiet">Prices and facts as of ${model.catalogAsOf}</footer>`}
  `;
}

/** The last part of a manifest's address, for manifests that have no name. */
function fileName(uri: string): string {
  const last = uri.slice(uri.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

function findings({ findings: count }: PanelModel, page: PageContext): TemplateResult | '' {
  const parts = [
    countOf(count.error, 'error'),
    countOf(count.warning, 'warning'),
    count.error + count.warning > 0 ? '' : countOf(count.info, 'note'),
  ].filter((part) => part !== '');
  if (parts.length === 0) return '';
  const tone = count.error > 0 ? 'error' : count.warning > 0 ? 'warning' : 'info';
  return html`
    <button class=${`link findings ${tone}`} title="Show problems" @click=${() => page.post({ type: 'showProblems' })}>
      ${parts.join(', ')}
    </button>
  `;
}

function countOf(count: number, word: string): string {
  return count === 0 ? '' : `${count} ${word}${count === 1 ? '' : 's'}`;
}
