import { Type } from 'typebox';
import type { Chat } from '../../chat/chat.ts';
import * as messages from '../../chat/messages.ts';
import { InRoom, ListMessages, SendMessage } from '../../protocol/commands.ts';
import { Message, Seq } from '../../protocol/resources.ts';
import type { App } from '../app-type.ts';
import { viewer, type Auth } from '../auth.ts';
import { answer, bearerSecurity, ref, refusals, signedOut } from '../schemas.ts';

const tags = ['Messages'];
const OfMessage = Type.Object({ ...InRoom.properties, seq: Seq });

/** History, and chat for those who have only HTTP. */
export function registerMessages(app: App, { chat, auth }: { chat: Chat; auth: Auth }): void {
  const signedIn = { preValidation: auth.requireBearer };
  const security = bearerSecurity;

  app.get(
    '/rooms/:roomId/messages',
    {
      ...signedIn,
      schema: {
        tags,
        summary: 'Read the history of a room',
        description:
          'Ascending by seq. Both bounds are exclusive, and not both at once; without `after` the newest that fit.',
        security,
        params: InRoom,
        querystring: ListMessages,
        response: {
          200: answer(
            'A page of messages',
            Type.Object({ messages: Type.Array(ref(Message)), hasMore: Type.Boolean() }),
          ),
          ...refusals('validation_failed', 'room_not_found', ...signedOut),
        },
      },
    },
    async (request) =>
      messages.listMessages(chat, viewer(request), request.params.roomId, request.query),
  );

  app.post(
    '/rooms/:roomId/messages',
    {
      ...signedIn,
      schema: {
        tags,
        summary: 'Send a message',
        description:
          'Answered once the message is on disk. With the same `clientMsgId` it can be repeated ' +
          'for ever: the repeat writes nothing and answers the first message.',
        security,
        params: InRoom,
        body: SendMessage,
        response: {
          201: answer('The message', ref(Message)),
          200: answer('The first message, for a repeated `clientMsgId`', ref(Message)),
          ...refusals('validation_failed', 'room_not_found', 'message_not_found'),
          ...refusals('idempotency_mismatch', 'payload_too_large', 'overloaded', 'unavailable'),
          ...refusals(...signedOut),
        },
      },
    },
    async (request, reply) => {
      const { roomId } = request.params;
      const sent = await messages.sendMessage(chat, viewer(request), roomId, request.body);
      const message = await messages.getMessage(chat, viewer(request), roomId, sent.seq);
      return reply.code(sent.duplicate ? 200 : 201).send(message);
    },
  );

  app.get(
    '/rooms/:roomId/messages/:seq',
    {
      ...signedIn,
      schema: {
        tags,
        summary: 'Read one message',
        security,
        params: OfMessage,
        response: {
          200: answer('The message', ref(Message)),
          ...refusals('validation_failed', 'room_not_found', 'message_not_found', ...signedOut),
        },
      },
    },
    async (request) =>
      messages.getMessage(chat, viewer(request), request.params.roomId, request.params.seq),
  );
}
