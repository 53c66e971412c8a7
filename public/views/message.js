// @ts-check
/** @import { Message } from '../chat-client.js' */
/** @import { PendingMessage } from '../state/conversation.js' */
/** @import { MessageRow, NoteRow, Row } from '../state/timeline.js' */
import { me } from '../state/session.js';
import { Avatar } from './avatar.js';
import { html } from './html.js';
import { Icon } from './icons.js';
import { dayName, linked, Time } from './text.js';

/** @param {{ row: Row }} props */
export function TimelineRow({ row }) {
  const { day, author } = row.lead.value;
  return html`<div class="row" data-lead=${author}>
    ${day && html`<div class="day"><span>${dayName(row.at)}</span></div>`}
    ${'message' in row ? html`<${MessageLine} row=${row} lead=${author} />` : html`<${NoteLine} row=${row} />`}
  </div>`;
}

/** @param {{ row: NoteRow }} props */
function NoteLine({ row }) {
  return html`<p class="note">
    <bdi>${row.note.user.name}</bdi> ${row.note.verb} · <${Time} at=${row.at} />
  </p>`;
}

/** @param {{ row: MessageRow, lead: boolean }} props */
function MessageLine({ row, lead }) {
  const message = row.message.value;
  const { author } = message;
  const own = author.id === me.value?.id;
  return html`<article class="message" data-own=${own}>
    ${lead && !own && html`<${Avatar} user=${author} />`}
    <div class="bubble">
      <p class=${lead && !own ? 'author' : 'visually-hidden'}><bdi>${author.name}</bdi></p>
      <${MessageText} message=${message} />
    </div>
  </article>`;
}

/** @param {{ message: Message }} props */
function MessageText({ message }) {
  if (message.deletedAt)
    return html`<div class="text deleted">
      Message deleted <span class="meta"><${Time} at=${message.createdAt} /></span>
    </div>`;
  return html`<div class="text" dir="auto">
    ${[...linked(message.text), ' ']}
    <span class="meta" dir="ltr">
      ${message.editedAt && 'edited '}<${Time} at=${message.createdAt} />
    </span>
  </div>`;
}

/** @param {{ message: PendingMessage, lead: boolean, onRetry: () => void, onDiscard: () => void }} props */
export function PendingRow({ message, lead, onRetry, onDiscard }) {
  const failed = message.state === 'failed';
  return html`<div class="row" data-lead=${lead}>
    <article class="message" data-own="true" data-state=${message.state}>
      <div class="bubble">
        <div class="text" dir="auto">
          ${[...linked(message.text), ' ']}
          <span class="meta" role="img" aria-label=${failed ? 'Not sent' : 'Being sent'}>
            <${Icon} name=${failed ? 'warning' : 'clock'} />
          </span>
        </div>
      </div>
    </article>
    ${
      failed &&
      html`<p class="not-sent" role="alert">
        <span>Not sent${message.trouble && `: ${message.trouble}`}</span>
        <button type="button" class="link" onClick=${onRetry}>Retry</button>
        <button type="button" class="link" onClick=${onDiscard}>Discard</button>
      </p>`
    }
    ${!failed && message.trouble && html`<p class="not-sent" role="status">Waiting: ${message.trouble}</p>`}
  </div>`;
}
