import { Type, type Static } from 'typebox';
import { closed, optional } from './inputs.ts';
import { DEFAULT_LIMIT, MAX_FILES } from './limits.ts';
import { MailSummaries } from './mail-summaries.ts';
import {
  After,
  Alt,
  ClientMsgId,
  Color,
  Email,
  Id,
  NewRoomName,
  NewUserName,
  NO_CONTROLS,
  NotifyLevel,
  Password,
  Role,
  Seq,
  SlowModeSeconds,
  Text,
  Topic,
} from './resources.ts';

/* Query strings may have unknown parameters (`?utm_source=`), so their schemas are not closed. */

const limit = Type.Integer({ minimum: 1, maximum: 200, default: DEFAULT_LIMIT });
/* Some contain the key of a name, in which one letter may become eighteen (ﷺ). */
const cursor = Type.String({ maxLength: 4096, description: '`nextCursor` of the previous page' });

/** Bounds of a setup code, in characters. A shorter one could be guessed. */
export const SETUP_CODE_LENGTHS = { min: 16, max: 200 } as const;

export const Register = Type.Object(
  {
    email: Email,
    password: Password,
    name: NewUserName,
    setupCode: optional(
      Type.String({
        maxLength: SETUP_CODE_LENGTHS.max,
        description:
          'Makes the account the admin of a server that has none; printed to the log at start',
      }),
    ),
    invite: optional(
      Type.String({
        maxLength: 64,
        description:
          'The code of an invite: opens the door where registration needs one, and joins its room',
        examples: [null],
      }),
    ),
  },
  {
    ...closed,
    examples: [{ email: 'ana@example.org', password: 'correct horse battery', name: 'Ana' }],
  },
);
export type Register = Static<typeof Register>;

export const Login = Type.Object(
  // No lower bound: an impossible password is a wrong one, and the refusal says no more.
  { email: Type.String({ maxLength: 254 }), password: Type.String({ maxLength: 1024 }) },
  { ...closed, examples: [{ email: 'ana@example.org', password: 'correct horse battery' }] },
);
export type Login = Static<typeof Login>;

export const ResetPassword = Type.Object(
  {
    token: Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'The `reset` of the link',
      examples: ['uZ4x0bq4J9m1y6k3Ue7Rw2Tn8Pc5Ls0Dg1Hf6Va9QiE'],
    }),
    password: Password,
  },
  {
    ...closed,
    examples: [
      {
        token: 'uZ4x0bq4J9m1y6k3Ue7Rw2Tn8Pc5Ls0Dg1Hf6Va9QiE',
        password: 'correct horse battery',
      },
    ],
  },
);
export type ResetPassword = Static<typeof ResetPassword>;

export const ForgotPassword = Type.Object(
  { email: Email },
  { ...closed, examples: [{ email: 'ana@example.org' }] },
);
export type ForgotPassword = Static<typeof ForgotPassword>;

export const UpdateMe = Type.Object(
  {
    name: optional(NewUserName),
    color: optional(Color),
    password: optional(Password),
    currentPassword: optional(Type.String({ maxLength: 1024 })),
    mailSummaries: optional(MailSummaries),
  },
  { ...closed, examples: [{ name: 'Ana', color: '#0f766e' }] },
);
export type UpdateMe = Static<typeof UpdateMe>;

export const UpdateAccount = Type.Object(
  { isAdmin: optional(Type.Boolean()), isDisabled: optional(Type.Boolean()) },
  { ...closed, examples: [{ isDisabled: true }] },
);
export type UpdateAccount = Static<typeof UpdateAccount>;

export const CreateRoom = Type.Object(
  {
    name: NewRoomName,
    topic: optional(Topic),
    visibility: optional(Type.Enum(['public', 'private'], { default: 'public' })),
  },
  { ...closed, examples: [{ name: 'Kitchen', topic: 'What is for lunch?' }] },
);
export type CreateRoom = Static<typeof CreateRoom>;

export const UpdateRoom = Type.Object(
  {
    name: optional(NewRoomName),
    topic: optional(Topic),
    slowModeSeconds: optional(SlowModeSeconds),
  },
  { ...closed, examples: [{ topic: 'What is for lunch?', slowModeSeconds: 10 }] },
);
export type UpdateRoom = Static<typeof UpdateRoom>;

export const OpenDirect = Type.Object({ userId: Id }, closed);

export const PutMember = Type.Object(
  { role: optional(Role) },
  { ...closed, examples: [{ role: 'moderator' }] },
);
export type PutMember = Static<typeof PutMember>;

export const RemoveMember = Type.Object({
  ban: Type.Optional(Type.Enum(['true', 'false'], { description: 'Also ban the member' })),
});

export const MarkRead = Type.Object({ seq: After }, closed);

export const SetNotify = Type.Object({ level: NotifyLevel }, closed);

/** Endpoints of today's push services have up to some 300 characters. */
const Endpoint = Type.String({
  minLength: 1,
  maxLength: 1024,
  description: 'The https URL of a push service, on the public internet',
  examples: ['https://push.example.org/send/7Zk2c9'],
});

