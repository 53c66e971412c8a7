// @ts-check

/* Reading by keyboard: arrows go from message to message, Escape leaves for the text box. */

/**
 * Handles a key in the log.
 *
 * @param {KeyboardEvent} event
 */
export function onLogKeyDown(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  const log = logOf(target);
  // A dialog or a menu of a message has its own keys.
  if (!log || event.defaultPrevented || target.closest('dialog, [popover]')) return;
  const message = target.closest('.message');
  const isOnMessage = target === message;
  if (target !== log && !isOnMessage && event.key !== 'Escape') return;
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  switch (event.key) {
    case 'ArrowUp':
      focusMessage(isOnMessage ? neighbour(log, message, -1) : lastInView(log));
      break;
    case 'ArrowDown':
      focusMessage(isOnMessage ? neighbour(log, message, 1) : lastInView(log));
      break;
    case 'Escape':
      // From what a message contains to the message, and from there to the text box.
      if (message && !isOnMessage) focusMessage(message);
      else document.getElementById('composer')?.focus();
      break;
    default:
      return;
  }
  event.preventDefault();
}

/**
 * Makes what the focused message contains reachable by Tab: its menu is no stop on the way past a hundred others.
 *
 * @param {FocusEvent} event
 */
export function onLogFocus(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  const message = target.closest('.message');
  for (const button of logOf(target)?.querySelectorAll('.actions > button') ?? []) {
    /** @type {HTMLButtonElement} */ (button).tabIndex = message?.contains(button) ? 0 : -1;
  }
}

/** @param {HTMLElement} target @returns {HTMLElement | null} */
const logOf = (target) => target.closest('[role="log"]');

/** @param {Element | null | undefined} message */
function focusMessage(message) {
  if (!(message instanceof HTMLElement)) return;
  message.scrollIntoView({ block: 'nearest' });
  message.focus({ preventScroll: true });
}

/**
 * @param {HTMLElement} log
 * @param {Element | null} message
 * @param {1 | -1} step
 */
function neighbour(log, message, step) {
  const all = [...log.querySelectorAll('.message')];
  const next = all[all.indexOf(/** @type {Element} */ (message)) + step];
  // Rows beyond the last one are made when it is in view.
  if (!next) message?.scrollIntoView({ block: step > 0 ? 'start' : 'end' });
  return next ?? message;
}

/** @param {HTMLElement} log */
function lastInView(log) {
  const bottom = log.getBoundingClientRect().bottom;
  const all = [...log.querySelectorAll('.message')];
  return all.findLast((one) => one.getBoundingClientRect().top < bottom) ?? all.at(-1);
}
