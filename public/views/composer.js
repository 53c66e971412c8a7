// @ts-check
/** @import { ComposeMode } from '../state/composer.js' */
/** @import { OpenRoom } from '../state/open-room.js' */
/** @import { Message } from '../../src/protocol/resources.ts' */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { lineOf } from '../i18n/file-texts.js';
import { t, tParts } from '../i18n/translate.js';
import { clip } from '../shared/graphemes.js';
import { isVisible } from '../shared/visible.js';
import { AttachButton } from './attachments/attach-button.js';
import { pastedFiles } from './attachments/transfer.js';
import { completionAttributes, CompletionList, useCompletions } from './completion-list.js';
import { AttachmentTray, EmojiPicker } from './lazy-views.js';
import { MessageThumbnail } from './files/message-thumbnail.js';
import { Problem, useAction } from './use-action.js';
import { html } from './html.js';
import { Icon } from './icons.js';
import { useMentions } from './use-mentions.js';
import { useShortcodes } from './use-shortcodes.js';

const MAX_CHARACTERS = 4_000;
/** The number of characters left is shown from here on. */
const NEAR_LIMIT = 200;
/** The `keyCode` of a key that an input method handles; on the last one Safari sets nothing else. */
const INPUT_METHOD = 229;

/**
 * Returns what to send of a text: all of it, so that code keeps its indentation, except for line breaks at the
 * end, which are invisible.
 *
 * @param {string} text
 */
const textToSend = (text) => (isVisible(text) ? text.replace(/[\r\n]+$/, '') : '');

