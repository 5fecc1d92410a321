import { html, type TemplateResult } from 'lit/html.js';
import type { PanelWorkload } from '../../../../server/src/protocol.ts';
import { alternativesTable } from './alternatives.ts';
import type { PageContext } from './context.ts';
import { costLines } from './cost-lines.ts';
import { disclosure } from './disclosure.ts';
import { fitWords } from './fit.ts';
import { memoryRuler } from './memory-ruler.ts';
import { tradeoffView } from './tradeoff.ts';

/** One workload: where it runs, what it costs and takes, and, opened, why and what else could run it. */
export function workloadCard(page: PageContext, workload: PanelWorkload, openByDefault: boolean): TemplateResult {
  const key = `${page.uri}#${workload.name}`;
  const open = page.isOpen(key, openByDefault);
  const current = page.current === workload.name;
  return html`
    <article class=${current ? 'card current' : 'card'} aria-label=${workload.name}>
      <header>
        <button
          class="twistie"
          aria-expanded=${open ? 'true' : 'false'}
          aria-label=${`${open ? 'Hide' : 'Show'} details of ${workload.name}`}
          @click=${() => page.setOpen(key, !open)}
        >
          <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path class=${open ? 'chevron open' : 'chevron'} d="M6 4l4 4-4 4"></path>
          </svg>
        </button>
        <h3>
          <button
            class="link plain"
            title="Show in the manifest"
            @click=${() => page.post({ type: 'reveal', uri: page.uri, workload: workload.name })}
          >
            ${workload.name}
          </button>
        </h3>
        <span class="quiet phase">${workload.phase}</span>
        ${verdict(page, workload)}
      </header>
      <p class="where quiet">${workload.where}</p>
      <div class="figures">
        <span class="figure" title=${workload.costRange}>${workload.cost}</span>
        ${workload.time === '' ? '' : html`<span class="quiet amount">${workload.time}</span>`}
      </div>
      ${open ? details(page, key, workload) : ''}
    </article>
  `;
}

/** Whether it fits; an error instead where there is one, since what fits may still not run. */
function verdict(page: PageContext, { verdict: fit, errors }: PanelWorkload): TemplateResult {
  if (errors === 0) return html`<span class=${`badge ${fit}`}>${fitWords[fit]}</span>`;
  return html`
    <button class="badge error" title="Show problems" @click=${() => page.post({ type: 'showProblems' })}>
      ${errors} ${errors === 1 ? 'error' : 'errors'}
    </button>
  `;
}

function details(page: PageContext, key: string, workload: PanelWorkload): TemplateResult {
  const { memory, lines, alternatives, alternativeCount, unknown, assumptions } = workload;
  return html`
    <div class="details">
      ${workload.costRange === '' ? '' : html`<p class="quiet range">${workload.costRange}</p>`}
      ${
        unknown.length === 0
          ? ''
          : html`<ul class="unknown">
              ${unknown.map((reason) => html`<li>${reason}</li>`)}
            </ul>`
      }
      ${memory ? memoryRuler(memory) : ''}
      ${
        alternatives.length === 0
          ? ''
          : html`
              <section>
                <h4><span>Alternatives</span><span class="quiet">${alternativeCount}</span></h4>
                ${alternativesTable(page, workload)}
              </section>
            `
      }
      ${
        alternatives.length === 0
          ? ''
          : disclosure(page, `${key}/tradeoff`, 'Cost against time', '', () => tradeoffView(page, workload.name))
      }
      ${lines.length === 0 ? '' : disclosure(page, `${key}/lines`, 'What the cost is made of', String(lines.length), () => costLines(lines))}
      ${
        assumptions.length === 0
          ? ''
          : disclosure(
              page,
              `${key}/assumptions`,
              'Assumed',
              String(assumptions.length),
              () =>
                html`<ul class="plain-list">
                  ${assumptions.map((assumption) => html`<li>${assumption}</li>`)}
                </ul>`,
            )
      }
    </div>
  `;
}
