import { Type, type Static } from 'typebox';
import { errorKinds, type ErrorCode } from './errors.ts';
import { schemaRef } from './schema-ref.ts';
import { EPOCH, ExpiryTime, Room, Seq, Time, User } from './resources.ts';

/* What the server sends that is no event. */

const ref = Type.Optional(Type.String({ description: 'That of the command', examples: ['7'] }));
/** A text that is repeated, even where it is too long. */
const clientMsgId = Type.Optional(
  Type.String({ description: 'That of the command', examples: ['7f1c2e0a-first'] }),
);
const head = Type.Integer({
  minimum: 0,
  description: "The room's last seq, your own `member.joined` included",
  examples: [42],
});
const count = (example: number) => Type.Integer({ minimum: 0, examples: [example] });

/** The frames of a WebSocket that are no events. Several answers have the type `ack`. */
export const socketFrames = {
  welcome: Type.Object(
    {
      type: Type.Literal('welcome'),
      room: schemaRef(Room),
      me: schemaRef(User),
      online: Type.Array(schemaRef(User), { description: 'The users online, including yourself' }),
      head,
      epoch: Type.String({
        description: 'Identifies the database: seqs of another epoch mean nothing here',
        examples: [EPOCH],
      }),
    },
    { $id: 'Welcome', description: 'The first frame: the room, and who is there' },
  ),
  live: Type.Object(
    {
      type: Type.Literal('live'),
      seq: Type.Integer({ ...head, description: 'The last seq sent' }),
    },
    {
      $id: 'Live',
      description: 'The replay is over: what follows is live, without a hole or a repeat between',
    },
  ),
  reset: Type.Object(
    { type: Type.Literal('reset'), head },
    {
      $id: 'Reset',
      description: '`after` cannot be continued here: load the history again; `live` follows',
    },
  ),
  ack: Type.Object(
    {
      type: Type.Literal('ack'),
      seq: Type.Integer({
        ...Seq,
        description: 'That of the event; where nothing changed, the last one of the room',
      }),
      clientMsgId,
      ref,
      duplicate: Type.Optional(
        Type.Literal(true, { description: 'Nothing was written: it was there already' }),
      ),
    },
    { $id: 'Ack', description: 'What the command did is on disk' },
  ),
  'ack.read': Type.Object(
    {
      type: Type.Literal('ack'),
      lastReadSeq: count(42),
      unreadCount: count(0),
      ref,
    },
    { $id: 'AckRead', description: 'The read marker after a `read`' },
  ),
  'ack.auth': Type.Object(
    { type: Type.Literal('ack'), expiresAt: ExpiryTime, ref },
    { $id: 'AckAuth', description: 'The socket lives on with the new token' },
  ),
  pong: Type.Object(
    { type: Type.Literal('pong'), ref },
    { $id: 'Pong', description: 'The answer to a `ping`' },
  ),
  error: Type.Object(
    {
      type: Type.Literal('error'),
      code: Type.Enum(Object.keys(errorKinds) as ErrorCode[], { examples: ['rate_limited'] }),
      message: Type.String({
        description: 'An explanation for people; may change between versions',
        examples: [errorKinds.rate_limited.message],
      }),
      retryable: Type.Boolean({
        description: 'Whether the same command may succeed later',
        examples: [true],
      }),
      retryAfter: Type.Optional(
        Type.Integer({
          minimum: 1,
          description: 'Seconds until a retry may succeed',
          examples: [1],
        }),
      ),
      ref,
      clientMsgId,
    },
    { $id: 'ErrorFrame', description: 'The command was rejected; the socket stays open' },
  ),
} as const;

/** The frame of sockets and streams before their token ends. */
export const TokenExpiring = Type.Object(
  { type: Type.Literal('token_expiring'), expiresAt: Time },
  {
    $id: 'TokenExpiring',
    description:
      'The token ends in 60 s, or in a fifth of its life if that is less: a socket takes another by `auth`, a stream ' +
      'has to be opened anew',
  },
);

/** The events of a stream that are about the stream itself. */
export const streamFrames = {
  ready: Type.Object(
    { type: Type.Literal('ready') },
    {
      $id: 'StreamReady',
      description: 'The first event; its `id:` is the cursor that the stream starts from',
    },
  ),
  live: Type.Object(
    { type: Type.Literal('live') },
    { $id: 'StreamLive', description: 'The replay is over: what follows is live' },
  ),
  reset: Type.Object(
    { type: Type.Literal('reset') },
    {
      $id: 'StreamReset',
      description:
        'The cursor cannot be continued here: load everything again; its `id:` is the present one',
    },
  ),
} as const;

type SocketFrames = typeof socketFrames;
export type ServerFrame =
  | { [K in keyof SocketFrames]: Static<SocketFrames[K]> }[keyof SocketFrames]
  | Static<typeof TokenExpiring>;
