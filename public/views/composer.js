// @ts-check
/** @import { Conversation } from '../state/conversation.js' */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { html } from './html.js';
import { Icon } from './icons.js';

const MAX_CHARACTERS = 4_000;
/** From here on the writer is told how many characters are left. */
const NEAR_LIMIT = 200;
/** The `keyCode` of a key that belongs to an input method; Safari sets nothing else on the last one. */
const INPUT_METHOD = 229;

/** @param {{ conversation: Conversation }} props */
export function Composer({ conversation }) {
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const [left, setLeft] = useState(MAX_CHARACTERS);
  const [empty, setEmpty] = useState(true);

  function measure() {
    const area = field.current;
    if (!area) return;
    area.style.height = 'auto';
    area.style.height = `${area.scrollHeight}px`;
    const text = area.value.trim();
    setEmpty(text === '');
    // Counting code points takes a walk through the text; a short one cannot be near the limit.
    setLeft(
      text.length < MAX_CHARACTERS - NEAR_LIMIT
        ? MAX_CHARACTERS
        : MAX_CHARACTERS - [...text].length,
    );
  }

  useLayoutEffect(() => {
    if (!field.current) return;
    field.current.value = conversation.draft;
    measure();
    if (matchMedia('(hover: hover) and (pointer: fine)').matches) field.current.focus();
  }, []);

  function onInput() {
    conversation.draft = field.current?.value ?? '';
    measure();
    if (conversation.draft !== '') conversation.typing();
  }

  /** @param {Event} event */
  function send(event) {
    event.preventDefault();
    const area = field.current;
    const text = area?.value.trim();
    if (!area || !text || left < 0) return;
    conversation.send(text);
    conversation.draft = area.value = '';
    measure();
    area.focus();
  }

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    const composing = event.isComposing || event.keyCode === INPUT_METHOD;
    if (event.key === 'Enter' && !event.shiftKey && !composing) send(event);
  }

  return html`<form class="composer" onSubmit=${send}>
    <label class="visually-hidden" for="composer">Message</label>
    <textarea
      ref=${field}
      id="composer"
      rows="1"
      dir="auto"
      placeholder="Write a message"
      enterkeyhint="send"
      autocomplete="off"
      aria-describedby="composer-left"
      aria-invalid=${left < 0 ? 'true' : undefined}
      onInput=${onInput}
      onKeyDown=${onKeyDown}
    ></textarea>
    <span id="composer-left" class="left" role="status" data-over=${left < 0}>
      ${left <= NEAR_LIMIT && (left < 0 ? `${-left} too many` : `${left} left`)}
    </span>
    <button
      class="primary round"
      aria-label="Send"
      title="Send"
      disabled=${empty || left < 0}
      onMouseDown=${(/** @type {MouseEvent} */ event) => event.preventDefault()}
    >
      <${Icon} name="send" />
    </button>
  </form>`;
}
