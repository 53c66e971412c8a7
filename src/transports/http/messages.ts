import { Type } from 'typebox';
import type { Services } from '../../chat/services.ts';
import * as messages from '../../chat/messages.ts';
import { listEvents } from '../../chat/replay.ts';
import {
  EditMessage,
  InRoom,
  ListEvents,
  ListMessages,
  SendMessage,
} from '../../protocol/commands.ts';
import { durableEvents } from '../../protocol/events.ts';
import { schemaRef } from '../../protocol/schema-ref.ts';
import { EmojiToAdd, Message, MessagePage, Seq } from '../../protocol/resources.ts';
import type { App } from '../app-type.ts';
import { viewer, type Auth } from '../auth.ts';
import { response, bearerSecurity, noContent, refusals, authErrors } from '../schemas.ts';

const tags = ['Messages'];
const EventsPage = Type.Object({
  events: Type.Array(Type.Union(Object.values(durableEvents).map((event) => schemaRef(event)))),
  head: Type.Integer({ minimum: 0, examples: [42] }),
});
const OfMessage = Type.Object({ ...InRoom.properties, seq: Seq });
const OfReaction = Type.Object({ ...OfMessage.properties, emoji: EmojiToAdd });

/** Routes for messages: history, and chat over plain HTTP. */
export function registerMessages(
  app: App,
  { services, auth }: { services: Services; auth: Auth },
): void {
  const { signedIn } = auth;
  const security = bearerSecurity;

  app.get(
    '/rooms/:roomId/messages',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'listMessages',
        summary: 'Read the history of a room',
        description:
          'Sorted by seq. `before` and `after` are exclusive bounds; give one of them at most. Without ' +
          '`after`, the page has the newest messages. It may have fewer than `limit` if they are long; ' +
          '`hasMore` says whether there are more.',
        security,
        params: InRoom,
        querystring: ListMessages,
        response: {
          200: response('A page of messages', MessagePage),
          ...refusals('validation_failed', 'room_not_found', ...authErrors),
        },
      },
    },
    async (request) =>
      messages.listMessages(services, viewer(request), request.params.roomId, request.query),
  );

  app.post(
    '/rooms/:roomId/messages',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'sendMessage',
        summary: 'Send a message',
        description:
          'The response is sent once the message is on disk. A request can be repeated at any time with ' +
          'the same `clientMsgId`: the repeat stores nothing and returns the first message. `fileIds` sends files ' +
          'that you have uploaded to the room (`POST /rooms/{roomId}/files`).',
        security,
        params: InRoom,
        body: SendMessage,
        response: {
          201: response('The message was stored', schemaRef(Message)),
          200: response(
            'The message that was stored first, if `clientMsgId` is repeated',
            schemaRef(Message),
          ),
          ...refusals('validation_failed', 'room_not_found', 'message_not_found', 'file_not_found'),
          ...refusals('idempotency_mismatch', 'payload_too_large', 'overloaded', 'unavailable'),
          ...refusals(...authErrors),
        },
      },
    },
    async (request, reply) => {
      const { roomId } = request.params;
      const sent = await messages.postMessage(services, viewer(request), roomId, request.body);
      return reply.code(sent.duplicate ? 200 : 201).send(sent.message);
    },
  );

  app.get(
    '/rooms/:roomId/messages/:seq',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'getMessage',
        summary: 'Read one message',
        security,
        params: OfMessage,
        response: {
          200: response('The message', schemaRef(Message)),
          ...refusals('validation_failed', 'room_not_found', 'message_not_found', ...authErrors),
        },
      },
    },
    async (request) =>
      messages.getMessage(services, viewer(request), request.params.roomId, request.params.seq),
  );

  app.patch(
    '/rooms/:roomId/messages/:seq',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'editMessage',
        summary: 'Edit one of your messages',
        security,
        params: OfMessage,
        body: EditMessage,
        response: {
          200: response('The message after the edit', schemaRef(Message)),
          ...refusals('validation_failed', 'forbidden', 'room_not_found', 'message_not_found'),
          ...refusals(...authErrors),
        },
      },
    },
    async (request) => {
      const { roomId, seq } = request.params;
      const { text } = request.body;
      const edited = await messages.editMessage(services, viewer(request), roomId, seq, text);
      return edited.message;
    },
  );

  app.delete(
    '/rooms/:roomId/messages/:seq',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'deleteMessage',
        summary: 'Delete one of your messages, or as a moderator any message',
        description:
          'The seq remains. The text is removed from the database and from every replay.',
        security,
        params: OfMessage,
        response: {
          204: noContent('The message was deleted'),
          ...refusals('validation_failed', 'forbidden', 'room_not_found', 'message_not_found'),
          ...refusals(...authErrors),
        },
      },
    },
    async (request, reply) => {
      const { roomId, seq } = request.params;
      await messages.deleteMessage(services, viewer(request), roomId, seq);
      return reply.code(204).send(null);
    },
  );

  for (const [method, add] of [
    ['PUT', true],
    ['DELETE', false],
  ] as const) {
    app.route({
      method,
      url: '/rooms/:roomId/messages/:seq/reactions/:emoji',
      ...signedIn,
      schema: {
        tags,
        operationId: add ? 'addReaction' : 'removeReaction',
        summary: add ? 'Add a reaction to a message' : 'Remove your reaction from a message',
        security,
        params: OfReaction,
        response: {
          204: noContent(add ? 'The reaction was added' : 'The reaction was removed'),
          ...refusals(
            'validation_failed',
            'forbidden',
            ...(add ? (['quota_exceeded'] as const) : []),
          ),
          ...refusals('room_not_found', 'message_not_found', ...authErrors),
        },
      },
      handler: async (request, reply) => {
        const { roomId, seq, emoji } = request.params;
        await messages.react(services, viewer(request), roomId, { seq, emoji, add });
        return reply.code(204).send(null);
      },
    });
  }

  app.get(
    '/rooms/:roomId/events',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'listEvents',
        summary: 'Read the durable events of a room',
        description:
          'For clients that poll: the events that a socket would have received after the seq `after`. ' +
          '`head` is the last seq of the room. A page may have fewer events than `limit`, so continue ' +
          'until you reach `head`.',
        security,
        params: InRoom,
        querystring: ListEvents,
        response: {
          200: response('A page of events, sorted by seq', EventsPage),
          ...refusals('validation_failed', 'room_not_found', ...authErrors),
        },
      },
    },
    async (request, reply) => {
      const { roomId } = request.params;
      const { events, head } = await listEvents(services, viewer(request), roomId, request.query);
      // The log returns JSON, which is sent unchanged.
      const body = `{"events":[${events.join(',')}],"head":${head}}`;
      return reply.type('application/json; charset=utf-8').send(body as never);
    },
  );
}
