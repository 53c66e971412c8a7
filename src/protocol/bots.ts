import { Type, type Static } from 'typebox';
import { closed, optional } from './inputs.ts';
import { ExpiryTime, Id, NewUserName, NO_CONTROLS, nextCursor, Time, User } from './resources.ts';
import { schemaRef } from './schema-ref.ts';

/* API tokens, and bots, which have nothing else to sign in with. */

const SECRET = 'chr_Zk3vX9q2LmN0b7RtYw5pQe8sUaHdJfGcVxT1nK4oIyM';

const TokenName = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: NO_CONTROLS,
  description: 'What it is for',
  examples: ['Nightly build'],
});

export const CreateToken = Type.Object(
  {
    name: TokenName,
    expiresAt: optional(
      Type.String({
        maxLength: 40,
        description:
          'ISO 8601 with a time zone, in the future; without it, the token does not expire',
        examples: ['2027-01-01T00:00:00.000Z'],
      }),
    ),
  },
  { ...closed, examples: [{ name: 'Nightly build' }] },
);
export type CreateToken = Static<typeof CreateToken>;

export const ApiToken = Type.Object(
  {
    id: Id,
    name: TokenName,
    createdAt: Time,
    lastUsedAt: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      description: 'To about a minute; null for never',
      examples: ['2026-11-20T18:30:00.000Z'],
    }),
    expiresAt: ExpiryTime,
  },
  { $id: 'ApiToken', description: 'An API token, without what it is used by' },
);
export type ApiToken = Static<typeof ApiToken>;

export const NewApiToken = Type.Object(
  {
    ...ApiToken.properties,
    token: Type.String({ description: 'Shown only here', examples: [SECRET] }),
  },
  { $id: 'NewApiToken', description: 'An API token that was just made' },
);
export type NewApiToken = Static<typeof NewApiToken>;

export const CreateBot = Type.Object(
  { name: Type.String({ ...NewUserName, examples: ['Deploy bot'] }) },
  { ...closed, examples: [{ name: 'Deploy bot' }] },
);

export const Bot = Type.Object(
  {
    ...User.properties,
    roomId: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      description: 'The room of its incoming webhook; null for a bot that has a token',
      examples: [null],
    }),
    lastUsedAt: ApiToken.properties.lastUsedAt,
  },
  { $id: 'Bot', description: 'A bot, as admins see it' },
);
export type Bot = Static<typeof Bot>;

export const NewBot = Type.Object(
  { user: schemaRef(User), token: NewApiToken.properties.token },
  { $id: 'NewBot', description: 'A bot and its token' },
);
export type NewBot = Static<typeof NewBot>;

export const BotPage = Type.Object({ bots: Type.Array(schemaRef(Bot)), nextCursor });
export type BotPage = Static<typeof BotPage>;
