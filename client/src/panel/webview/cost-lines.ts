import { html, type TemplateResult } from 'lit/html.js';
import type { PanelWorkload } from '../../../../server/src/protocol.ts';

/** What an amount is made of: each line with its arithmetic, its source and the date of that. */
export function costLines(lines: PanelWorkload['lines']): TemplateResult {
  return html`
    <ul class="lines">
      ${lines.map(
        (line) => html`
          <li>
            <div class="line-head">
              <span class="name">${line.name}</span>
              <span class="amount"
                >${line.amount}${line.period === '' ? '' : html` <span class="quiet">${line.period}</span>`}</span
              >
            </div>
            ${line.arithmetic === '' ? '' : html`<div class="arithmetic">${line.arithmetic}</div>`}
            ${
              line.source === '' && line.asOf === ''
                ? ''
                : html`<div class="quiet source">
                    ${[line.source, line.asOf].filter((part) => part !== '').join(' · ')}
                  </div>`
            }
          </li>
        `,
      )}
    </ul>
  `;
}
