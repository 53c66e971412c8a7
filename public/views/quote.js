// @ts-check
/** @import { History } from '../state/history.js' */
import { lineOf } from '../i18n/file-texts.js';
import { t } from '../i18n/translate.js';
import { clip } from '../shared/graphemes.js';
import { MessageThumbnail } from './files/message-thumbnail.js';
import { html } from './html.js';

/** A quote is a reminder, not the message again. */
const LENGTH = 160;

/**
 * The message that another one replies to, in a line or two. A click goes there.
 *
 * @param {{ seq: number, history: History }} props
 */
export function Quote({ seq, history }) {
  const message = history.messageAt(seq);
  return html`<button type="button" class="quote" onClick=${() => history.goTo(seq)}>
    <span class="visually-hidden">${t('message.original')}: </span>
    <${MessageThumbnail} message=${message} />
    <bdi class="quote-author">${message?.author.name ?? '…'}</bdi>
    <span dir="auto"
      >${message?.deletedAt ? t('message.deleted') : message && clip(lineOf(message), LENGTH)}</span
    >
  </button>`;
}
