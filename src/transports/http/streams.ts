import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Services } from '../../chat/services.ts';
import { InRoom } from '../../protocol/commands.ts';
import { ChatError } from '../../protocol/errors.ts';
import { durableEvents } from '../../protocol/events.ts';
import { schemaRef } from '../../protocol/schema-ref.ts';
import { ReadStream } from '../../protocol/streams.ts';
import type { RoomWatch } from '../../realtime/room-watches.ts';
import type { App } from '../app-type.ts';
import { viewer, type Auth } from '../auth.ts';
import { isFresh } from '../ranges.ts';
import { authErrors, bearerSecurity, noContent, refusals } from '../schemas.ts';
import { etagOf, streamCursor, StreamReader, type StreamPart } from '../stream-reads.ts';

const JSON_TYPE = 'application/json; charset=utf-8';

/** Times in milliseconds; tests shorten them. */
export interface StreamTimes {
  /** How long a long poll waits for an event. Proxies allow 30 s and more. */
  readonly longPollMs: number;
  /** How long a live stream lasts: the protocol asks for about a minute. */
  readonly liveMs: number;
  /** How often a live stream sends a comment, so that proxies keep it open. */
  readonly heartbeatMs: number;
}

const STREAM_TIMES: StreamTimes = { longPollMs: 20_000, liveMs: 60_000, heartbeatMs: 15_000 };

/** The headers of a read, for the document. */
export const streamHeaders = {
  'stream-next-offset': Type.String({ description: 'The offset of the next read' }),
  'stream-up-to-date': Type.Literal('true', {
    description: 'There was nothing more when the response was made',
  }),
  'stream-cursor': Type.String({ description: 'The `cursor` of the next read' }),
  etag: Type.String({ description: 'For `If-None-Match`' }),
};

/** The read part of the Durable Streams protocol: the log of a room, for clients that know that protocol. */
export function registerStreams(
  app: App,
  { services, auth }: { services: Services; auth: Auth },
  times: StreamTimes = STREAM_TIMES,
): void {
  const url = '/streams/rooms/:roomId';
  const shared = {
    tags: ['Messages'],
    security: [...bearerSecurity, { token: [] }],
    params: InRoom,
    querystring: ReadStream,
  };
  const refused = {
    410: { ...refusals('validation_failed')[400]!, description: 'This log has no such offset' },
    ...refusals('forbidden', 'room_not_found', ...authErrors),
  };

  app.get(
    url,
    {
      ...auth.signedInByQuery,
      exposeHeadRoute: false,
      schema: {
        ...shared,
        operationId: 'readStream',
        summary: 'Follow the log of a room (Durable Streams)',
        description:
          'The durable events of a room, for clients of the open Durable Streams protocol. `Stream-Next-Offset` is the ' +
          'offset of the next read; with `Stream-Up-To-Date` there is nothing more yet. `live=long-poll` waits for ' +
          `up to ${times.longPollMs / 1000} s, \`live=sse\` streams for a minute. An event carries its message as it is ` +
          'now: what was edited or deleted since differs from what an earlier read returned.',
        response: {
          200: {
            description: 'Events, sorted by seq',
            headers: streamHeaders,
            content: {
              'application/json': {
                schema: Type.Array(
                  Type.Union(Object.values(durableEvents).map((event) => schemaRef(event))),
                ),
              },
              'text/event-stream': {
                schema: Type.String({
                  examples: ['event: control\ndata: {"streamNextOffset":"…","upToDate":true}\n\n'],
                }),
              },
            },
          },
          204: noContent('No event has come while the poll waited'),
          304: noContent('The client has these events already (`If-None-Match`)'),
          ...refused,
        },
      },
    },
    async (request, reply) => {
      const { offset, live, cursor } = request.query;
      const { roomId } = request.params;
      const reader = new StreamReader(services, viewer(request), roomId);
      void reply.header('cache-control', 'no-store').header('stream-cursor', streamCursor(cursor));
      if (live === undefined) {
        await reader.open(offset ?? '-1');
        return sendPart(
          { request, reply },
          offset === 'now' ? reader.nothing : await reader.read(),
        );
      }
      if (offset === undefined) throw needsOffset();
      const watch = await startWatch(services, request, reply);
      await reader.open(offset);
      const { expiresAt } = viewer(request);
      if (live === 'sse') {
        const until = Math.min(Date.now() + times.liveMs, expiresAt);
        const { heartbeatMs } = times;
        const { isStopping } = services;
        const events = eventsOf(reader, watch, { until, heartbeatMs, cursor, isStopping });
        return sendEvents(reply, events);
      }
      const until = Math.min(Date.now() + times.longPollMs, expiresAt);
      return sendPart({ request, reply }, await poll(services, reader, watch, until));
    },
  );

  app.head(
    url,
    {
      ...auth.signedInByQuery,
      schema: { ...shared, summary: 'Find the end of the log of a room', response: { ...refused } },
    },
    async (request, reply) => {
      const reader = new StreamReader(services, viewer(request), request.params.roomId);
      await reader.open('now');
      void reply.header('stream-next-offset', reader.offset).header('cache-control', 'no-store');
      return reply.type(JSON_TYPE).send();
    },
  );
}