/** What a browser's `PushSubscription.toJSON()` returns. */
export const PutSubscription = Type.Object(
  {
    endpoint: Endpoint,
    expirationTime: optional(
      Type.Number({ minimum: 0, maximum: 8.64e15, description: 'Milliseconds since 1970' }),
    ),
    keys: Type.Object(
      {
        p256dh: Type.String({
          pattern: '^[A-Za-z0-9_-]{87}$',
          description: 'The public key of the browser: 65 bytes in base64url',
        }),
        auth: Type.String({
          pattern: '^[A-Za-z0-9_-]{22}$',
          description: 'The secret of the browser: 16 bytes in base64url',
        }),
      },
      closed,
    ),
  },
  {
    ...closed,
    examples: [
      {
        endpoint: 'https://push.example.org/send/7Zk2c9',
        expirationTime: null,
        keys: {
          p256dh:
            'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
          auth: 'BTBZMqHH6r4Tts7J_aSIgg',
        },
      },
    ],
  },
);
export type PutSubscription = Static<typeof PutSubscription>;

export const DeleteSubscription = Type.Object({ endpoint: Endpoint }, closed);

export const ListUsers = Type.Object({
  query: Type.Optional(
    Type.String({
      maxLength: 50,
      pattern: NO_CONTROLS,
      description: 'Beginnings of words in the name; case and accents do not matter',
      examples: ['jose nunez'],
    }),
  ),
  limit: Type.Optional(limit),
});
export type ListUsers = Static<typeof ListUsers>;

export const ListAccounts = Type.Object({
  query: Type.Optional(
    Type.String({
      maxLength: 254,
      pattern: NO_CONTROLS,
      description: 'Beginnings of words in the name, or a part of the email; case does not matter',
      examples: ['ana'],
    }),
  ),
  cursor: Type.Optional(cursor),
  limit: Type.Optional(limit),
});
export type ListAccounts = Static<typeof ListAccounts>;

export const ListAudit = Type.Object({
  actorId: Type.Optional(Id),
  userId: Type.Optional(Id),
  roomId: Type.Optional(Id),
  cursor: Type.Optional(cursor),
  limit: Type.Optional(limit),
});
export type ListAudit = Static<typeof ListAudit>;

export const DeleteMe = Type.Object(
  {
    currentPassword: optional(
      Type.String({ maxLength: 1024, description: 'Needed unless the account has none' }),
    ),
  },
  { ...closed, examples: [{ currentPassword: 'correct horse battery' }] },
);

export const Search = Type.Object({
  q: Type.String({
    maxLength: 200,
    description:
      'Words that a message must have, at most 40 different ones; the last may be incomplete',
    examples: ['lunch'],
  }),
  roomId: Type.Optional(Id),
  cursor: Type.Optional(cursor),
  limit: Type.Optional(limit),
});
export type Search = Static<typeof Search>;

export const ListRooms = Type.Object({
  scope: Type.Optional(Type.Enum(['all', 'mine', 'public'], { default: 'all' })),
  query: Type.Optional(
    Type.String({
      maxLength: 50,
      pattern: NO_CONTROLS,
      description: 'A part of the name; case and accents do not matter',
    }),
  ),
  cursor: Type.Optional(cursor),
  limit: Type.Optional(limit),
});
export type ListRooms = Static<typeof ListRooms>;

/** A page of a list without filters. */
export const ListMembers = Type.Object({
  cursor: Type.Optional(cursor),
  limit: Type.Optional(limit),
});

export const InRoom = Type.Object({ roomId: Id });

export const ListMessages = Type.Object({
  before: Type.Optional(Seq),
  after: Type.Optional(After),
  limit: Type.Optional(limit),
});
export type ListMessages = Static<typeof ListMessages>;

/** Empty only where the message has files. */
const TextOrNone = Type.String({ ...Text, minLength: 0 });

export const SendMessage = Type.Object(
  {
    text: TextOrNone,
    clientMsgId: optional(ClientMsgId),
    replyTo: optional(Seq),
    fileIds: optional(
      Type.Array(Id, {
        maxItems: MAX_FILES,
        uniqueItems: true,
        description: 'Files that you have uploaded to this room, in order; `text` may then be ""',
      }),
    ),
    alts: optional(
      Type.Record(Type.String(), Alt, {
        maxProperties: MAX_FILES,
        description: 'What these files show, by their ids',
        examples: [{ kX3b9_RtQm0aZ7wE: 'A cat asleep on a red sofa' }],
      }),
    ),
  },
  { ...closed, examples: [{ text: '¡Hola! 👋', clientMsgId: '7f1c2e0a-first' }] },
);
export type SendMessage = Static<typeof SendMessage>;

export const EditMessage = Type.Object({ text: TextOrNone }, closed);
export type EditMessage = Static<typeof EditMessage>;

export const ListEvents = Type.Object({
  after: Type.Optional(After),
  limit: Type.Optional(limit),
});
export type ListEvents = Static<typeof ListEvents>;
