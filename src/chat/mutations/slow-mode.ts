import { ChatError } from '../../protocol/errors.ts';
import { lastSentAt, type Sender } from '../../store/queries/messages.ts';
import type { Tx } from '../../store/transaction.ts';
import { isModerator } from '../permissions.ts';

/** The pause that a room requires of its members between two messages; moderators are exempt. */
export class SlowMode {
  readonly #tx: Tx;
  readonly #roomId: string;
  readonly #now: number;
  /** When each sender has last sent something, including the group that is being sent. */
  readonly #lastSent = new Map<string, number>();

  /** `now` is the time of the group, in milliseconds since 1970. */
  constructor(tx: Tx, roomId: string, now: number) {
    this.#tx = tx;
    this.#roomId = roomId;
    this.#now = now;
  }

  /** Returns why a sender has to wait; null where they send now. */
  async refusal(sender: Sender): Promise<ChatError | null> {
    if (sender.slowModeSeconds === 0 || isModerator(sender)) return null;
    const pauseMs = sender.slowModeSeconds * 1000;
    const waitMs = (await this.#lastSentBy(sender.id)) + pauseMs - this.#now;
    if (waitMs <= 0) {
      this.#lastSent.set(sender.id, this.#now);
      return null;
    }
    const retryAfter = Math.ceil(waitMs / 1000);
    const message = `This room is in slow mode; send the next message in ${retryAfter} s`;
    return new ChatError('rate_limited', { message, retryAfter });
  }

  async #lastSentBy(userId: string): Promise<number> {
    return this.#lastSent.get(userId) ?? (await lastSentAt(this.#tx, this.#roomId, userId));
  }
}
