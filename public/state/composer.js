// @ts-check
/** @import { Message, User } from '../../src/protocol/resources.ts' */
/** @import { ApiError } from '../client/api-error.js' */
/** @import { TextKey } from '../i18n/translate.js' */
/** @import { Timeline } from './timeline.js' */
/** @import { Signal } from '@preact/signals-core' */
import { signal } from '@preact/signals-core';
import { ChosenFiles } from './attachments/chosen-files.js';
import { readDraft, saveDraft } from './drafts.js';
import { withProfile } from './people.js';
import { fetchMessage } from './quotes.js';
import { api } from './client.js';
import { me } from './session.js';

/**
 * What the next message is: a reply to another one, or a new text for it.
 *
 * @typedef {{ kind: 'reply' | 'edit', message: Message }} ComposeMode
 */

/** What somebody writes in one room, for as long as the room is kept. */
export class Composer {
  #draft = '';
  /** @type {Signal<ComposeMode | null>} null: an ordinary message */
  mode = signal(null);
  /** @type {Signal<TextKey | null>} what the writer has to know about it */
  notice = signal(null);
  /** From here on, changes are saved. */
  #isRestored = false;
  #roomId;
  #timeline;

  /**
   * @param {string} roomId
   * @param {Timeline} timeline
   */
  constructor(roomId, timeline) {
    this.#roomId = roomId;
    this.files = new ChosenFiles(roomId);
    this.#timeline = timeline;
    void this.#restore();
    // An edit is no draft. Without a draft there may be one of another tab.
    this.mode.subscribe((mode) => {
      if (this.#isRestored && this.#draft !== '' && mode?.kind !== 'edit') this.#save();
    });
    this.#isRestored = true;
  }

  /** What has been written so far. */
  get draft() {
    return this.#draft;
  }

  set draft(text) {
    this.#draft = text;
    this.#save();
  }

  async #restore() {
    const { text = '', replyTo } = readDraft(this.#roomId) ?? {};
    this.#draft = text;
    if (replyTo === undefined) return;
    // Where the message is gone, or cannot be read now, the draft is an ordinary message.
    const message = await fetchMessage(this.#roomId, replyTo).catch(() => null);
    const isWanted = this.mode.peek() === null && this.#draft !== '';
    if (message && !message.deletedAt && isWanted) this.mode.value = { kind: 'reply', message };
  }

  #save() {
    const mode = this.mode.peek();
    saveDraft(this.#roomId, this.#draft, mode?.kind === 'reply' ? mode.message.seq : undefined);
  }

  /** @param {readonly File[]} files for the next message */
  attach(files) {
    if (this.mode.peek()?.kind === 'edit') this.notice.value = 'attachments.notInEdit';
    else this.notice.value = files.length === 0 ? 'attachments.noFolders' : this.files.add(files);
  }

  /** Edits the user's last message. */
  editLast() {
    const message = this.#timeline.lastMessageOf(me.value?.id ?? '');
    if (message) this.mode.value = { kind: 'edit', message };
  }

  /**
   * Gives a message a new text, and ends the mode unless the writer has turned to another message meanwhile.
   *
   * @param {number} seq
   * @param {string} text
   */
  async saveEdit(seq, text) {
    const message = await api
      .editMessage(this.#roomId, seq, text)
      .catch((/** @type {ApiError} */ error) => {
        if (error.code === 'message_not_found') this.refresh();
        throw error;
      });
    // An event may have brought a later change already.
    const shown = this.#timeline.messageAt(seq);
    const isNews = !shown?.deletedAt && (shown?.editedAt ?? '') <= (message.editedAt ?? '');
    if (isNews) this.#timeline.updateMessage(message);
    if (this.mode.peek()?.message.seq === seq) this.mode.value = null;
  }

  /** Reads the message of the mode again: it may have changed without an event. */
  refresh() {
    const seq = this.mode.value?.message.seq;
    if (seq === undefined) return;
    fetchMessage(this.#roomId, seq).then(
      (message) => this.updateMessage(message),
      () => {},
    );
  }

  /** @param {Message} message as it is now */
  updateMessage(message) {
    const mode = this.mode.value;
    if (mode?.message.seq !== message.seq) return;
    if (!message.deletedAt) {
      this.mode.value = { ...mode, message };
      return;
    }
    this.notice.value =
      mode.kind === 'edit' ? 'composer.editedDeleted' : 'composer.answeredDeleted';
    this.mode.value = null;
  }

  /** @param {User} user whose name or colour has changed */
  updateUser(user) {
    const mode = this.mode.value;
    if (mode?.message.author.id !== user.id) return;
    const author = withProfile(mode.message.author, user);
    this.mode.value = { ...mode, message: { ...mode.message, author } };
  }
}
