import { Type, type Static } from 'typebox';
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

export const PushKey = Type.Object(
  {
    publicKey: Type.String({
      description: 'For `PushManager.subscribe` as `applicationServerKey` (VAPID), in base64url',
      examples: [
        'BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs',
      ],
    }),
  },
  { $id: 'PushKey', description: 'The key that signs notifications to browsers' },
);
export type PushKey = Static<typeof PushKey>;
