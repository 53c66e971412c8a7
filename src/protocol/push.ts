import type { RoomKind } from './resources.ts';

/** What a push service brings to a browser, encrypted for it: all that a notification shows and opens. */
export interface PushedMessage {
  readonly type: 'message';
  readonly roomId: string;
  /** For the user: a direct room has the name of the other one. */
  readonly roomName: string;
  readonly kind: RoomKind;
  readonly seq: number;
  /** The author's name. */
  readonly author: string;
  /** The beginning of a long text; of a message without text, what stands for its files. */
  readonly text: string;
  /** Of the room, as a Room has them. */
  readonly unreadCount: number;
  readonly mentionCount: number;
}
