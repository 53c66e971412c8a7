import { createHash } from 'node:crypto';
import type { Services } from '../chat/services.ts';
import type { Viewer } from '../chat/viewer.ts';
import { readRoom } from '../chat/replay.ts';
import { requireRoom } from '../chat/rooms.ts';
import { ChatError } from '../protocol/errors.ts';

/* A room's log in the terms of the Durable Streams protocol: offsets, cursors, parts of it as JSON. */

/** Events in one part, at most. */
const PAGE = 200;

/** Digits of a seq in an offset. Offsets of one stream sort as text, so all have the same length. */
const DIGITS = 16;

const offsetOf = (epoch: string, seq: number) => `${epoch}_${String(seq).padStart(DIGITS, '0')}`;

/** A part of a log, and where it ends. */
export interface StreamPart {
  /** A JSON array of durable events. */
  readonly body: string;
  readonly isEmpty: boolean;
  /** The offset after it. */
  readonly next: string;
  /** Whether that was the end of the log when it was read. */
  readonly isUpToDate: boolean;
}

/** Reads one room's log, part after part. The viewer's rights are checked for each. */
export class StreamReader {
  readonly #services: Services;
  readonly #viewer: Viewer;
  readonly #roomId: string;
  /** The database that the offsets are of. */
  readonly #epoch: string;
  #seq = 0;

  /** `open` first, then `read`. */
  constructor(services: Services, viewer: Viewer, roomId: string) {
    this.#services = services;
    this.#viewer = viewer;
    this.#roomId = roomId;
    this.#epoch = services.store.epoch;
  }

  /**
   * Goes to an offset: `-1` is the beginning, `now` the end. Throws where the viewer may not read the room, and with
   * the status 410 where this log has no such offset.
   */
  async open(offset: string): Promise<void> {
    const { head } = await requireRoom(this.#services, this.#viewer, this.#roomId);
    this.#seq = offset === 'now' ? head : offset === '-1' ? 0 : this.#seqOf(offset);
    if (this.#seq > head) throw gone();
  }

  /** The offset of the next part. */
  get offset(): string {
    return offsetOf(this.#epoch, this.#seq);
  }

  /** A part without events, for who wants only what comes from now on. */
  get nothing(): StreamPart {
    return { body: '[]', isEmpty: true, next: this.offset, isUpToDate: true };
  }

  /**
   * Reads the next part, which may be empty. Throws where the viewer may no longer read the room: their session has
   * ended, they were banned, the room was deleted, the database is another one.
   */
  async read(): Promise<StreamPart> {
    const { manager, store } = this.#services;
    if (manager.hasEnded(this.#viewer.sessionId)) throw new ChatError('session_revoked');
    if (store.epoch !== this.#epoch) throw gone();
    const page = await readRoom(this.#services, this.#viewer, this.#roomId, this.#seq, PAGE);
    this.#seq = page.cursor;
    return {
      body: `[${page.entries.map(({ json }) => json).join(',')}]`,
      isEmpty: page.entries.length === 0,
      next: this.offset,
      isUpToDate: !page.more,
    };
  }

  #seqOf(offset: string): number {
    const at = offset.lastIndexOf('_');
    if (offset.slice(0, at) !== this.#epoch) throw gone();
    return Number(offset.slice(at + 1));
  }
}

/** The protocol's status for an offset that can no longer be read. No code of the table has it. */
const gone = () =>
  new ChatError('validation_failed', {
    status: 410,
    message: 'This log has no such offset: the database was restored. Read again from offset=-1',
  });

/** Of the content, not of the offsets: an event carries its message as it is now. */
export const etagOf = (body: string): string =>
  `"${createHash('sha256').update(body).digest('base64url')}"`;

const INTERVAL_MS = 20_000;
/** 9 October 2024, by the protocol. */
const INTERVALS_BEGAN = Date.UTC(2024, 9, 9);
/** How far a cursor jumps at most that the client has already: 3600 s. */
const MOST_INTERVALS = 180;

/** A number that grows with time and beyond the client's last one, so that a cache does not repeat an old response. */
export function streamCursor(known: string | undefined): string {
  const present = Math.floor((Date.now() - INTERVALS_BEGAN) / INTERVAL_MS);
  const own = /^\d{1,15}$/.test(known ?? '') ? Number(known) : -1;
  if (own < present) return String(present);
  return String(own + 1 + Math.floor(Math.random() * MOST_INTERVALS));
}
