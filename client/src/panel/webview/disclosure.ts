import { html, type TemplateResult } from 'lit/html.js';
import type { PageContext } from './context.ts';

/** A part that opens and closes, and stays as the user left it. */
export function disclosure(
  page: PageContext,
  key: string,
  title: string,
  note: string,
  content: () => TemplateResult,
): TemplateResult {
  const open = page.isOpen(key, false);
  return html`
    <details
      class="part"
      .open=${open}
      @toggle=${(event: Event) => page.setOpen(key, (event.target as HTMLDetailsElement).open)}
    >
      <summary>
        <span class="part-title">${title}</span>
        <span class="quiet">${note}</span>
      </summary>
      ${open ? content() : ''}
    </details>
  `;
}
