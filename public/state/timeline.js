// @ts-check
/** @import { Message, User } from '../../src/protocol/resources.ts' */
/** @import { CachedRow } from './storage/database.js' */
/** @import { Signal } from '@preact/signals-core' */
import { batch, signal } from '@preact/signals-core';
import { withProfile } from './people.js';
import { keptChunks } from './row-window.js';

/**
 * One line of a room: a message, or a note such as "Ana joined".
 *
 * @typedef {{ seq: number, at: string, message: Signal<Message>, lead: Signal<Lead> }} MessageRow
 * @typedef {{ seq: number, at: string, note: Signal<Note>, lead: Signal<Lead> }} NoteRow
 * @typedef {MessageRow | NoteRow} Row
 * @typedef {'joined' | 'left' | 'removed'} NoteKind what happened to somebody
 * @typedef {{ user: User, kind: NoteKind }} Note
 *
 * What is shown before a row: `day` starts a new day, `author` starts a group of one author's messages.
 * @typedef {{ day: boolean, author: boolean }} Lead
 *
 * @typedef {{ id: number, rows: Signal<readonly Row[]> }} Chunk
 */

/** Seqs per chunk. A new row renders and paints its own chunk again, and none of the hundreds of other rows. */
const CHUNK_SEQS = 32;
const GROUP_GAP_MS = 5 * 60_000;

/** The rows of a room in order of seq, in chunks, each with its own signals. */
export class Timeline {
  /** @type {Signal<readonly Chunk[]>} */
  chunks = signal(/** @type {readonly Chunk[]} */ ([]));
  /** @type {Map<number, Row>} */
  #rows = new Map();

  /** The newest row. */
  get last() {
    return this.chunks.value.at(-1)?.rows.value.at(-1);
  }

  /** @param {number} seq */
  has(seq) {
    return this.#rows.has(seq);
  }

  /**
   * Inserts a message by its seq, or updates the one that is shown.
   *
   * @param {Message} message
   */
  putMessage(message) {
    const { seq, createdAt: at } = message;
    if (!this.updateMessage(message))
      this.#insert({ seq, at, message: signal(message), lead: newLead() });
  }

  /**
   * @param {Message} message
   * @returns {boolean} whether it is shown
   */
  updateMessage(message) {
    const row = this.#rows.get(message.seq);
    if (!row || !('message' in row)) return false;
    row.message.value = message;
    return true;
  }

  /** @param {number} seq */
  messageAt(seq) {
    const row = this.#rows.get(seq);
    return row && 'message' in row ? row.message.value : undefined;
  }

  /**
   * Returns when a row's message was sent, or its note happened.
   *
   * @param {number} seq
   */
  dateOf(seq) {
    return this.#rows.get(seq)?.at;
  }

