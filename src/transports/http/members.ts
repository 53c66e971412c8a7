import { Type } from 'typebox';
import type { Services } from '../../chat/services.ts';
import * as members from '../../chat/members.ts';
import {
  InRoom,
  ListMembers,
  MarkRead,
  PutMember,
  RemoveMember,
  SetNotify,
} from '../../protocol/commands.ts';
import { schemaRef } from '../../protocol/schema-ref.ts';
import { Id, Member, MemberPage, Room, User } from '../../protocol/resources.ts';
import type { App } from '../app-type.ts';
import { viewer, type Auth } from '../auth.ts';
import { response, bearerSecurity, noContent, refusals, authErrors } from '../schemas.ts';

const tags = ['Members'];
const OfMember = Type.Object({ ...InRoom.properties, userId: Id });

/** Routes for the members of a room, their roles, bans and read markers. */
export function registerMembers(
  app: App,
  { services, auth }: { services: Services; auth: Auth },
): void {
  const { signedIn } = auth;
  const security = bearerSecurity;
  const inRoom = ['validation_failed', 'forbidden', 'room_not_found', ...authErrors] as const;

  app.get(
    '/rooms/:roomId/users',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'listMembers',
        summary: 'List the members of a room and who is online',
        security,
        params: InRoom,
        querystring: ListMembers,
        response: {
          200: response('A page of members, sorted by name', MemberPage),
          ...refusals(...inRoom),
        },
      },
    },
    async (request) =>
      members.listMembers(services, viewer(request), request.params.roomId, request.query),
  );

  app.put(
    '/rooms/:roomId/users/:userId',
    {
      ...signedIn,
      // The role is optional, and so is the body.
      preValidation: (request, _reply, done) => {
        if (request.body === undefined) request.body = {};
        done();
      },
      schema: {
        tags,
        operationId: 'putMember',
        summary: 'Add a member to a room, or change their role',
        description:
          'Moderators can add members, which also lifts a ban. Owners can give roles. Without `role`, a ' +
          'member keeps their role, and a new member gets the role `member`.',
        security,
        params: OfMember,
        body: PutMember,
        response: {
          200: response('The member after the change', schemaRef(Member)),
          ...refusals(...inRoom, 'user_not_found', 'last_owner'),
        },
      },
    },
    async (request) => {
      const { roomId, userId } = request.params;
      return members.putMember(services, viewer(request), roomId, userId, request.body);
    },
  );

  app.delete(
    '/rooms/:roomId/users/:userId',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'removeMember',
        summary: 'Remove a member from a room, or ban them',
        security,
        params: OfMember,
        querystring: RemoveMember,
        response: {
          204: noContent('The member was removed; with `ban=true` they cannot come back'),
          ...refusals(...inRoom, 'user_not_found', 'last_owner', 'quota_exceeded'),
        },
      },
    },
    async (request, reply) => {
      const { roomId, userId } = request.params;
      const ban = request.query.ban === 'true';
      await members.removeMember(services, viewer(request), roomId, userId, ban);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/rooms/:roomId/bans',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'listBannedUsers',
        summary: 'List who is banned from a room (owners and moderators)',
        security,
        params: InRoom,
        response: {
          200: response(
            'The banned users, sorted by name',
            Type.Object({ users: Type.Array(schemaRef(User)) }),
          ),
          ...refusals(...inRoom),
        },
      },
    },
    async (request) => ({
      users: await members.listBanned(services, viewer(request), request.params.roomId),
    }),
  );

  app.delete(
    '/rooms/:roomId/bans/:userId',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'liftBan',
        summary: 'Lift a ban (owners and moderators)',
        security,
        params: OfMember,
        response: {
          204: noContent('The ban was lifted'),
          ...refusals(...inRoom, 'user_not_found'),
        },
      },
    },
    async (request, reply) => {
      const { roomId, userId } = request.params;
      await members.liftBan(services, viewer(request), roomId, userId);
      return reply.code(204).send(null);
    },
  );

  app.put(
    '/rooms/:roomId/read',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'markRead',
        summary: 'Mark a room as read up to a seq',
        description:
          'The read marker never moves back. A seq past the last one counts as the last one.',
        security,
        params: InRoom,
        body: MarkRead,
        response: {
          200: response(
            'The read marker after the change',
            Type.Object({
              lastReadSeq: Type.Integer({ minimum: 0, examples: [42] }),
              unreadCount: Type.Integer({ minimum: 0, examples: [0] }),
            }),
          ),
          ...refusals(...inRoom),
        },
      },
    },
    async (request) => {
      const { roomId } = request.params;
      return members.markRead(services, viewer(request), roomId, request.body.seq);
    },
  );

  app.put(
    '/rooms/:roomId/notify',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'setNotifyLevel',
        summary: 'Choose which messages of a room notify you while you are away (members)',
        description:
          '`mentions` is the default, in direct rooms `all`. What you choose stays if you leave the room and return.',
        security,
        params: InRoom,
        body: SetNotify,
        response: {
          200: response('The room after the change', schemaRef(Room)),
          ...refusals(...inRoom),
        },
      },
    },
    async (request) =>
      members.setNotify(services, viewer(request), request.params.roomId, request.body.level),
  );
}
