// @ts-check
/** @import { Roster } from '../state/roster.js' */
import { t } from '../i18n/translate.js';
import { html } from './html.js';

/** A button that loads more members of a room, while there are more. @param {{ roster: Roster }} props */
export function MorePeople({ roster }) {
  const cursor = roster.nextPage.value;
  if (cursor === null) return null;
  return html`<button type="button" class="quiet" onClick=${() => roster.load(cursor)}>
    ${t('people.more')}
  </button>`;
}
