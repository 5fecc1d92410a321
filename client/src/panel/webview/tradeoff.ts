import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit/html.js';
import type { TradeoffPoint, TradeoffResult, TradeoffTick } from '../../../../server/src/protocol.ts';
import type { PageContext } from './context.ts';

/** The picture's height, and the room around it for the axes' words, in pixels; its width is that of the panel. */
const HEIGHT = 170;
const TOP = 10;
const BOTTOM = HEIGHT - 18;
const RADIUS = 4;

/** Cost against time: a picture, the table that says the same in words and switches, and what would flip the choice. */
export function tradeoffView(page: PageContext, workload: string): TemplateResult {
  const result = page.tradeoff(workload);
  if (result === undefined) return html`<p class="quiet" role="status">Searching…</p>`;
  if (result.points.length === 0) return html`<p class="quiet">${result.note}</p>`;
  const drawn = result.points.filter(({ timeAt }) => timeAt !== null);
  return html`
    <p class="quiet">Nothing else beats these in both cost and time. The ring is what you have now.</p>
    ${drawn.length > 1 ? picture(result) : ''} ${pointsTable(page, result)}
    ${
      result.flips.length === 0
        ? ''
        : html`<p class="choice">${result.choice}</p>
            <ul class="plain-list">
              ${result.flips.map((flip) => html`<li>${flip}</li>`)}
            </ul>`
    }
  `;
}

function picture({ points, costTicks, timeTicks, costTitle, timeTitle }: TradeoffResult): TemplateResult {
  return html`
    <div class="tradeoff" aria-hidden="true">
      <div class="quiet axis-title">${costTitle} ↑</div>
      <svg width="100%" height=${HEIGHT} focusable="false">
        ${costTicks.map(costTick)} ${timeTicks.map(timeTick)} ${points.map((point, index) => dot(point, index))}
      </svg>
      <div class="quiet axis-title end">${timeTitle} →</div>
    </div>
  `;
}

function costTick({ at, label }: TradeoffTick): SVGTemplateResult {
  const y = upwards(at);
  return svg`
    <line class="grid" x1="0" x2="100%" y1=${y} y2=${y}></line>
    <text class="tick" x="0" y=${y - 3}>${label}</text>`;
}

function timeTick({ at, label }: TradeoffTick): SVGTemplateResult {
  const x = along(at);
  return svg`
    <line class="grid" x1=${x} x2=${x} y1=${TOP} y2=${BOTTOM}></line>
    <text class="tick" text-anchor="middle" x=${x} y=${HEIGHT - 4}>${label}</text>`;
}

/** The number is that of the table's row. */
function dot({ mark, costAt, timeAt }: TradeoffPoint, index: number): SVGTemplateResult | '' {
  if (timeAt === null) return '';
  const [x, y] = [along(timeAt), upwards(costAt)];
  return svg`
    <circle class=${`dot ${mark}`} cx=${x} cy=${y} r=${mark === 'now' ? RADIUS + 1.5 : RADIUS}></circle>
    <text class="dot-number" x=${x} y=${y} dx="8" dy="4">${index + 1}</text>`;
}

/** Room on the left for the costs' words, on the right for a number. */
function along(at: number): string {
  return `${(16 + at * 76).toFixed(2)}%`;
}

function upwards(at: number): number {
  return BOTTOM - 10 - at * (BOTTOM - 10 - TOP - 8);
}

function pointsTable(page: PageContext, { points, timeTitle, costTitle, workload }: TradeoffResult): TemplateResult {
  return html`
    <table class="points" role="table" aria-label=${`Cost against time for ${workload}`}>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col"><span class="unseen">Number in the picture</span></th>
          <th role="columnheader" scope="col">Hardware</th>
          <th role="columnheader" scope="col" class="amount">
            <span class="unseen">${costTitle} and ${timeTitle}</span>
          </th>
          <th role="columnheader" scope="col"><span class="unseen">Action</span></th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${points.map(
          (point, index) => html`
            <tr role="row">
              <td role="cell" class="quiet amount">${index + 1}</td>
              <td role="cell" class="hardware">
                <span class="block strong">
                  ${point.hardware}
                  ${point.mark === '' ? '' : html`<span class=${`badge ${point.mark}`}>${point.mark}</span>`}
                </span>
                <span class="quiet block place">${point.place}</span>
              </td>
              <td role="cell" class="amount">
                <span class="block">${point.cost}</span>
                <span class="quiet block">${point.time === '' ? 'time unknown' : point.time}</span>
                ${point.carbon === '' ? '' : html`<span class="quiet block">${point.carbon} CO₂e</span>`}
              </td>
              <td role="cell" class="action">${switchButton(page, workload, point)}</td>
            </tr>
          `,
        )}
      </tbody>
    </table>
  `;
}

function switchButton(page: PageContext, workload: string, { id, hardware, place, cost }: TradeoffPoint) {
  if (id === '') return '';
  const switchTo = (): void => page.post({ type: 'switch', uri: page.uri, workload, alternative: id });
  return html`<button
    class="secondary"
    @click=${switchTo}
    aria-label=${`Switch ${workload} to ${hardware} at ${place}, ${cost}`}
  >
    Switch
  </button>`;
}
