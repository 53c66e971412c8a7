// @ts-check
import { html } from './html.js';

/** Paths on a grid of 24 units, drawn as lines. */
const PATHS = {
  back: 'M15 5l-7 7 7 7',
  close: 'M6 6l12 12M18 6L6 18',
  clock: 'M12 7v5l3 2M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z',
  down: 'M12 5v14M6 13l6 6 6-6',
  people:
    'M16 20v-1.5a4 4 0 0 0-4-4H7a4 4 0 0 0-4 4V20M9.5 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M21 20v-1.5a4 4 0 0 0-3-3.85M16 4.2a3.5 3.5 0 0 1 0 6.6',
  plus: 'M12 5v14M5 12h14',
  search: 'M20 20l-4.2-4.2M18 11a7 7 0 1 1-14 0 7 7 0 0 1 14 0z',
  send: 'M5 12h13M12 5l7 7-7 7',
  signOut: 'M14 4h4a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2h-4M10 16l-4-4 4-4M6 12h10',
  warning: 'M12 8v5M12 16.5v.5M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z',
};

/** @param {{ name: keyof typeof PATHS }} props */
export function Icon({ name }) {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
    <path d=${PATHS[name]} />
  </svg>`;
}

/** The sign of Charla: a bubble that carries a tilde. */
export function Logo() {
  return html`<svg class="logo" viewBox="0 0 48 48" aria-hidden="true">
    <path
      class="logo-bubble"
      d="M24 4C12.4 4 3 12.3 3 22.6c0 5.5 2.7 10.4 7 13.8-.3 2.7-1.5 5.2-3.3 7.1-.5.5-.1 1.4.6 1.3 4.4-.3 8.1-1.8 10.9-4 1.9.4 3.8.6 5.8.6 11.6 0 21-8.4 21-18.7S35.6 4 24 4z"
    />
    <path class="logo-tilde" d="M13.5 25.5c1.5-4.5 5.2-6 9-3.4l3 2c3.8 2.6 7.5 1.1 9-3.4" />
  </svg>`;
}