  /**
   * Returns the newest message of somebody that is not deleted.
   *
   * @param {string} userId
   */
  lastMessageOf(userId) {
    const rows = [...this.#rows.values()].toSorted((a, b) => b.seq - a.seq);
    for (const row of rows) {
      const message = 'message' in row ? row.message.peek() : null;
      if (message?.author.id === userId && !message.deletedAt) return message;
    }
    return undefined;
  }

  /**
   * @param {number} seq
   * @param {string} at
   * @param {Note} note
   */
  putNote(seq, at, note) {
    if (!this.has(seq)) this.#insert({ seq, at, note: signal(note), lead: newLead() });
  }

  /** @param {User} user whose name or colour has changed */
  updateUser(user) {
    batch(() => {
      for (const row of this.#rows.values()) {
        if ('message' in row) {
          const message = row.message.peek();
          if (message.author.id === user.id)
            row.message.value = { ...message, author: withProfile(message.author, user) };
        } else {
          const note = row.note.peek();
          if (note.user.id === user.id) row.note.value = { ...note, user };
        }
      }
    });
  }

  /** The messages that loaded ones reply to, by seq. */
  get quoted() {
    const replies = [...this.#rows.values()].map((row) =>
      'message' in row ? row.message.peek().replyTo : null,
    );
    return new Set(replies);
  }

  /** The ids of people in notes, which no page of messages updates. */
  get noted() {
    const users = [...this.#rows.values()].flatMap((row) =>
      'note' in row ? [row.note.peek().user] : [],
    );
    return new Set(users.map(({ id }) => id));
  }

  /** The seqs of the oldest and the newest message, and the number of messages. */
  get loaded() {
    const seqs = [...this.#rows.values()].flatMap((row) => ('message' in row ? [row.seq] : []));
    return { oldest: Math.min(...seqs), newest: Math.max(...seqs), count: seqs.length };
  }

  /**
   * Drops chunks far from the reader where there are too many rows.
   *
   * @param {() => number} reader returns the seq of a row that the reader sees; Infinity for the newest
   * @param {number} most rows to keep
   * @returns {{ older: readonly Row[], newer: readonly Row[] }} the rows that were dropped at each end
   */
  trim(reader, most) {
    const chunks = this.chunks.peek();
    const sizes = chunks.map(({ rows }) => rows.peek().length);
    // Without a look at the page where neither end can go.
    const smallest = Math.min(sizes[0] ?? 0, sizes.at(-1) ?? 0);
    if (this.#rows.size - smallest < most) return { older: [], newer: [] };
    const seq = reader();
    const at = chunks.findLastIndex(({ id }) => id * CHUNK_SEQS <= seq);
    const { from, to } = keptChunks(sizes, Math.max(0, at), most);
    const rowsOf = (/** @type {readonly Chunk[]} */ part) =>
      part.flatMap(({ rows }) => rows.peek());
    const older = rowsOf(chunks.slice(0, from));
    const newer = rowsOf(chunks.slice(to));
    for (const { seq: one } of [...older, ...newer]) this.#rows.delete(one);
    if (to - from < chunks.length) this.chunks.value = chunks.slice(from, to);
    return { older, newer };
  }

  /**
   * Returns the newest rows without their signals.
   *
   * @param {number} most
   * @returns {CachedRow[]}
   */
  newest(most) {
    const rows = this.chunks.peek().flatMap((chunk) => chunk.rows.peek());
    return rows.slice(-most).map((row) => {
      const { seq, at } = row;
      return 'message' in row
        ? { seq, at, message: row.message.peek() }
        : { seq, at, note: row.note.peek() };
    });
  }

  clear() {
    this.#rows.clear();
    this.chunks.value = [];
  }

  /** @param {Row} row */
  #insert(row) {
    this.#rows.set(row.seq, row);
    batch(() => {
      const chunk = this.#chunkFor(row.seq);
      const rows = chunk.rows.peek();
      const index = rows.findLastIndex(({ seq }) => seq < row.seq) + 1;
      const previous = rows[index - 1] ?? this.#edge(chunk, -1);
      const next = rows[index] ?? this.#edge(chunk, 1);
      chunk.rows.value = rows.toSpliced(index, 0, row);
      setLead(row, previous);
      if (next) setLead(next, row);
    });
  }

  /** @param {number} seq */
  #chunkFor(seq) {
    const id = Math.floor(seq / CHUNK_SEQS);
    const chunks = this.chunks.peek();
    const index = chunks.findLastIndex((chunk) => chunk.id <= id);
    const found = chunks[index];
    if (found?.id === id) return found;
    /** @type {Chunk} */
    const chunk = { id, rows: signal(/** @type {readonly Row[]} */ ([])) };
    this.chunks.value = chunks.toSpliced(index + 1, 0, chunk);
    return chunk;
  }

  /**
   * Returns the row of the neighbouring chunk that is next to this one.
   *
   * @param {Chunk} chunk
   * @param {-1 | 1} direction
   */
  #edge(chunk, direction) {
    const chunks = this.chunks.peek();
    const neighbour = chunks[chunks.indexOf(chunk) + direction];
    return neighbour?.rows.peek().at(direction === -1 ? -1 : 0);
  }
}

/** @returns {Signal<Lead>} */
function newLead() {
  return signal({ day: true, author: true });
}

/**
 * @param {Row} row
 * @param {Row | undefined} previous
 */
function setLead(row, previous) {
  const day = !previous || new Date(previous.at).toDateString() !== new Date(row.at).toDateString();
  const author = day || !continues(row, previous);
  const lead = row.lead.peek();
  if (lead.day !== day || lead.author !== author) row.lead.value = { day, author };
}

/**
 * @param {Row} row
 * @param {Row} previous
 */
function continues(row, previous) {
  return (
    'message' in row &&
    'message' in previous &&
    row.message.peek().author.id === previous.message.peek().author.id &&
    Date.parse(row.at) - Date.parse(previous.at) < GROUP_GAP_MS
  );
}
