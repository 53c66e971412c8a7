import { Type } from 'typebox';
import type { Chat } from '../../chat/chat.ts';
import * as rooms from '../../chat/rooms.ts';
import { CreateRoom, InRoom, ListMembers, ListRooms } from '../../protocol/commands.ts';
import { ref } from '../../protocol/ref.ts';
import { Member, Room } from '../../protocol/resources.ts';
import type { App } from '../app-type.ts';
import { viewer, type Auth } from '../auth.ts';
import { answer, bearerSecurity, nothing, refusals, signedOut } from '../schemas.ts';

const tags = ['Rooms'];
const nextCursor = Type.Unsafe<string | null>({
  type: ['string', 'null'],
  description: 'Where the next page starts; null at the end',
});

/** Rooms and who is in them. */
export function registerRooms(app: App, { chat, auth }: { chat: Chat; auth: Auth }): void {
  const signedIn = { preValidation: auth.requireBearer };
  const security = bearerSecurity;

  app.post(
    '/rooms',
    {
      ...signedIn,
      schema: {
        tags,
        summary: 'Open a room',
        description: 'The caller becomes its owner.',
        security,
        body: CreateRoom,
        response: {
          201: answer('The new room', ref(Room)),
          ...refusals('validation_failed', 'room_name_taken', ...signedOut),
        },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await rooms.createRoom(chat, viewer(request), request.body)),
  );

  app.get(
    '/rooms',
    {
      ...signedIn,
      schema: {
        tags,
        summary: 'List rooms',
        description: '`mine` by last activity, newest first; `public` and `all` by name.',
        security,
        querystring: ListRooms,
        response: {
          200: answer('A page of rooms', Type.Object({ rooms: Type.Array(ref(Room)), nextCursor })),
          ...refusals('validation_failed', ...signedOut),
        },
      },
    },
    async (request) => rooms.listRooms(chat, viewer(request), request.query),
  );

  app.get(
    '/rooms/:roomId',
    {
      ...signedIn,
      schema: {
        tags,
        summary: 'Look at a room',
        security,
        params: InRoom,
        response: {
          200: answer('The room, as the caller sees it', ref(Room)),
          ...refusals('room_not_found', ...signedOut),
        },
      },
    },
    async (request) => rooms.getRoom(chat, viewer(request), request.params.roomId),
  );

  app.post(
    '/rooms/:roomId/join',
    {
      ...signedIn,
      schema: {
        tags,
        summary: 'Join a room',
        security,
        params: InRoom,
        response: {
          200: answer('The room, as the caller sees it now', ref(Room)),
          ...refusals('room_not_found', ...signedOut),
        },
      },
    },
    async (request) => rooms.joinRoom(chat, viewer(request), request.params.roomId),
  );

  app.post(
    '/rooms/:roomId/leave',
    {
      ...signedIn,
      schema: {
        tags,
        summary: 'Leave a room',
        security,
        params: InRoom,
        response: {
          204: nothing('The caller is not a member any more'),
          ...refusals('room_not_found', 'last_owner', ...signedOut),
        },
      },
    },
    async (request, reply) => {
      await rooms.leaveRoom(chat, viewer(request), request.params.roomId);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/rooms/:roomId/users',
    {
      ...signedIn,
      schema: {
        tags,
        summary: 'List the members of a room, and who is online',
        security,
        params: InRoom,
        querystring: ListMembers,
        response: {
          200: answer(
            'A page of members, by name',
            Type.Object({ users: Type.Array(ref(Member)), nextCursor }),
          ),
          ...refusals('validation_failed', 'room_not_found', ...signedOut),
        },
      },
    },
    async (request) =>
      rooms.listMembers(chat, viewer(request), request.params.roomId, request.query),
  );
}
