import { html, type TemplateResult } from 'lit/html.js';
import { repeat } from 'lit/directives/repeat.js';
import type { AlternativeRow, PanelWorkload } from '../../../../server/src/protocol.ts';
import type { PageContext } from './context.ts';
import { fitWords } from './fit.ts';

/** Rows shown before the user asks for all. */
const firstRows = 6;

/** Other hardware for a workload, ranked by the server; *Switch* edits the manifest. Arrow keys go from button to button. */
export function alternativesTable(page: PageContext, workload: PanelWorkload): TemplateResult {
  const key = `${page.uri}#${workload.name}/all-alternatives`;
  const all = page.isOpen(key, false);
  const rows = all ? workload.alternatives : workload.alternatives.slice(0, firstRows);
  const hidden = workload.alternatives.length - rows.length;
  return html`
    <table
      class="alternatives"
      @keydown=${moveBetweenButtons}
      role="table"
      aria-label=${`Alternatives for ${workload.name}`}
    >
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">Hardware</th>
          <th role="columnheader" scope="col" class="amount">Cost</th>
          <th role="columnheader" scope="col" class="amount">Time</th>
          <th role="columnheader" scope="col"><span class="unseen">Action</span></th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${repeat(
          rows,
          (row) => row.id,
          (row) => alternative(page, workload, row),
        )}
      </tbody>
    </table>
    <div class="after-table">
      ${hidden > 0 ? html`<button class="link" @click=${() => page.setOpen(key, true)}>Show ${hidden} more</button>` : ''}
      ${
        all && workload.alternatives.length > firstRows
          ? html`<button class="link" @click=${() => page.setOpen(key, false)}>Show fewer</button>`
          : ''
      }
      <button class="link" @click=${() => page.post({ type: 'compare', uri: page.uri, workload: workload.name })}>
        ${workload.alternativeCount > rows.length + hidden ? `Search all ${workload.alternativeCount}…` : 'Search…'}
      </button>
    </div>
  `;
}

function alternative(page: PageContext, workload: PanelWorkload, row: AlternativeRow): TemplateResult {
  const place = joinParts([row.provider, row.region], ' ');
  const machine = joinParts([place, row.instance, row.capacity], ' · ');
  const switchTo = (): void =>
    page.post({ type: 'switch', uri: page.uri, workload: workload.name, alternative: row.id });
  return html`
    <tr role="row" title=${joinParts([row.why, row.priceDate === '' ? '' : `price as of ${row.priceDate}`], ' · ')}>
      <td role="cell" class="hardware">
        <span class="block kind">
          <span class="strong">${row.hardware}</span>
          ${row.fits === 'fits' ? '' : html`<span class=${`badge ${row.fits}`}>${fitWords[row.fits]}</span>`}
          ${row.marketplace ? html`<span class="badge">marketplace</span>` : ''}
        </span>
        <span class="quiet block place">${machine}</span>
      </td>
      <td role="cell" class="amount cost">
        <span class="block price">${row.cost}</span>
        ${difference(row.costDifference)}
      </td>
      <td role="cell" class="amount time">
        <span class="block">${row.time === '' ? '–' : row.time}</span>
        ${difference(row.timeDifference)}
      </td>
      <td role="cell" class="action">
        <button
          class="secondary"
          @click=${switchTo}
          aria-label=${`Switch ${workload.name} to ${row.hardware} at ${place}, ${row.cost}`}
        >
          Switch
        </button>
      </td>
    </tr>
  `;
}

function joinParts(parts: readonly string[], separator: string): string {
  return parts.filter((part) => part !== '').join(separator);
}

/** Less is green; the sign says the same without colour. */
function difference(text: string): TemplateResult | '' {
  if (text === '') return '';
  const less = text.startsWith('−') || text.startsWith('-');
  return html`<span class=${less ? 'block difference less' : 'block difference'}>${text}</span>`;
}

function moveBetweenButtons(event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const table = event.currentTarget;
  if (step === undefined || !(table instanceof HTMLElement)) return;
  const buttons = [...table.querySelectorAll('button')];
  const at = buttons.findIndex((button) => button === document.activeElement);
  const next = buttons[at + step];
  if (at < 0 || !next) return;
  event.preventDefault();
  next.focus();
}
