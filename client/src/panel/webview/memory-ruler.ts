import { html, svg, type TemplateResult } from 'lit/html.js';
import type { PanelBar, PanelWorkload } from '../../../../server/src/protocol.ts';

/** Colour classes of the style sheet, in turn. */
const hues = 6;

/** Parts of an accelerator's memory in a row; what does not fit sticks out past the mark of the capacity. */
export function memoryRuler(memory: NonNullable<PanelWorkload['memory']>): TemplateResult {
  const capacity = memory.capacityShare ?? 1;
  const starts = memory.parts.map((_, index) =>
    memory.parts.slice(0, index).reduce((sum, part) => sum + part.share, 0),
  );
  return html`
    <section class="memory">
      <h4>
        <span>${memory.label}</span>
        ${memory.capacity === '' ? '' : html`<span class="quiet amount">of ${memory.capacity}</span>`}
      </h4>
      <svg class="ruler" width="100%" height="12" aria-hidden="true" focusable="false">
        <rect class="track" width=${percent(capacity)} height="12" rx="2"></rect>
        ${memory.parts.map(
          (part, index) =>
            svg`<rect class=${`hue-${index % hues}`} x=${percent(starts[index] ?? 0)} width=${percent(part.share)} height="12"></rect>`,
        )}
        ${capacity < 1 ? svg`<rect class="limit" x=${percent(capacity)} width="2" height="12"></rect>` : ''}
      </svg>
      <ul class="legend">
        ${memory.parts.map((part, index) => legendRow(part, index))}
      </ul>
    </section>
  `;
}

function legendRow(part: PanelBar, index: number): TemplateResult {
  return html`
    <li title=${part.range}>
      <svg class="swatch" width="8" height="8" aria-hidden="true" focusable="false">
        <rect class=${`hue-${index % hues}`} width="8" height="8" rx="2"></rect>
      </svg>
      <span class="name">${part.label}</span>
      <span class="amount">${part.value}</span>
    </li>
  `;
}

function percent(value: number): string {
  return `${(value * 100).toFixed(3)}%`;
}
