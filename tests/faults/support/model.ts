import type { Frame } from '../../support/client.ts';

/* A model of the server, as simple as possible: everything in one list, without disk and time. */

export interface ModelMessage {
  readonly author: number;
  text: string;
  readonly clientMsgId: string;
  /** The text as first sent, with which a repeat is compared. */
  readonly sentAs: string;
  edited: boolean;
  deleted: boolean;
}

export interface ModelEvent {
  readonly room: number;
  readonly seq: number;
  readonly type: string;
  /** The user of a member.* event. */
  readonly user?: number;
  /** The seq of the message of a message.* event. */
  readonly target?: number;
}

/** The comparable parts of a delivered event. Its text is that of the message at delivery. */
export interface Delivered {
  readonly room: number;
  readonly seq: number;
  readonly type: string;
  readonly user?: number;
  readonly target?: number;
  readonly text?: string;
}

interface Membership {
  /** The length of the log when the user joined; streams deliver the room's events from there on. */
  readonly since: number;
}

export class Model {
  /** The log of the server, in order. */
  readonly log: ModelEvent[] = [];
  readonly messages: Map<number, ModelMessage>[];
  readonly members: Map<number, Membership>[];
  readonly #heads: number[];

  constructor(rooms: number) {
    this.messages = Array.from({ length: rooms }, () => new Map<number, ModelMessage>());
    this.members = Array.from({ length: rooms }, () => new Map<number, Membership>());
    this.#heads = Array.from({ length: rooms }, () => 0);
  }

  head(room: number): number {
    return this.#heads[room]!;
  }

  isMember(room: number, user: number): boolean {
    return this.members[room]!.has(user);
  }

  add(room: number, event: Omit<ModelEvent, 'room' | 'seq'>): number {
    const seq = (this.#heads[room]! += 1);
    this.log.push({ room, seq, ...event });
    return seq;
  }

  join(room: number, user: number): void {
    if (this.isMember(room, user)) return;
    this.members[room]!.set(user, { since: this.log.length });
    this.add(room, { type: 'member.joined', user });
  }

  leave(room: number, user: number): void {
    if (!this.isMember(room, user)) return;
    this.members[room]!.delete(user);
    this.add(room, { type: 'member.left', user });
  }

  send(room: number, user: number, clientMsgId: string, text: string): number {
    this.join(room, user);
    const seq = this.head(room) + 1;
    const message = {
      author: user,
      text,
      clientMsgId,
      sentAs: text,
      edited: false,
      deleted: false,
    };
    this.messages[room]!.set(seq, message);
    return this.add(room, { type: 'message.created', target: seq });
  }

  /** Returns an event as it is delivered from now on. */
  deliver(event: ModelEvent): Delivered {
    if (event.target === undefined) return event;
    return { ...event, text: this.messages[event.room]!.get(event.target)!.text };
  }

  /** Returns the room's events after a seq. */
  eventsOf(room: number, after: number): Delivered[] {
    return this.log
      .filter((event) => event.room === room && event.seq > after)
      .map((event) => this.deliver(event));
  }

  /** Returns the events that a stream of the user delivers when it resumes from `position` in the log. */
  eventsFor(user: number, position: number): Delivered[] {
    return this.log
      .filter((event, i) => {
        if (i < position) return false;
        if (event.type === 'member.left' && event.user === user) return true;
        const membership = this.members[event.room]!.get(user);
        return membership !== undefined && i >= membership.since;
      })
      .map((event) => this.deliver(event));
  }
}

/** Converts a received event to the model's form. */
export function toDelivered(
  frame: Frame,
  rooms: readonly string[],
  users: readonly string[],
): Delivered {
  const { type, seq, roomId, user, message } = frame;
  return {
    room: rooms.indexOf(String(roomId)),
    seq: Number(seq),
    type: String(type),
    ...(user && { user: users.indexOf(String(user.id)) }),
    ...(message && { target: Number(message.seq), text: String(message.text) }),
  };
}
