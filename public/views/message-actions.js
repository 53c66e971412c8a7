// @ts-check
/** @import { Message } from '../../src/protocol/resources.ts' */
/** @import { OpenRoom } from '../state/open-room.js' */
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n/translate.js';
import { clip } from '../shared/graphemes.js';
import { isModerator } from '../state/permissions.js';
import { toggleReaction } from '../state/reactions.js';
import { api, me } from '../state/session.js';
import { Problem, useAction } from './use-action.js';
import { Dialog } from './dialog.js';
import { EmojiPicker, QUICK } from './emoji-picker.js';
import { html } from './html.js';
import { Icon } from './icons.js';

/**
 * The menu of a message, behind one button, which is shown on hover, or always on a device without a pointer.
 *
 * @param {{ message: Message, openRoom: OpenRoom }} props
 */
export function MessageActions({ message, openRoom }) {
  const [shown, setShown] = useState(/** @type {'menu' | 'emoji' | 'delete' | null} */ (null));
  const close = () => setShown(null);
  const react = (/** @type {string} */ emoji) => toggleReaction(message, emoji);
  return html`<div class="actions">
    <button
      type="button"
      class="quiet round"
      aria-label=${t('action.menu')}
      aria-haspopup="true"
      aria-expanded=${shown === 'menu'}
      onClick=${() => setShown(shown === 'menu' ? null : 'menu')}
    >
      <${Icon} name="more" />
    </button>
    ${shown === 'menu' && html`<${Menu} message=${message} openRoom=${openRoom} react=${react} go=${setShown} />`}
    ${shown === 'emoji' && html`<${EmojiPicker} onPick=${react} onClose=${close} />`}
    ${shown === 'delete' && html`<${DeleteDialog} message=${message} onClose=${close} />`}
  </div>`;
}

/**
 * @param {{ message: Message, openRoom: OpenRoom, react: (emoji: string) => Promise<void>,
 *   go: (to: 'emoji' | 'delete' | null) => void }} props
 */
function Menu({ message, openRoom, react, go }) {
  const menu = useRef(/** @type {HTMLElement | null} */ (null));
  const own = message.author.id === me.value?.id;
  const { problem, run } = useAction();
  useEffect(() => {
    const element = menu.current;
    if (!element) return undefined;
    // In the top layer, since the list clips whatever overflows its rows.
    element.showPopover();
    place(element);
    element.querySelector('button')?.focus();
    const close = () => go(null);
    const list = element.closest('.messages');
    list?.addEventListener('scroll', close, { passive: true });
    const onPress = (/** @type {Event} */ event) => {
      const inside = element.parentElement?.contains(/** @type {Node} */ (event.target));
      if (!inside) go(null);
    };
    document.addEventListener('pointerdown', onPress);
    return () => {
      list?.removeEventListener('scroll', close);
      document.removeEventListener('pointerdown', onPress);
    };
  }, []);

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    if (event.key === 'Escape') {
      go(null);
      menu.current?.parentElement?.querySelector('button')?.focus();
    }
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const buttons = [...(menu.current?.querySelectorAll('button') ?? [])];
    const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    buttons.at((at + step) % buttons.length)?.focus();
  }

  /** @param {'reply' | 'edit'} kind */
  const compose = (kind) => {
    go(null);
    openRoom.composer.mode.value = { kind, message };
  };
  const item = (
    /** @type {string} */ label,
    /** @type {string} */ icon,
    /** @type {() => void} */ onClick,
  ) =>
    html`<button type="button" class="quiet" role="menuitem" onClick=${onClick}>
      <${Icon} name=${icon} /> ${label}
    </button>`;
  return html`<div
    ref=${menu}
    class="menu"
    popover="manual"
    role="menu"
    aria-label=${t('action.menu')}
    onKeyDown=${onKeyDown}
  >
    <div class="quick-reactions">
      ${QUICK.map(
        (emoji) =>
          html`<button
            type="button"
            class="emoji"
            role="menuitem"
            key=${emoji}
            aria-label=${t('action.reactWith', { emoji })}
            onClick=${async () => (await run(() => react(emoji))) && go(null)}
          >
            ${emoji}
          </button>`,
      )}
    </div>
    ${item(t('action.otherReaction'), 'smile', () => go('emoji'))}
    ${item(t('action.reply'), 'reply', () => compose('reply'))}
    ${own && item(t('action.edit'), 'edit', () => compose('edit'))}
    ${(own || isModerator(openRoom.room.value)) && item(t('action.delete'), 'trash', () => go('delete'))}
    <${Problem} text=${problem} />
  </div>`;
}

/** @param {{ message: Message, onClose: () => void }} props */
function DeleteDialog({ message, onClose }) {
  const { busy, problem, run } = useAction();
  const remove = async () =>
    (await run(() => api.deleteMessage(message.roomId, message.seq))) && onClose();
  return html`<${Dialog} title=${t('action.deleteTitle')} onClose=${onClose}>
    <blockquote class="quoted" dir="auto">${clip(message.text, 280)}</blockquote>
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

/**
 * Positions a menu below its button or above it, where there is room, and never off the screen.
 *
 * @param {HTMLElement} menu
 */
function place(menu) {
  const button = menu.parentElement?.getBoundingClientRect();
  if (!button) return;
  const margin = 8;
  const left = Math.min(button.left, innerWidth - menu.offsetWidth - margin);
  const isBelow = button.bottom + menu.offsetHeight + margin < innerHeight;
  menu.style.left = `${Math.max(margin, left)}px`;
  menu.style.top = `${isBelow ? button.bottom : Math.max(margin, button.top - menu.offsetHeight)}px`;
}
