import { Type, type Static } from 'typebox';
import { closed, optional } from './inputs.ts';
import { ApiToken } from './bots.ts';
import { ClientMsgId, Id, NewUserName, Time } from './resources.ts';

/* Webhooks by which programs post to a room. */

export const CreateIncomingHook = Type.Object(
  {
    name: Type.String({
      ...NewUserName,
      description: 'Of the bot that posts; if it is taken, a number follows (`Grafana 2`)',
      examples: ['Grafana'],
    }),
  },
  { ...closed, examples: [{ name: 'Grafana' }] },
);

export const IncomingHook = Type.Object(
  {
    kind: Type.Literal('incoming'),
    id: Id,
    name: Type.String({ description: 'Of its bot', examples: ['Grafana'] }),
    botId: Id,
    createdBy: Id,
    createdAt: Time,
    lastUsedAt: ApiToken.properties.lastUsedAt,
  },
  { $id: 'IncomingHook', description: 'A URL to which programs post messages for a room' },
);
export type IncomingHook = Static<typeof IncomingHook>;

export const NewIncomingHook = Type.Object(
  {
    ...IncomingHook.properties,
    url: Type.String({
      description: 'Whoever knows it can post; shown only here',
      examples: ['https://chat.example.org/hooks/Zk3vX9q2LmN0b7RtYw5pQe8sUaHdJfGc'],
    }),
  },
  { $id: 'NewIncomingHook', description: 'An incoming webhook that was just made' },
);
export type NewIncomingHook = Static<typeof NewIncomingHook>;

export const InHook = Type.Object({
  secret: Type.String({
    minLength: 1,
    maxLength: 64,
    description: 'The end of the URL',
    examples: ['Zk3vX9q2LmN0b7RtYw5pQe8sUaHdJfGc'],
  }),
});

/** The most attachments and blocks of a Slack payload: more do not fit in 64 KiB, or are empty. */
const MAX_PARTS = 1000;

/** Open: what Slack's payloads have beside this is ignored. */
export const HookMessage = Type.Object(
  {
    text: optional(Type.String({ examples: ['Build 42 has passed'] })),
    clientMsgId: optional(ClientMsgId),
    blocks: optional(Type.Array(Type.Unknown(), { maxItems: MAX_PARTS })),
    attachments: optional(Type.Array(Type.Unknown(), { maxItems: MAX_PARTS })),
  },
  {
    examples: [{ text: 'Build 42 has passed' }],
    description:
      'A payload for an incoming webhook of Slack, as JSON or as the form field `payload`. Other fields of Slack ' +
      'are ignored.',
  },
);
export type HookMessage = Static<typeof HookMessage>;
