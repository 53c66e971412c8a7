// @ts-check
/** @import { History } from '../state/history.js' */
/** @import { OpenRoom } from '../state/open-room.js' */
import { useState } from 'preact/hooks';
import { dayName } from '../i18n/format.js';
import { t } from '../i18n/translate.js';
import { MOST_UNSEEN } from '../state/read-marker.js';
import { html } from './html.js';
import { Icon } from './icons.js';
import { DateDialog } from './lazy-views.js';

/* What floats above the messages: ways to the unread, to a date and to the newest. */

/** Shown where unread messages are further up. @param {{ openRoom: OpenRoom }} props */
export function ToUnread({ openRoom: { history, readMarker } }) {
  const missed = readMarker.missed.value;
  if (!missed || history.first.value !== 'ready') return null;
  return html`<button type="button" class="jump" onClick=${() => history.goToUnread(missed.after)}>
    <${Icon} name="up" /> ${t('jump.toUnread', { count: missed.count })}
  </button>`;
}

/** The day of the messages in sight, while they are older ones; opens the way to another day. @param {{ openRoom: OpenRoom }} props */
export function ToDate({ openRoom }) {
  const [open, setOpen] = useState(false);
  const day = openRoom.history.reader.day.value;
  if (day === null) return null;
  return html`<button
      type="button"
      class="jump"
      aria-haspopup="dialog"
      title=${t('jump.toDate')}
      onClick=${() => setOpen(true)}
    >
      <${Icon} name="calendar" /> ${dayName(day)}
    </button>
    ${open && html`<${DateDialog} openRoom=${openRoom} onClose=${() => setOpen(false)} />`}`;
}

/** Shown while another part of the history is under way. @param {{ history: History }} props */
export function JumpState({ history }) {
  if (history.jump.value === 'failed') {
    return html`<div class="jump-state" role="alert">
      ${t('history.failed')}
      <button type="button" class="link" onClick=${() => history.reopen()}>
        ${t('common.tryAgain')}
      </button>
    </div>`;
  }
  return (
    history.jump.value === 'loading' &&
    html`<span class="loader" role="img" aria-label=${t('history.loading')}></span>`
  );
}

/** The way to the newest messages, with the number of new ones. @param {{ openRoom: OpenRoom }} props */
export function NewMessages({ openRoom: { history, readMarker } }) {
  const isPast = history.isPast.value;
  if (readMarker.atBottom.value && !isPast) return null;
  const count = readMarker.unseen.value.size;
  const news = t(count < MOST_UNSEEN ? 'message.new' : 'jump.manyNew', { count });
  return html`<button
    type="button"
    class="new-messages"
    data-count=${isPast ? undefined : count}
    aria-label=${count || isPast ? undefined : t('history.toNewest')}
    onClick=${() => history.goToPresent()}
  >
    ${isPast && t('history.toPresent')}${isPast && count > 0 && ' · '}${count > 0 && news}
    <${Icon} name="down" />
  </button>`;
}
