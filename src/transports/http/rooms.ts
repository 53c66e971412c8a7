import { Type } from 'typebox';
import type { Services } from '../../chat/services.ts';
import * as rooms from '../../chat/rooms.ts';
import { CreateRoom, InRoom, ListRooms, OpenDirect, UpdateRoom } from '../../protocol/commands.ts';
import { schemaRef } from '../../protocol/schema-ref.ts';
import { Room } from '../../protocol/resources.ts';
import type { App } from '../app-type.ts';
import { viewer, type Auth } from '../auth.ts';
import {
  response,
  bearerSecurity,
  nextCursor,
  noContent,
  refusals,
  authErrors,
} from '../schemas.ts';

const tags = ['Rooms'];

/** Rooms: open, find, change, enter and leave them. */
export function registerRooms(
  app: App,
  { services, auth }: { services: Services; auth: Auth },
): void {
  const { signedIn } = auth;
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
          201: response('The new room', schemaRef(Room)),
          ...refusals('validation_failed', 'room_name_taken', ...authErrors),
        },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await rooms.createRoom(services, viewer(request), request.body)),
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
          200: response(
            'A page of rooms',
            Type.Object({ rooms: Type.Array(schemaRef(Room)), nextCursor }),
          ),
          ...refusals('validation_failed', ...authErrors),
        },
      },
    },
    async (request) => rooms.listRooms(services, viewer(request), request.query),
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
          200: response('The room, as the caller sees it', schemaRef(Room)),
          ...refusals('forbidden', 'room_not_found', ...authErrors),
        },
      },
    },
    async (request) => rooms.getRoom(services, viewer(request), request.params.roomId),
  );

  app.patch(
    '/rooms/:roomId',
    {
      ...signedIn,
      schema: {
        tags,
        summary: 'Change name, topic or slow mode of a room',
        description: 'Moderators may change the topic and slow mode, owners the name, too.',
        security,
        params: InRoom,
        body: UpdateRoom,
        response: {
          200: response('The room, as it is now', schemaRef(Room)),
          ...refusals('validation_failed', 'forbidden', 'room_not_found', 'room_name_taken'),
          ...refusals(...authErrors),
        },
      },
    },
    async (request) => {
      const { roomId } = request.params;
      return rooms.updateRoom(services, viewer(request), roomId, request.body);
    },
  );

  app.delete(
    '/rooms/:roomId',
    {
      ...signedIn,
      schema: {
        tags,
        summary: 'Delete a room and all that was said in it (owners)',
        security,
        params: InRoom,
        response: {
          204: noContent('The room is gone'),
          ...refusals('forbidden', 'room_not_found', ...authErrors),
        },
      },
    },
    async (request, reply) => {
      await rooms.deleteRoom(services, viewer(request), request.params.roomId);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/direct',
    {
      ...signedIn,
      schema: {
        tags,
        summary: 'Open the direct room with somebody',
        description: 'Two people have one direct room, for ever.',
        security,
        body: OpenDirect,
        response: {
          201: response('The new room', schemaRef(Room)),
          200: response('The room that the two have already', schemaRef(Room)),
          ...refusals('validation_failed', 'forbidden', 'user_not_found', ...authErrors),
        },
      },
    },
    async (request, reply) => {
      const { room, isNew } = await rooms.openDirect(
        services,
        viewer(request),
        request.body.userId,
      );
      return reply.code(isNew ? 201 : 200).send(room);
    },
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
          200: response('The room, as the caller sees it now', schemaRef(Room)),
          ...refusals('forbidden', 'room_not_found', ...authErrors),
        },
      },
    },
    async (request) => rooms.joinRoom(services, viewer(request), request.params.roomId),
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
          204: noContent('The caller is not a member any more'),
          ...refusals('forbidden', 'room_not_found', 'last_owner', ...authErrors),
        },
      },
    },
    async (request, reply) => {
      await rooms.leaveRoom(services, viewer(request), request.params.roomId);
      return reply.code(204).send(null);
    },
  );
}
