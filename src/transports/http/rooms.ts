import type { Services } from '../../chat/services.ts';
import * as rooms from '../../chat/rooms.ts';
import { CreateRoom, InRoom, ListRooms, OpenDirect, UpdateRoom } from '../../protocol/commands.ts';
import { schemaRef } from '../../protocol/schema-ref.ts';
import { Room, RoomPage } from '../../protocol/resources.ts';
import type { App } from '../app-type.ts';
import { viewer, type Auth } from '../auth.ts';
import { response, bearerSecurity, noContent, refusals, authErrors } from '../schemas.ts';

const tags = ['Rooms'];

/** Routes for rooms: create, find, change, join and leave them. */
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
        operationId: 'createRoom',
        summary: 'Create a room',
        description: 'You become its owner.',
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
        operationId: 'listRooms',
        summary: 'List rooms',
        description: '`mine` is sorted by last activity, newest first; `public` and `all` by name.',
        security,
        querystring: ListRooms,
        response: {
          200: response('A page of rooms', RoomPage),
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
        operationId: 'getRoom',
        summary: 'Get a room',
        security,
        params: InRoom,
        response: {
          200: response('The room', schemaRef(Room)),
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
        operationId: 'updateRoom',
        summary: 'Change the name, topic or slow mode of a room',
        description: 'Moderators can change the topic and slow mode; owners also the name.',
        security,
        params: InRoom,
        body: UpdateRoom,
        response: {
          200: response('The room after the change', schemaRef(Room)),
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
        operationId: 'deleteRoom',
        summary: 'Delete a room with all its messages (owners)',
        security,
        params: InRoom,
        response: {
          204: noContent('The room was deleted'),
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
        operationId: 'openDirectRoom',
        summary: 'Open the direct room with another user',
        description: 'Any two people have at most one direct room. It cannot be deleted.',
        security,
        body: OpenDirect,
        response: {
          201: response('The new room', schemaRef(Room)),
          200: response('The room that exists already', schemaRef(Room)),
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
        operationId: 'joinRoom',
        summary: 'Join a room',
        security,
        params: InRoom,
        response: {
          200: response('The room after joining', schemaRef(Room)),
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
        operationId: 'leaveRoom',
        summary: 'Leave a room',
        security,
        params: InRoom,
        response: {
          204: noContent('You are no longer a member'),
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
