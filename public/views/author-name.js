// @ts-check
/** @import { Author } from '../../src/protocol/resources.ts' */
import { t } from '../i18n/translate.js';
import { readableShades } from './contrast.js';
import { html } from './html.js';

/**
 * A name in the colour of its person, or in a shade of it that can be read.
 *
 * @param {{ author: Author, isBot: boolean, id?: string, hidden?: boolean }} props `hidden`: only heard
 */
export function AuthorName({ author, isBot, id, hidden = false }) {
  const badge = isBot && html`${' '}<${BotBadge} />`;
  if (hidden) return html`<p class="visually-hidden" id=${id}>${author.name}${badge}</p>`;
  const { light, dark } = readableShades(author.color);
  return html`<p class="author" id=${id} style=${{ '--name-light': light, '--name-dark': dark }}>
    <bdi>${author.name}</bdi>${badge}
  </p>`;
}

/** Says that somebody is a program. */
export const BotBadge = () => html`<span class="bot-badge">${t('person.bot')}</span>`;
