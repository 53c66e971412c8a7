import { Type, type Static } from 'typebox';
import { EditMessage, MarkRead, SendMessage } from './commands.ts';
import { closed, optional } from './inputs.ts';
import { After, EmojiToAdd, EPOCH, Seq } from './resources.ts';

/* How a client opens a socket, a stream or an archive, and what it sends over a socket. */

const Token = Type.String({
  description: 'A token, or better a ticket, where no `Authorization` header can be set',
  examples: ['eyJhbGciOiJIUzI1NiJ9.e30.sig'],
});

/** The query of what a browser opens or saves by an address alone. */
export const ByToken = Type.Object({ token: Type.Optional(Token) });

/** The query of a WebSocket. */
export const OpenSocket = Type.Object({
  token: Type.Optional(Token),
  after: Type.Optional(
    Type.Integer({
      ...After,
      description: 'The last seq that the client has: what came after it is sent first',
    }),
  ),
  epoch: Type.Optional(
    Type.String({
      maxLength: 64,
      description: 'The epoch of the `welcome` that `after` is from',
      examples: [EPOCH],
    }),
  ),
});

/** The query of a stream. */
export const OpenStream = Type.Object({
  token: Type.Optional(Token),
  lastEventId: Type.Optional(
    Type.String({
      description: 'The last `id:` received, for clients that cannot set `Last-Event-ID`',
      examples: [`${EPOCH}.2s`],
    }),
  ),
});

/** The response repeats it, so that a client can tell which command it belongs to. */
const ref = optional(
  Type.String({ maxLength: 64, description: 'Comes back in the answer', examples: ['7'] }),
);

const target = Type.Integer({ ...Seq, description: 'The seq of the message' });

/** The commands that a WebSocket client may send, by their `type`. */
export const commands = {
  send: Type.Object(
    { type: Type.Literal('send'), ...SendMessage.properties, ref },
    {
      ...closed,
      description: 'Send a message. The answer comes once it is on disk',
      examples: [{ type: 'send', text: '¡Hola! 👋', clientMsgId: '7f1c2e0a-first', ref: '7' }],
    },
  ),
  edit: Type.Object(
    { type: Type.Literal('edit'), seq: target, ...EditMessage.properties, ref },
    { ...closed, description: 'Change the text of one of your messages' },
  ),
  delete: Type.Object(
    { type: Type.Literal('delete'), seq: target, ref },
    { ...closed, description: 'Delete one of your messages, or as a moderator any message' },
  ),
  react: Type.Object(
    { type: Type.Literal('react'), seq: target, emoji: EmojiToAdd, ref },
    { ...closed, description: 'React to a message' },
  ),
  unreact: Type.Object(
    { type: Type.Literal('unreact'), seq: target, emoji: EmojiToAdd, ref },
    { ...closed, description: 'Take a reaction back' },
  ),
  read: Type.Object(
    { type: Type.Literal('read'), ...MarkRead.properties, ref },
    { ...closed, description: 'Mark the room as read up to a seq; the marker never moves back' },
  ),
  typing: Type.Object(
    { type: Type.Literal('typing'), ref },
    { ...closed, description: 'Tell the others that you are typing; repeat it while you are' },
  ),
  ping: Type.Object(
    { type: Type.Literal('ping'), ref },
    { ...closed, description: 'Ask whether the server is there' },
  ),
  auth: Type.Object(
    { type: Type.Literal('auth'), token: Token, ref },
    { ...closed, description: 'Stay open with a newer token of the same account' },
  ),
} as const;

export type CommandType = keyof typeof commands;
export type Command = { [K in CommandType]: Static<(typeof commands)[K]> }[CommandType];
