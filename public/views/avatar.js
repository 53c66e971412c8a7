// @ts-check
import { avatarLook } from './avatar-look.js';
import { html } from './html.js';

/**
 * Decoration: the name is shown beside it. The letters are no text of the page, so that nothing finds or copies them.
 *
 * @param {{ user: { id: string, name: string, color: string }, online?: boolean | undefined }} props
 *   `online`: also shows whether they are, by shape; undefined where that is not known
 */
export function Avatar({ user, online }) {
  const { initials, background, ink, pattern } = avatarLook(user);
  return html`<span
    class="avatar"
    aria-hidden="true"
    data-initials=${initials}
    data-pattern=${pattern}
    data-ink=${ink === '#ffffff' ? 'light' : 'dark'}
    style=${{ backgroundColor: background, color: ink }}
  >
    ${online !== undefined && html`<span class="presence" data-online=${online}></span>`}
  </span>`;
}
