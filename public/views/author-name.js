// @ts-check
/** @import { Author } from '../../src/protocol/resources.ts' */
import { readableShades } from './contrast.js';
import { html } from './html.js';

/**
 * A name in the colour of its person, or in a shade of it that can be read.
 *
 * @param {{ author: Author, id?: string, hidden?: boolean }} props `hidden`: only heard
 */
export function AuthorName({ author, id, hidden = false }) {
  if (hidden) return html`<p class="visually-hidden" id=${id}>${author.name}</p>`;
  const { light, dark } = readableShades(author.color);
  return html`<p class="author" id=${id} style=${{ '--name-light': light, '--name-dark': dark }}>
    <bdi>${author.name}</bdi>
  </p>`;
}
