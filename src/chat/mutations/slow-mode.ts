import { ChatError } from '../../protocol/errors.ts';
import { lastSentAt, type Sender } from '../../store/queries/messages.ts';
import type { Tx } from '../../store/transaction.ts';
import { isModerator } from '../permissions.ts';

/** The pause that a room requires of its members between two messages; moderators are exempt. */
export class SlowMode {
  readonly #tx: Tx;
  readonly #now: number;
  /** By room and sender, when they last sent something, including the group that is being sent. */
  readonly #lastSent = new Map<string, number>();

  /** `now` is the time of the group, in milliseconds since 1970. */
  constructor(tx: Tx, now: number) {
    this.#tx = tx;
    this.#now = now;
  }

  /** Returns why a sender has to wait; null where they send now. */
  async refusal(sender: Sender): Promise<ChatError | null> {
    if (sender.slowModeSeconds === 0 || isModerator(sender)) return null;
    const pauseMs = sender.slowModeSeconds * 1000;
    const waitMs = (await this.#lastSentBy(sender)) + pauseMs - this.#now;
    if (waitMs <= 0) {
      this.#lastSent.set(keyOf(sender), this.#now);
      return null;
    }
    const retryAfter = Math.ceil(waitMs / 1000);
    const message = `This room is in slow mode; send the next message in ${retryAfter} s`;
    return new ChatError('rate_limited', { message, retryAfter });
  }

  async #lastSentBy(sender: Sender): Promise<number> {
    const known = this.#lastSent.get(keyOf(sender));
    return known ?? lastSentAt(this.#tx, { roomId: sender.roomId, userId: sender.id });
  }
}

const keyOf = ({ roomId, id }: Sender) => `${roomId} ${id}`;
