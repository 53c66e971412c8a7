// @ts-check
/** @import { TextKey } from '../i18n/translate.js' */
/** @import { Message } from '../../src/protocol/resources.ts' */
/** @import { OpenRoom } from '../state/open-room.js' */
/** @import { PendingMessage } from '../state/pending.js' */
/** @import { MessageRow, NoteKind, NoteRow, Row } from '../state/timeline.js' */
import { dayName } from '../i18n/format.js';
import { ON_SENDING, refusalText } from '../i18n/refusals.js';
import { t, tParts } from '../i18n/translate.js';
import { personById } from '../state/people.js';
import { me } from '../state/session.js';
import { Avatar } from './avatar.js';
import { AuthorName } from './author-name.js';
import { frameOf, MessageFiles } from './files/message-files.js';
import { html } from './html.js';
import { Icon } from './icons.js';
import { isLoneEmoji } from './lone-emoji.js';
import { PendingFiles } from './lazy-views.js';
import { Markdown } from './markdown.js';
import { MessageActions, useMessageActions } from './message-actions.js';
import { Quote } from './quote.js';
import { Reactions } from './reactions.js';
import { Time } from './text.js';

/** @type {Record<NoteKind, TextKey>} */
const NOTES = { joined: 'note.joined', left: 'note.left', removed: 'note.removed' };

/** @param {{ row: Row, openRoom: OpenRoom }} props */
export function TimelineRow({ row, openRoom }) {
  const { day, author } = row.lead.value;
  const isFirstNew = openRoom.readMarker.firstNew.value === row.seq;
  return html`<div
    class="row"
    data-lead=${author || isFirstNew}
    data-seq=${row.seq}
    data-target=${openRoom.history.target.value?.seq === row.seq}
  >
    ${day && html`<div class="day"><span>${dayName(row.at)}</span></div>`}
    ${isFirstNew && html`<div class="new-line"><span>${t('history.newLine')}</span></div>`}
    ${
      'message' in row
        ? html`<${MessageLine} row=${row} lead=${author || isFirstNew} openRoom=${openRoom} />`
        : html`<${NoteLine} row=${row} />`
    }
  </div>`;
}

/** @param {{ row: NoteRow }} props */
function NoteLine({ row }) {
  const { user, kind } = row.note.value;
  const text = tParts(NOTES[kind], { name: html`<bdi>${user.name}</bdi>` });
  return html`<p class="note">${text} · <${Time} at=${row.at} /></p>`;
}

/** @param {{ row: MessageRow, lead: boolean, openRoom: OpenRoom }} props */
function MessageLine({ row, lead, openRoom }) {
  const message = row.message.value;
  const { author } = message;
  const own = author.id === me.value?.id;
  const isThere = message.deletedAt === null;
  const actions = useMessageActions(message, openRoom);
  return html`<article
    class="message"
    data-own=${own}
    tabindex="-1"
    aria-labelledby=${`author-${message.seq} files-${message.seq} text-${message.seq}`}
    onKeyDown=${actions.onKeyDown}
  >
    ${lead && !own && html`<${Avatar} user=${author} />`}
    <div class="message-body">
      <div
        class="bubble"
        data-files=${frameOf(message)}
        data-mentions-me=${!own && message.mentions.includes(me.value?.id ?? '')}
      >
        <${AuthorName}
          author=${author}
          isBot=${lead && !own && openRoom.roster.isBot(author.id)}
          id=${`author-${message.seq}`}
          hidden=${!lead || own}
        />
        ${isThere && message.replyTo !== null && html`<${Quote} seq=${message.replyTo} history=${openRoom.history} />`}
        ${message.files.length > 0 && html`<${MessageFiles} message=${message} openRoom=${openRoom} />`}
        <${MessageText} message=${message} />
      </div>
      ${isThere && message.reactions.length > 0 && html`<${Reactions} message=${message} openRoom=${openRoom} />`}
    </div>
    ${isThere && html`<${MessageActions} message=${message} actions=${actions} />`}
  </article>`;
}

/** @param {{ message: Message }} props */
function MessageText({ message }) {
  if (message.deletedAt)
    return html`<div class="text deleted" id=${`text-${message.seq}`}>
      ${t('message.deleted')} <span class="meta"><${Time} at=${message.createdAt} /></span>
    </div>`;
  return html`<div
    class="text"
    id=${`text-${message.seq}`}
    dir="auto"
    data-large=${message.files.length === 0 && isLoneEmoji(message.text)}
  >
    <${Markdown} text=${message.text} mentioned=${mentionedIn(message)} />${' '}
    <span class="meta" dir="ltr">
      ${message.editedAt && `${t('message.edited')} `}<${Time} at=${message.createdAt} />
    </span>
  </div>`;
}

/** @param {Message} message */
function mentionedIn({ mentions }) {
  return mentions.flatMap((id) => {
    const self = id === me.value?.id;
    const name = self ? me.value?.name : personById(id)?.name;
    return name ? [{ name, self }] : [];
  });
}

/**
 * @param {{ message: PendingMessage, lead: boolean, openRoom: OpenRoom, onRetry: () => void,
 *   onDiscard: () => void }} props
 */
export function PendingRow({ message, lead, openRoom, onRetry, onDiscard }) {
  const { text, attachments } = message;
  const failed = message.state === 'failed';
  const trouble = message.trouble && refusalText(message.trouble, ON_SENDING);
  return html`<div class="row" data-lead=${lead}>
    <article class="message" data-own="true" data-state=${message.state}>
      <div class="message-body">
        <div
          class="bubble"
          data-files=${frameOf({ text, files: attachments.map(({ info }) => info) })}
        >
          ${message.replyTo !== undefined && html`<${Quote} seq=${message.replyTo} history=${openRoom.history} />`}
          ${attachments.length > 0 && html`<${PendingFiles} attachments=${attachments} hasText=${text !== ''} />`}
          <div class="text" dir="auto" data-large=${attachments.length === 0 && isLoneEmoji(text)}>
            <${Markdown} text=${text} />${' '}
            <span
              class="meta"
              role="img"
              aria-label=${failed ? t('message.notSent') : t('message.sending')}
            >
              <${Icon} name=${failed ? 'warning' : 'clock'} />
            </span>
          </div>
        </div>
      </div>
    </article>
    ${
      failed &&
      html`<p class="not-sent" role="alert">
        <span
          >${trouble ? t('message.notSentWhy', { reason: trouble }) : t('message.notSent')}</span
        >
        <button type="button" class="link" onClick=${onRetry}>${t('message.retry')}</button>
        <button type="button" class="link" onClick=${onDiscard}>${t('message.discard')}</button>
      </p>`
    }
    ${
      !failed &&
      isUploading(message) &&
      html`<p class="not-sent">
        <button type="button" class="link cancel-sending" onClick=${onDiscard}>
          ${t('attachments.cancelSending')}
        </button>
      </p>`
    }
    ${!failed && trouble && html`<p class="not-sent" aria-live="polite">${t('message.waiting', { reason: trouble })}</p>`}
  </div>`;
}

/** Whether it waits for its files. @param {PendingMessage} message */
const isUploading = ({ attachments }) =>
  attachments.some(({ state }) => state.value !== 'uploaded');
