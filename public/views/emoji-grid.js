// @ts-check

/**
 * Moves the focus over a grid of emoji by the arrow keys, from and to the field above it.
 *
 * @param {KeyboardEvent} event
 * @param {HTMLElement | null} above
 */
export function onGridKey(event, above) {
  const root = /** @type {HTMLElement} */ (event.currentTarget);
  const buttons = [...root.querySelectorAll('button.emoji')].filter(
    (one) => one instanceof HTMLElement,
  );
  const at = buttons.findIndex((button) => button === document.activeElement);
  if (at === -1 && (event.key !== 'ArrowDown' || event.target !== above)) return;
  const next = nextOf(buttons, at, event.key);
  if (next === undefined) return;
  event.preventDefault();
  (next ?? above)?.focus();
}

/**
 * Returns the button that a key leads to; null: above the first row; undefined: the key leads nowhere.
 *
 * @param {HTMLElement[]} buttons
 * @param {number} at
 * @param {string} key
 */
function nextOf(buttons, at, key) {
  const last = buttons.length - 1;
  const rtl = getComputedStyle(document.documentElement).direction === 'rtl';
  if (at === -1) return buttons[0];
  if (key === 'Home') return buttons[0];
  if (key === 'End') return buttons[last];
  if (key === 'ArrowRight') return buttons[Math.max(0, Math.min(last, at + (rtl ? -1 : 1)))];
  if (key === 'ArrowLeft') return buttons[Math.max(0, Math.min(last, at + (rtl ? 1 : -1)))];
  if (key === 'ArrowDown') return inRow(buttons, at, 1) ?? buttons[last];
  if (key === 'ArrowUp') return inRow(buttons, at, -1) ?? null;
  return undefined;
}

/**
 * Returns the button of the next or previous row that is nearest to the same column.
 *
 * @param {HTMLElement[]} buttons
 * @param {number} at
 * @param {1 | -1} step
 */
function inRow(buttons, at, step) {
  const start = buttons[at].getBoundingClientRect();
  /** @type {HTMLElement | undefined} */
  let best;
  let [distance, row] = [Infinity, NaN];
  for (let i = at + step; buttons[i]; i += step) {
    const { top, left } = buttons[i].getBoundingClientRect();
    if (Math.abs(top - start.top) < 2) continue;
    if (Number.isNaN(row)) row = top;
    if (Math.abs(top - row) > 2) break;
    if (Math.abs(left - start.left) < distance) {
      distance = Math.abs(left - start.left);
      best = buttons[i];
    }
  }
  return best;
}
