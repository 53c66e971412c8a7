import { Type, type Static } from 'typebox';

/* A room's log by the read part of the Durable Streams protocol, version 1.0. */

/** The query of a read. */
export const ReadStream = Type.Object({
  token: Type.Optional(
    Type.String({ description: 'A token or ticket, for clients that cannot set `Authorization`' }),
  ),
  offset: Type.Optional(
    Type.String({
      pattern: '^(-1|now|[\\w-]{1,64}_\\d{16})$',
      description:
        'Read after this: the last `Stream-Next-Offset`, `-1` for the beginning (the default), or `now` for the end',
      examples: ['-1'],
    }),
  ),
  live: Type.Optional(
    Type.Union([Type.Literal('long-poll'), Type.Literal('sse')], {
      description: 'How to wait for what comes next; without it, a read ends at once',
    }),
  ),
  cursor: Type.Optional(
    Type.String({ maxLength: 32, description: 'The last `Stream-Cursor`', examples: ['3360542'] }),
  ),
});
export type ReadStream = Static<typeof ReadStream>;
