import { Type, type Static, type TSchema } from 'typebox';
import { ApiToken } from './bots.ts';
import {
  Author,
  ExpiryTime,
  Id,
  Me,
  nextCursor,
  nullable,
  RoomKind,
  SessionInfo,
  Time,
  User,
} from './resources.ts';
import { schemaRef } from './schema-ref.ts';

/* What admins see of a server. */

export const AdminUser = Type.Object(
  { ...User.properties, email: Me.properties.email, isDisabled: Type.Boolean() },
  { $id: 'AdminUser', description: 'An account, as admins see it' },
);
export type AdminUser = Static<typeof AdminUser>;

export const AdminSession = Type.Object(
  {
    id: Id,
    kind: Type.Enum(['signIn', 'token'], {
      description: '`token`: an API token, which programs use',
      examples: ['signIn'],
    }),
    name: nullable({ ...ApiToken.properties.name, description: 'Of an API token' }),
    userAgent: SessionInfo.properties.userAgent,
    createdAt: Time,
    lastUsedAt: ApiToken.properties.lastUsedAt,
    expiresAt: ExpiryTime,
    current: SessionInfo.properties.current,
  },
  { $id: 'AdminSession', description: 'A session of an account, as admins see it' },
);
export type AdminSession = Static<typeof AdminSession>;

export const ResetLink = Type.Object(
  {
    url: Type.String({
      description: 'The page that asks for the new password',
      examples: ['https://chat.example.org/?reset=uZ4x0bq4J9m1y6k3Ue7Rw2Tn8Pc5Ls0Dg1Hf6Va9QiE'],
    }),
    expiresAt: Time,
  },
  { $id: 'ResetLink', description: 'A link that sets a new password, once' },
);
export type ResetLink = Static<typeof ResetLink>;

const count = (description: string) => Type.Integer({ minimum: 0, description, examples: [3] });
const bytes = (description: string) =>
  Type.Integer({ minimum: 0, description, examples: [48_211] });
const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

export const AdminUserEntry = Type.Object(
  {
    ...AdminUser.properties,
    lastSeenAt: orNull(Time),
    sessionCount: count('Sessions that have neither ended nor expired'),
  },
  {
    $id: 'AdminUserEntry',
    description:
      'An account in the list of admins. `lastSeenAt` is exact to a minute; of an account that has signed out ' +
      'everywhere it is the last sign-in',
  },
);

export const AdminUserPage = Type.Object({
  users: Type.Array(schemaRef(AdminUserEntry)),
  nextCursor,
});
export type AdminUserPage = Static<typeof AdminUserPage>;

export const RoomSize = Type.Object(
  {
    id: Id,
    kind: RoomKind,
    name: orNull(
      Type.String({ description: 'Null for all but public rooms', examples: ['Kitchen'] }),
    ),
    createdBy: orNull(schemaRef(Author)),
    createdAt: Time,
    lastActivityAt: Time,
    memberCount: count('Members'),
    messageCount: count('Messages ever sent, the deleted ones included'),
    fileCount: count('Files'),
    fileBytes: bytes('The bytes of its files'),
  },
  {
    $id: 'RoomSize',
    description:
      'How much a room holds. Private and direct rooms have no name here, and direct ones no creator: admins see what ' +
      'they cost, and nothing of what they are about',
  },
);
export type RoomSize = Static<typeof RoomSize>;

export const RoomSizePage = Type.Object({ rooms: Type.Array(schemaRef(RoomSize)), nextCursor });
export type RoomSizePage = Static<typeof RoomSizePage>;

export const AuditEntry = Type.Object(
  {
    id: Type.Integer({
      minimum: 1,
      description: '1, 2, 3 … in the order of commit',
      examples: [7],
    }),
    at: Time,
    action: Type.String({ description: 'What was done', examples: ['banned'] }),
    actor: orNull(schemaRef(Author)),
    user: orNull(schemaRef(Author)),
    roomId: orNull(Id),
    roomName: orNull(
      Type.String({ description: 'Of a public room that exists', examples: ['Kitchen'] }),
    ),
    details: orNull(
      Type.Record(Type.String(), Type.Unknown(), {
        description: 'What else there is to tell',
        examples: [{ role: 'moderator' }],
      }),
    ),
  },
  {
    $id: 'AuditEntry',
    description:
      'Who did what, to whom, in which room. `actor` is null for the operator, at the command line, and for the server',
  },
);
export type AuditEntry = Static<typeof AuditEntry>;

export const AuditPage = Type.Object({ entries: Type.Array(schemaRef(AuditEntry)), nextCursor });
export type AuditPage = Static<typeof AuditPage>;

const NodeInfo = Type.Object({
  id: Type.String({ examples: ['kX3b9_RtQm0aZ7wE'] }),
  startedAt: Time,
  connections: count('Its sockets and streams, as of a few seconds ago'),
});
export type NodeInfo = Static<typeof NodeInfo>;

export const ServerStats = Type.Object(
  {
    at: Type.String({
      ...Time,
      description: 'When the counts were made: at most some seconds ago',
    }),
    version: Type.String({ examples: ['1.0.0'] }),
    counts: Type.Object({
      users: count('Accounts of people'),
      disabledUsers: count('Those of them that are disabled'),
      admins: count('Admins who can sign in'),
      bots: count('Bots'),
      rooms: count('Rooms of all kinds'),
      messages: count('Messages ever sent to them, the deleted ones included'),
      files: count('Files'),
    }),
    storage: Type.Object({
      databaseBytes: bytes('The size of the database'),
      fileBytes: bytes('The size of all files in FILES_DIR, without thumbnails'),
    }),
    nodes: Type.Array(NodeInfo),
    limitsHit: Type.Array(
      Type.Object({
        limit: Type.String({
          description: 'As in the metric `charla_limited_total`',
          examples: ['messages'],
        }),
        setting: orNull(
          Type.String({
            description: 'What changes it; null where it is built in',
            examples: ['RATE_LIMIT_MESSAGES'],
          }),
        ),
        count: count('How often it has refused something'),
        lastAt: Time,
        lastUser: orNull(schemaRef(Author)),
      }),
      {
        description:
          'The limits that have refused something, since the start of each node; the last one first. `lastUser` is null ' +
          'where it was nobody who is signed in',
      },
    ),
    lag: Type.Object({
      search: count('Events that the search index does not have yet'),
      hooks: count('Events that outgoing webhooks have yet to go through, all together'),
    }),
  },
  { $id: 'ServerStats', description: 'How large a server is, and how it does' },
);
export type ServerStats = Static<typeof ServerStats>;
