// @ts-check
/** @import { Message, Room } from '../../src/protocol/resources.ts' */
/** @import { Signal } from '@preact/signals-core' */
import { batch, signal } from '@preact/signals-core';
import { markRead } from './room-calls.js';
import { me } from './session.js';

/** The server learns how far the user has read at most this often. */
const REPORT_EVERY_MS = 1_000;
/** New messages below the reader are counted up to here. */
export const MOST_UNSEEN = 1_000;

/** How far the user has read in one room, and what is new to them. */
export class ReadMarker {
  /** Whether the reader sees the newest message; while not, `unseen` has the seqs of new ones. */
  atBottom = signal(true);
  /** @type {Signal<ReadonlySet<number>>} */
  unseen = signal(new Set());
  /** @type {Signal<number | null>} the first loaded message that was new when the room was opened */
  firstNew = signal(null);
  /** @type {Signal<{ after: number, count: number } | null>} the unread messages that the reader has not gone to */
  missed = signal(null);

  #roomId;
  #newestShown;
  #readUpTo = 0;
  /** The messages that were new when the room was opened. */
  #unread = { after: 0, upTo: 0 };
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {string} roomId
   * @param {() => number} newestShown the seq up to which the list is complete; 0 while it is not
   */
  constructor(roomId, newestShown) {
    this.#roomId = roomId;
    this.#newestShown = newestShown;
  }

  /**
   * The server has sent the room as it is now.
   *
   * @param {Room} room
   */
  welcomed({ lastReadSeq }) {
    this.#readUpTo = lastReadSeq;
  }

  /**
   * The room is shown from the start.
   *
   * @param {Room} room
   * @param {number} head its newest seq
   */
  opened({ lastReadSeq, unreadCount }, head) {
    this.#unread = { after: lastReadSeq, upTo: unreadCount > 0 ? head : 0 };
    this.firstNew.value = null;
    this.missed.value = unreadCount > 0 ? { after: lastReadSeq, count: unreadCount } : null;
  }

  /**
   * The reader looks at this part of the list, or has seen what is below.
   *
   * @param {number} from the seq of the first row in sight
   * @param {number} loadedFrom the seq of the first loaded message; 0 where none is older
   */
  inSight(from, loadedFrom) {
    if (!this.missed.value) return;
    const { after } = this.missed.value;
    const isFirst = loadedFrom <= after + 1 && from <= (this.firstNew.value ?? 0);
    if (isFirst || from <= after) this.missed.value = null;
  }

  /** Reports what was read, if somebody looks at the newest message. */
  report() {
    const seq = this.#newestShown();
    const isSeen = this.atBottom.value && !document.hidden;
    if (!isSeen || seq <= this.#readUpTo || this.#timer) return;
    this.#readUpTo = seq;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.report();
    }, REPORT_EVERY_MS);
    // If this fails, the next message reports again, or the next visit.
    markRead(this.#roomId, seq).catch(() => {});
  }

  /** @param {boolean} atBottom */
  setAtBottom(atBottom) {
    batch(() => {
      this.atBottom.value = atBottom;
      if (atBottom && this.unseen.value.size > 0) this.unseen.value = new Set();
    });
  }

  /** @param {Message} message */
  isNew({ seq, author }) {
    const { after, upTo } = this.#unread;
    return seq > after && seq <= upTo && author.id !== me.value?.id;
  }

  /** @param {Message} message that the list shows now */
  shown(message) {
    if (this.isNew(message) && message.seq < (this.firstNew.value ?? Infinity))
      this.firstNew.value = message.seq;
  }

  /** @param {Message} message that was just sent */
  arrived({ seq, author, deletedAt }) {
    const isUnseen = !this.atBottom.value && author.id !== me.value?.id && !deletedAt;
    if (isUnseen && this.unseen.value.size < MOST_UNSEEN)
      this.unseen.value = new Set(this.unseen.value).add(seq);
    this.report();
  }

  /** @param {number} seq of a message */
  deleted(seq) {
    this.#removeUnseen((one) => one === seq);
  }

  /** @param {number} lastReadSeq as another device has reported it */
  readElsewhere(lastReadSeq) {
    this.#readUpTo = Math.max(this.#readUpTo, lastReadSeq);
    this.#removeUnseen((seq) => seq <= lastReadSeq);
  }

  clear() {
    this.unseen.value = new Set();
  }

  /** @param {(seq: number) => boolean} matches */
  #removeUnseen(matches) {
    const rest = [...this.unseen.value].filter((seq) => !matches(seq));
    if (rest.length < this.unseen.value.size) this.unseen.value = new Set(rest);
  }
}
