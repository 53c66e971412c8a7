// @ts-check
/** @import { ComponentChildren, RefObject } from 'preact' */
import { useState } from 'preact/hooks';
import { html } from './html.js';

/**
 * One kind of words that are completed while they are typed.
 *
 * @typedef {object} Completion
 * @property {string} label the name of its list
 * @property {readonly { key: string, content: ComponentChildren }[]} options for what is before the caret
 * @property {(area: HTMLTextAreaElement, event?: InputEvent) => boolean} update finds the options; returns whether it
 *   has changed the text itself
 * @property {(area: HTMLTextAreaElement, index: number) => void} pick writes one into the text
 * @property {() => void} dismiss
 */

/**
 * Completes words in a text field: arrow keys choose from the list, Enter, Tab or a click
 * picks, Escape leaves the word as it is.
 *
 * @param {RefObject<HTMLTextAreaElement | null>} field
 * @param {readonly Completion[]} completions of which one at a time has options
 * @param {() => void} onChange called when the text was changed here
 */
export function useCompletions(field, completions, onChange) {
  const [wanted, setChosen] = useState(0);
  const active = completions.find(({ options }) => options.length > 0) ?? null;
  const options = active?.options ?? [];
  // The list may have become shorter meanwhile.
  const chosen = Math.min(wanted, options.length - 1);

  /** Updates the list for the text before the caret. @param {InputEvent} [event] */
  function update(event) {
    const area = field.current;
    if (!area) return;
    setChosen(0);
    const changed = completions.map((one) => one.update(area, event));
    if (changed.includes(true)) onChange();
  }

  /** @param {number} index */
  function pick(index) {
    const area = field.current;
    if (!area || !active) return;
    active.pick(area, index);
    active.dismiss();
    onChange();
    area.focus();
  }

  /**
   * @param {KeyboardEvent} event
   * @returns {boolean} whether the key was for the list
   */
  function onKeyDown(event) {
    if (!active) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setChosen((chosen + step + options.length) % options.length);
    else if (event.key === 'Enter' || event.key === 'Tab') pick(chosen);
    else if (event.key === 'Escape') active.dismiss();
    else return false;
    event.preventDefault();
    return true;
  }

  return { label: active?.label ?? '', options, chosen, update, pick, onKeyDown };
}

/**
 * The attributes of a field that has completions.
 *
 * @param {ReturnType<typeof useCompletions>} completions
 */
export const completionAttributes = ({ options, chosen }) => ({
  'aria-autocomplete': 'list',
  'aria-controls': options.length > 0 ? 'completion-list' : undefined,
  'aria-activedescendant': options.length > 0 ? `completion-${chosen}` : undefined,
});

/** @param {{ completions: ReturnType<typeof useCompletions> }} props */
export function CompletionList({ completions: { label, options, chosen, pick } }) {
  if (options.length === 0) return null;
  return html`<ul class="completion-list" id="completion-list" role="listbox" aria-label=${label}>
    ${options.map(
      ({ key, content }, index) =>
        html`<li
          key=${key}
          id=${`completion-${index}`}
          role="option"
          aria-selected=${index === chosen}
          onMouseDown=${(/** @type {MouseEvent} */ event) => {
            event.preventDefault();
            pick(index);
          }}
        >
          ${content}
        </li>`,
    )}
  </ul>`;
}
