// @ts-check
/** @import { MessageActionsState } from './message-actions.js' */
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n/translate.js';
import { QUICK } from './quick-reactions.js';
import { html } from './html.js';
import { Icon } from './icons.js';
import { Problem, useAction } from './use-action.js';

/**
 * The menu of a message. It closes when the list is scrolled, or at a press outside.
 *
 * @param {{ actions: MessageActionsState }} props
 */
export function MessageMenu({ actions }) {
  const { can, close, compose, react, show } = actions;
  const popover = useRef(/** @type {HTMLElement | null} */ (null));
  const { problem, run } = useAction();
  useEffect(() => {
    const element = popover.current;
    if (!element) return undefined;
    // In the top layer, since the list clips whatever overflows its rows.
    element.showPopover();
    place(element);
    element.querySelector('button')?.focus();
    const list = element.closest('.messages');
    list?.addEventListener('scroll', close, { passive: true });
    const onPress = (/** @type {Event} */ event) => {
      const inside = element.parentElement?.contains(/** @type {Node} */ (event.target));
      if (!inside) close();
    };
    document.addEventListener('pointerdown', onPress);
    return () => {
      list?.removeEventListener('scroll', close);
      document.removeEventListener('pointerdown', onPress);
    };
  }, []);

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    if (event.key === 'Escape' || event.key === 'Tab') {
      event.preventDefault();
      event.stopPropagation();
      close();
      return focusMessageOf(popover.current);
    }
    const buttons = [...(popover.current?.querySelectorAll('button') ?? [])];
    const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    const next = {
      ArrowDown: at + 1,
      ArrowRight: at + 1,
      ArrowUp: at - 1,
      ArrowLeft: at - 1,
      Home: 0,
      End: -1,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    buttons.at(next % buttons.length)?.focus();
  }

  /** @param {'emoji' | 'delete'} dialog which returns the focus to the message, as its item will be gone */
  function open(dialog) {
    focusMessageOf(popover.current);
    show(dialog);
  }
  const item = (
    /** @type {string} */ label,
    /** @type {string} */ icon,
    /** @type {() => void} */ onClick,
  ) =>
    html`<button type="button" class="quiet" role="menuitem" tabindex="-1" onClick=${onClick}>
      <${Icon} name=${icon} /> ${label}
    </button>`;
  return html`<div ref=${popover} class="menu" popover="manual">
    <div role="menu" aria-label=${t('action.menu')} onKeyDown=${onKeyDown}>
      <div class="quick-reactions" role="group" aria-label=${t('action.quick')}>
        ${QUICK.map(
          (emoji) =>
            html`<button
              type="button"
              class="emoji"
              role="menuitem"
              tabindex="-1"
              key=${emoji}
              onClick=${async () => (await run(() => react(emoji))) && close()}
            >
              ${emoji}
            </button>`,
        )}
      </div>
      ${item(t('action.react'), 'smile', () => open('emoji'))}
      ${item(t('action.reply'), 'reply', () => compose('reply'))}
      ${can.edit && item(t('action.edit'), 'edit', () => compose('edit'))}
      ${can.delete && item(t('action.delete'), 'trash', () => open('delete'))}
    </div>
    <${Problem} text=${problem} />
  </div>`;
}

/** @param {Element | null} element in the message */
function focusMessageOf(element) {
  const message = element?.closest('.message');
  if (message instanceof HTMLElement) message.focus({ preventScroll: true });
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