const needsOffset = () =>
  new ChatError('validation_failed', {
    details: [{ path: '/offset', message: 'must be there with `live`; -1 is the beginning' }],
  });

/** Follows the room until the response has ended. Counts as a connection of the viewer meanwhile. */
async function startWatch(
  { limits, manager }: Services,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<RoomWatch> {
  const { user, sessionId } = viewer(request);
  const { roomId } = request.params as { roomId: string };
  const release = await limits.connect(user.id);
  const watch = manager.watches.add({ roomId, userId: user.id, sessionId });
  const end = () => {
    release();
    watch.close();
  };
  if (reply.raw.destroyed) end();
  else reply.raw.once('close', end);
  return watch;
}

/** Waits for the next part; it is empty where none has come until then. */
async function poll(
  { isStopping }: Services,
  reader: StreamReader,
  watch: RoomWatch,
  until: number,
): Promise<StreamPart> {
  for (;;) {
    const part = await reader.read();
    const left = until - Date.now();
    if (!part.isEmpty || left <= 0 || watch.isClosed || isStopping()) return part;
    await watch.changed(left);
  }
}

/** Sends a part, or 204 where a poll found none, or 304 where the client has it already. */
function sendPart(
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  { body, isEmpty, next, isUpToDate }: StreamPart,
): FastifyReply {
  void reply.header('stream-next-offset', next);
  if (isUpToDate) void reply.header('stream-up-to-date', 'true');
  const isPoll = (request.query as ReadStream).live !== undefined;
  if (isPoll && isEmpty) return reply.code(204).send();
  const etag = etagOf(body);
  void reply.header('etag', etag);
  if (!isPoll && isFresh(request.headers, etag)) return reply.code(304).send();
  return reply.type(JSON_TYPE).send(body);
}

/** The events of a live stream, part after part, each with the offset after it. */
async function* eventsOf(
  reader: StreamReader,
  watch: RoomWatch,
  options: {
    until: number;
    heartbeatMs: number;
    cursor: string | undefined;
    isStopping: () => boolean;
  },
): AsyncGenerator<string> {
  const { until, heartbeatMs, isStopping } = options;
  const cursor = streamCursor(options.cursor);
  for (let isFirst = true; ; isFirst = false) {
    const part = await nextPart(reader);
    if (part === null) return;
    if (isFirst || !part.isEmpty) yield eventOf(part, cursor);
    while (part.isUpToDate) {
      const left = until - Date.now();
      if (left <= 0 || watch.isClosed || isStopping()) return;
      if (await watch.changed(Math.min(left, heartbeatMs))) break;
      yield ': still here\n\n';
    }
    if (watch.isClosed || isStopping()) return;
  }
}

/** Null once the viewer may no longer read: the stream ends, and the next request says why. */
async function nextPart(reader: StreamReader): Promise<StreamPart | null> {
  try {
    return await reader.read();
  } catch (error) {
    if (error instanceof ChatError) return null;
    throw error;
  }
}

function eventOf({ body, isEmpty, next, isUpToDate }: StreamPart, cursor: string): string {
  const end = { streamNextOffset: next, streamCursor: cursor };
  const control = { ...end, ...(isUpToDate && { upToDate: true }) };
  // JSON has no line breaks.
  const data = isEmpty ? '' : `event: data\ndata:${body}\n\n`;
  return `${data}event: control\ndata:${JSON.stringify(control)}\n\n`;
}

function sendEvents(reply: FastifyReply, events: AsyncGenerator<string>): FastifyReply {
  void reply
    .type('text/event-stream')
    .header('cache-control', 'no-cache, no-store')
    // Keeps nginx from buffering the stream.
    .header('x-accel-buffering', 'no');
  // One part at a time: the next is read once the peer has taken the one before.
  return reply.send(Readable.from(events, { highWaterMark: 1 }));
}
