// @ts-check
/** @import { Message } from '../../src/protocol/resources.ts' */
/** @import { OpenRoom } from '../state/open-room.js' */
import { useState } from 'preact/hooks';
import { lineOf } from '../i18n/file-texts.js';
import { t } from '../i18n/translate.js';
import { clip } from '../shared/graphemes.js';
import { isModerator } from '../state/permissions.js';
import { toggleReaction } from '../state/reactions.js';
import { api } from '../state/client.js';
import { me } from '../state/session.js';
import { Problem, useAction } from './use-action.js';
import { Dialog } from './dialog.js';
import { EmojiPicker, MessageMenu } from './lazy-views.js';
import { html } from './html.js';
import { QUICK } from './quick-reactions.js';
import { plainKeys } from './shortcuts.js';

/** @typedef {ReturnType<typeof useMessageActions>} MessageActionsState */

/**
 * What can be done with a message, from its menu or by the keys that work while it has the focus.
 *
 * @param {Message} message
 * @param {OpenRoom} openRoom
 */
export function useMessageActions(message, openRoom) {
  const [shown, show] = useState(/** @type {'menu' | 'emoji' | 'delete' | null} */ (null));
  const own = message.author.id === me.value?.id;
  const can = { edit: own, delete: own || isModerator(openRoom.room.value) };
  const close = () => show(null);

  /** @param {'reply' | 'edit'} kind */
  function compose(kind) {
    close();
    openRoom.composer.mode.value = { kind, message };
  }

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    const isOnMessage = event.target === event.currentTarget;
    if (!isOnMessage || message.deletedAt || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Enter') show('menu');
    else if (event.key === 'Delete' && can.delete) show('delete');
    else if (!plainKeys.value) return;
    else if (event.key === '+') show('emoji');
    else if (event.key.toLowerCase() === 'r') compose('reply');
    else if (event.key.toLowerCase() === 'e' && can.edit) compose('edit');
    else return;
    event.preventDefault();
  }

  const react = (/** @type {string} */ emoji) => toggleReaction(message, emoji);
  return { can, shown, show, close, compose, react, onKeyDown };
}

/**
 * The menu of a message, behind one button, which is shown on hover, or always on a device without a pointer. Tab
 * reaches the button of the focused message alone: message-keys.js.
 *
 * @param {{ message: Message, actions: MessageActionsState }} props
 */
export function MessageActions({ message, actions }) {
  const { shown, show, close, react } = actions;
  return html`<div class="actions">
    <button
      type="button"
      class="quiet round more"
      tabindex="-1"
      aria-label=${t('action.menu')}
      title=${t('action.menu')}
      aria-haspopup="menu"
      aria-expanded=${shown === 'menu'}
      onClick=${() => show(shown === 'menu' ? null : 'menu')}
    ></button>
    ${shown === 'menu' && html`<${MessageMenu} actions=${actions} />`}
    ${shown === 'emoji' && html`<${EmojiPicker} title=${t('action.react')} first=${QUICK} onPick=${react} onClose=${close} />`}
    ${shown === 'delete' && html`<${DeleteDialog} message=${message} onClose=${close} />`}
  </div>`;
}

/** @param {{ message: Message, onClose: () => void }} props */
function DeleteDialog({ message, onClose }) {
  const { busy, problem, run } = useAction();
  const remove = async () =>
    (await run(() => api.deleteMessage(message.roomId, message.seq))) && onClose();
  return html`<${Dialog} title=${t('action.deleteTitle')} onClose=${onClose}>
    <blockquote class="quoted" dir="auto">${clip(lineOf(message), 280)}</blockquote>
    <p class="hint">${t('action.deleteHint')}</p>
    <${Problem} text=${problem} />
    <div class="choices">
      <button type="button" class="quiet" onClick=${onClose}>${t('action.keep')}</button>
      <button type="button" class="danger" disabled=${busy} onClick=${remove}>
        ${t('action.delete')}
      </button>
    </div>
  <//>`;
}
