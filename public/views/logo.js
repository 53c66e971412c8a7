// @ts-check
import { html } from './html.js';

/** The logo: a bubble with a tilde. */
export function Logo() {
  return html`<svg class="logo" viewBox="0 0 48 48" aria-hidden="true">
    <path
      class="logo-bubble"
      d="M24 4C12.4 4 3 12.3 3 22.6c0 5.5 2.7 10.4 7 13.8-.3 2.7-1.5 5.2-3.3 7.1-.5.5-.1 1.4.6 1.3 4.4-.3 8.1-1.8 10.9-4 1.9.4 3.8.6 5.8.6 11.6 0 21-8.4 21-18.7S35.6 4 24 4z"
    />
    <path class="logo-tilde" d="M13.5 25.5c1.5-4.5 5.2-6 9-3.4l3 2c3.8 2.6 7.5 1.1 9-3.4" />
  </svg>`;
}