/** @param {{ openRoom: OpenRoom }} props */
export function Composer({ openRoom }) {
  const { composer } = openRoom;
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const [left, setLeft] = useState(MAX_CHARACTERS);
  const [empty, setEmpty] = useState(true);
  const { problem, run } = useAction();
  const [picking, setPicking] = useState(false);
  const mentions = useMentions(field, openRoom);
  const shortcodes = useShortcodes(() => completions.update());
  const completions = useCompletions(field, [mentions, shortcodes], onInput);
  const composeMode = composer.mode.value;
  const notice = composer.notice.value;
  const room = openRoom.room.value;
  const editing = composeMode?.kind === 'edit' ? composeMode.message : null;
  const files = editing ? [] : composer.files.all.value;
  // The text of a message with files may be empty.
  const needsText = files.length === 0 && !editing?.files?.length;

  function measure() {
    const area = field.current;
    if (!area) return;
    area.style.height = 'auto';
    area.style.height = `${area.scrollHeight}px`;
    const text = textToSend(area.value);
    setEmpty(text === '');
    // Counting code points takes a pass over the text; a short one cannot be near the limit.
    setLeft(
      text.length < MAX_CHARACTERS - NEAR_LIMIT
        ? MAX_CHARACTERS
        : MAX_CHARACTERS - [...text].length,
    );
  }

  useLayoutEffect(() => {
    if (!field.current) return;
    field.current.value = composer.draft;
    measure();
    if (matchMedia('(hover: hover) and (pointer: fine)').matches) field.current.focus();
  }, []);

  // While editing, the field has the text of the message; afterwards the draft again. Set before the browser
  // paints, so that nothing typed meanwhile is overwritten.
  useLayoutEffect(() => {
    const area = field.current;
    if (!area) return;
    area.value = editing ? editing.text : composer.draft;
    measure();
  }, [editing?.seq]);
  useEffect(() => {
    if (composeMode) field.current?.focus();
  }, [composeMode?.kind, composeMode?.message.seq]);

  // A dialog returns the focus to the button that opened it.
  const wasPicking = useRef(false);
  useLayoutEffect(() => {
    if (wasPicking.current && !picking) field.current?.focus();
    wasPicking.current = picking;
  }, [picking]);

  /** @param {InputEvent} [event] */
  function onInput(event) {
    const text = field.current?.value ?? '';
    if (!editing) composer.draft = text;
    composer.notice.value = null;
    measure();
    completions.update(event);
    if (text !== '' && !editing) openRoom.typing();
  }

  /** @param {Message} message */
  async function saveEdit(message) {
    const text = textToSend(field.current?.value ?? '');
    await run(() => composer.saveEdit(message.seq, text));
  }

  /** @param {Event} event */
  function send(event) {
    event.preventDefault();
    const area = field.current;
    const text = textToSend(area?.value ?? '');
    if (!area || (text === '' && needsText) || left < 0) return;
    area.focus();
    if (editing) return void saveEdit(editing);
    composer.notice.value = composer.files.obstacle;
    if (composer.notice.value) return;
    openRoom.send(text, composeMode?.message.seq, composer.files.take());
    composer.mode.value = null;
    composer.draft = area.value = '';
    measure();
  }

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    const composing = event.isComposing || event.keyCode === INPUT_METHOD;
    if (composing || completions.onKeyDown(event)) return;
    if (event.key === 'Enter' && !event.shiftKey) send(event);
    else if (event.key === 'Escape') composer.mode.value = null;
    else if (
      event.key === 'ArrowUp' &&
      !event.altKey &&
      field.current?.value === '' &&
      !composeMode
    ) {
      event.preventDefault();
      composer.editLast();
    }
  }

  /** @param {File[]} chosen */
  function attach(chosen) {
    composer.attach(chosen);
    field.current?.focus();
  }

  /** @param {ClipboardEvent} event */
  function onPaste(event) {
    const pasted = pastedFiles(event);
    if (pasted.length === 0) return;
    event.preventDefault();
    composer.attach(pasted);
  }

  /** @param {string} emoji */
  function insert(emoji) {
    const area = field.current;
    area?.setRangeText(emoji, area.selectionStart, area.selectionEnd, 'end');
    onInput();
  }

  return html`${files.length > 0 && html`<${AttachmentTray} files=${composer.files} onEmpty=${() => field.current?.focus()} />`}
    <form class="composer" onSubmit=${send}>
      ${composeMode && html`<${ComposeModeBar} composeMode=${composeMode} onCancel=${() => (composer.mode.value = null)} />`}
      <${Problem} text=${problem || (notice && t(notice))} />
      <${CompletionList} completions=${completions} />
      <${AttachButton} onFiles=${attach} />
      <label class="visually-hidden" for="composer">${t('composer.message')}</label>
      <textarea
        ref=${field}
        id="composer"
        rows="1"
        dir="auto"
        placeholder=${room?.slowModeSeconds ? t('composer.placeholderSlow', { seconds: room.slowModeSeconds }) : t('composer.placeholder')}
        enterkeyhint="send"
        autocomplete="off"
        ...${completionAttributes(completions)}
        aria-describedby="composer-left"
        aria-invalid=${left < 0 ? 'true' : undefined}
        onInput=${onInput}
        onKeyDown=${onKeyDown}
        onPaste=${onPaste}
      ></textarea>
      <span id="composer-left" class="left" aria-live="polite" data-over=${left < 0}>
        ${left <= NEAR_LIMIT && (left < 0 ? t('composer.tooMany', { count: -left }) : t('composer.left', { count: left }))}
      </span>
      <button
        type="button"
        class="quiet round"
        aria-label=${t('composer.emoji')}
        title=${t('composer.emoji')}
        aria-haspopup="dialog"
        onClick=${() => setPicking(true)}
      >
        <${Icon} name="smile" />
      </button>
      <button
        class="primary round"
        aria-label=${editing ? t('common.save') : t('composer.send')}
        title=${editing ? t('common.save') : t('composer.send')}
        disabled=${(empty && needsText) || left < 0}
        onMouseDown=${(/** @type {MouseEvent} */ event) => event.preventDefault()}
      >
        <${Icon} name="send" />
      </button>
    </form>
    ${picking && html`<${EmojiPicker} title=${t('composer.emoji')} onPick=${insert} onClose=${() => setPicking(false)} />`}`;
}

/** @param {{ composeMode: ComposeMode, onCancel: () => void }} props */
function ComposeModeBar({ composeMode: { kind, message }, onCancel }) {
  return html`<div class="compose-mode">
    <${Icon} name=${kind} />
    <${MessageThumbnail} message=${message} />
    <p>
      <strong
        >${kind === 'edit' ? t('composer.editTitle') : tParts('composer.replyTo', { name: html`<bdi>${message.author.name}</bdi>` })}</strong
      >
      <span dir="auto">${clip(lineOf(message), 160)}</span>
    </p>
    <button
      type="button"
      class="quiet round"
      aria-label=${kind === 'edit' ? t('composer.cancelEdit') : t('composer.cancelReply')}
      onClick=${onCancel}
    >
      <${Icon} name="close" />
    </button>
  </div>`;
}
