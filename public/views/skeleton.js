// @ts-check
import { html } from './html.js';

/**
 * Stands for rows that are being loaded, in their places. Shown only after a moment: most lists are there before.
 *
 * @param {{ kind: 'rooms' | 'messages' | 'people' | 'results', rows: number, label: string }} props
 *   `label`: what is being loaded, for screen readers
 */
export function Skeleton({ kind, rows, label }) {
  return html`<div class="skeleton" data-kind=${kind} role="img" aria-label=${label}>
    ${Array.from({ length: rows }, (_, row) => html`<div key=${row}><i></i><b></b></div>`)}
  </div>`;
}
