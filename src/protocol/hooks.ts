import { Type, type Static, type TSchema } from 'typebox';
import { durableEvents, type DurableType } from './events.ts';
import { closed, optional } from './inputs.ts';
import { Id, Time } from './resources.ts';

/** What a room's integrations are: hooks into other programs, and from them. */

const Events = Type.Array(Type.Enum(Object.keys(durableEvents) as DurableType[]), {
  minItems: 1,
  uniqueItems: true,
  description: 'The types of events that are sent; all, where it is not given',
  examples: [['message.created', 'message.edited', 'message.deleted']],
});

const Url = Type.String({
  minLength: 1,
  maxLength: 1024,
  description: 'The https URL of the receiver, on the public internet',
  examples: ['https://ci.example.org/charla'],
});

export const CreateOutgoingHook = Type.Object(
  { url: Url, events: optional(Events) },
  {
    ...closed,
    examples: [{ url: 'https://ci.example.org/charla', events: ['message.created'] }],
  },
);
export type CreateOutgoingHook = Static<typeof CreateOutgoingHook>;

export const NewOutgoingHook = Type.Object(
  {
    id: Id,
    url: Url,
    secret: Type.String({
      description: 'What deliveries are signed with (Standard Webhooks); shown only now',
      examples: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    }),
  },
  { $id: 'NewOutgoingHook', description: 'A new outgoing webhook, with its secret' },
);
export type NewOutgoingHook = Static<typeof NewOutgoingHook>;

const When = (description: string) => Type.String({ ...Time, description });
const orNull = <T>(schema: TSchema & { type: string }, examples: unknown[]) =>
  Type.Unsafe<T | null>({ ...schema, type: [schema.type, 'null'], examples });

/** Why an attempt failed, for clients that have words of their own. */
export const HOOK_FAILURES = [
  'status',
  'redirect',
  'gone',
  'timeout',
  'refused',
  'closed',
  'no_such_host',
  'unresolved',
  'not_public',
  'unreachable',
  'certificate_expired',
  'certificate_self_signed',
  'certificate_of_other_host',
  'connection',
] as const;
export type HookFailure = (typeof HOOK_FAILURES)[number];

interface LastAnswer {
  at: string;
  status: number | null;
  error: string | null;
  reason: HookFailure | null;
}

export const OutgoingHook = Type.Object(
  {
    id: Id,
    kind: Type.Literal('outgoing'),
    url: Url,
    events: orNull<DurableType[]>(Events, [['message.created']]),
    createdBy: Id,
    createdAt: Time,
    state: Type.Enum(['active', 'retrying', 'disabled'], {
      description:
        '`retrying`: the last attempt failed; `disabled`: nothing is sent until somebody resumes it',
      examples: ['active'],
    }),
    nextAttemptAt: orNull<string>(When('When it is tried again'), [null]),
    lastAnswer: Type.Unsafe<LastAnswer | null>({
      type: ['object', 'null'],
      description:
        'The end of the last attempt; `error` says what was wrong, and `reason` is a code of it',
      properties: {
        at: Time,
        status: { type: ['integer', 'null'], description: 'null where there was no answer' },
        error: { type: ['string', 'null'] },
        reason: { type: ['string', 'null'], enum: [...HOOK_FAILURES, null] },
      },
      required: ['at', 'status', 'error', 'reason'],
      examples: [{ at: '2026-11-20T18:30:00.000Z', status: 200, error: null, reason: null }],
    }),
    behind: Type.Object(
      {
        events: Type.Integer({ minimum: 0, examples: [0] }),
        since: orNull<string>(When('When the first of them happened'), [null]),
      },
      { description: 'What happened in the room and has not been gone through for this hook' },
    ),
  },
  { $id: 'OutgoingHook', description: 'An outgoing webhook: it sends what happens in a room' },
);
export type OutgoingHook = Static<typeof OutgoingHook>;
