import { html, type TemplateResult } from 'lit/html.js';
import type { FromPage } from './messages.ts';

/** What stands in the panel when there is no plan: why, and what to do about it. */
export function notice(
  text: string,
  hint: string,
  post: (message: FromPage) => void,
  actions: readonly { readonly label: string; readonly message: FromPage }[],
): TemplateResult {
  return html`
    <div class="notice">
      <h1>${text}</h1>
      ${hint === '' ? '' : html`<p class="quiet">${hint}</p>`}
      ${actions.map(
        ({ label, message }, index) =>
          html`<button class=${index === 0 ? 'primary' : 'secondary wide'} @click=${() => post(message)}>
            ${label}
          </button>`,
      )}
    </div>
  `;
}
