import type { Frame } from '../../support/client.ts';

/* What the server should be like, as simple as can be: everything in one list, no disk, no time. */

export interface ModelMessage {
  readonly author: number;
  text: string;
  readonly clientMsgId: string;
  /** What it was sent as: a repeat has to say the same. */
  readonly sentAs: string;
  edited: boolean;
  deleted: boolean;
}

export interface ModelEvent {
  readonly room: number;
  readonly seq: number;
  readonly type: string;
  /** Whom a member.* is about. */
  readonly user?: number;
  /** The seq of the message that a message.* is about. */
  readonly target?: number;
}

/** What can be compared of an event: what it says now is looked up when it is told. */
export interface Told {
  readonly room: number;
  readonly seq: number;
  readonly type: string;
  readonly user?: number;
  readonly target?: number;
  readonly text?: string;
}

interface Membership {
  /** How long the log was when the user joined: streams tell of the room from there on. */
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

  /** An event as it is told from now on. */
  tell(event: ModelEvent): Told {
    if (event.target === undefined) return event;
    return { ...event, text: this.messages[event.room]!.get(event.target)!.text };
  }

  /** The room's events after a seq. */
  eventsOf(room: number, after: number): Told[] {
    return this.log
      .filter((event) => event.room === room && event.seq > after)
      .map((event) => this.tell(event));
  }

  /** What a stream of the user's tells, of the log from the place `from` on, when it comes back. */
  eventsFor(user: number, from: number): Told[] {
    return this.log
      .filter((event, place) => {
        if (place < from) return false;
        if (event.type === 'member.left' && event.user === user) return true;
        const membership = this.members[event.room]!.get(user);
        return membership !== undefined && place >= membership.since;
      })
      .map((event) => this.tell(event));
  }
}

/** An event that was told, in the model's words. */
export function inModelWords(
  frame: Frame,
  rooms: readonly string[],
  users: readonly string[],
): Told {
  const { type, seq, roomId, user, message } = frame;
  return {
    room: rooms.indexOf(String(roomId)),
    seq: Number(seq),
    type: String(type),
    ...(user && { user: users.indexOf(String(user.id)) }),
    ...(message && { target: Number(message.seq), text: String(message.text) }),
  };
}
