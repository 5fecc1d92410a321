import { html, svg, type TemplateResult } from 'lit/html.js';
import type { PanelBar, PanelModel } from '../../../../server/src/protocol.ts';
import type { PageContext } from './context.ts';

/** Cost by workload: a list whose text says what its bars show. A click on a name goes to the workload. */
export function barChart(page: PageContext, model: PanelModel, chart: PanelModel['charts'][number]): TemplateResult {
  const names = new Set(model.workloads.map(({ name }) => name));
  return html`
    <section class="chart">
      <h2>${chart.title}</h2>
      <ul class="bars">
        ${chart.bars.map((bar) => barRow(page, bar, names.has(bar.label)))}
      </ul>
    </section>
  `;
}

function barRow(page: PageContext, bar: PanelBar, isWorkload: boolean): TemplateResult {
  const reveal = (): void => page.post({ type: 'reveal', uri: page.uri, workload: bar.label });
  return html`
    <li title=${bar.range === '' ? bar.value : `${bar.value} (${bar.range})`}>
      ${
        isWorkload
          ? html`<button class="link name" @click=${reveal}>${bar.label}</button>`
          : html`<span class="name">${bar.label}</span>`
      }
      <span class="amount">${bar.value}</span>
      <svg class="bar" width="100%" height="6" aria-hidden="true" focusable="false">
        <rect class="track" width="100%" height="6" rx="3"></rect>
        ${bar.share > 0 ? svg`<rect class="fill" width=${percent(bar.share)} height="6" rx="3"></rect>` : ''}
      </svg>
    </li>
  `;
}

/** A share of 0–1 as SVG writes lengths; at least a hair, so that a small amount is seen. */
export function percent(share: number): string {
  return `${(Math.min(1, Math.max(0.01, share)) * 100).toFixed(2)}%`;
}
