import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import * as invites from '../../chat/invites.ts';
import type { Services } from '../../chat/services.ts';
import { InRoom } from '../../protocol/commands.ts';
import { CreateInvite, Invite, InvitePreview, OfInvite } from '../../protocol/invites.ts';
import { Room } from '../../protocol/resources.ts';
import { schemaRef } from '../../protocol/schema-ref.ts';
import type { App } from '../app-type.ts';
import { viewer, type Auth } from '../auth.ts';
import { authErrors, bearerSecurity, noContent, refusals, response } from '../schemas.ts';

const tags = ['Invites'];
const OfRoomInvite = Type.Object({ ...InRoom.properties, ...OfInvite.properties });
const Invites = Type.Object({ invites: Type.Array(schemaRef(Invite)) });

/** Routes for links that let people in: those of a room, those of admins onto the server, and their use. */
export function registerInvites(
  app: App,
  { services, auth }: { services: Services; auth: Auth },
): void {
  const { signedIn } = auth;
  const security = bearerSecurity;
  const { publicUrl } = services.config;
  /** Where links lead to. HTTP/1.0 may leave out Host. */
  const linkBase = ({ protocol, host, server }: FastifyRequest) =>
    publicUrl ?? (host ? `${protocol}://${host}` : server.listeningOrigin);

  app.post(
    '/rooms/:roomId/invites',
    {
      ...signedIn,
      preValidation: withoutBody,
      schema: {
        tags,
        operationId: 'createInvite',
        summary: 'Make a link that lets people into a room (owners and moderators)',
        description:
          'It lets people in for seven days, and any number of them, unless you say otherwise. It ends early if you ' +
          'lose the right to invite. Not in direct rooms.',
        security,
        params: InRoom,
        body: CreateInvite,
        response: {
          201: response('The invite', schemaRef(Invite)),
          ...refusals('validation_failed', 'forbidden', 'room_not_found', 'quota_exceeded'),
          ...refusals(...authErrors),
        },
      },
    },
    async (request, reply) => {
      const place = { roomId: request.params.roomId, base: linkBase(request) };
      const invite = await invites.createInvite(services, viewer(request), place, request.body);
      return reply.code(201).send(invite);
    },
  );

  app.get(
    '/rooms/:roomId/invites',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'listInvites',
        summary: 'List the invites of a room (owners and moderators)',
        description: 'Without those that were revoked or have expired, newest first.',
        security,
        params: InRoom,
        response: {
          200: response('The invites', Invites),
          ...refusals('forbidden', 'room_not_found', ...authErrors),
        },
      },
    },
    async (request) => {
      const place = { roomId: request.params.roomId, base: linkBase(request) };
      return { invites: await invites.listInvites(services, viewer(request), place) };
    },
  );

  app.delete(
    '/rooms/:roomId/invites/:code',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'revokeInvite',
        summary: 'Revoke an invite of a room (owners and moderators)',
        description: 'Its link lets nobody in any more. Whoever came by it stays.',
        security,
        params: OfRoomInvite,
        response: {
          204: noContent('The invite was revoked'),
          ...refusals('forbidden', 'room_not_found', 'invite_not_found', ...authErrors),
        },
      },
    },
    async (request, reply) => {
      const { roomId, code } = request.params;
      await invites.revokeInvite(services, viewer(request), roomId, code);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/invites',
    {
      ...signedIn,
      preValidation: withoutBody,
      schema: {
        tags,
        operationId: 'createServerInvite',
        summary: 'Make a link that lets people register (admins)',
        description: 'It belongs to no room. It is for servers with `REGISTRATION=invite`.',
        security,
        body: CreateInvite,
        response: {
          201: response('The invite', schemaRef(Invite)),
          ...refusals('validation_failed', 'forbidden', 'quota_exceeded', ...authErrors),
        },
      },
    },
    async (request, reply) => {
      const place = { roomId: null, base: linkBase(request) };
      const invite = await invites.createInvite(services, viewer(request), place, request.body);
      return reply.code(201).send(invite);
    },
  );

  app.get(
    '/invites',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'listServerInvites',
        summary: 'List the invites that belong to no room (admins)',
        description: 'Without those that were revoked or have expired, newest first.',
        security,
        response: {
          200: response('The invites', Invites),
          ...refusals('forbidden', ...authErrors),
        },
      },
    },
    async (request) => {
      const place = { roomId: null, base: linkBase(request) };
      return { invites: await invites.listInvites(services, viewer(request), place) };
    },
  );

  app.delete(
    '/invites/:code',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'revokeServerInvite',
        summary: 'Revoke an invite that belongs to no room (admins)',
        security,
        params: OfInvite,
        response: {
          204: noContent('The invite was revoked'),
          ...refusals('forbidden', 'invite_not_found', ...authErrors),
        },
      },
    },
    async (request, reply) => {
      await invites.revokeInvite(services, viewer(request), null, request.params.code);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/invites/:code',
    {
      schema: {
        tags,
        operationId: 'getInvite',
        summary: 'See who invites to what, without an account',
        params: OfInvite,
        response: {
          200: response('The invite, which lets people in', schemaRef(InvitePreview)),
          ...refusals('invite_not_found'),
        },
      },
    },
    async (request) => invites.previewInvite(services, request.params.code),
  );

  app.post(
    '/invites/:code/accept',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'acceptInvite',
        summary: 'Join the room of an invite',
        description:
          'Private rooms too. For a member nothing happens, and no use is counted. Banned users stay out.',
        security,
        params: OfInvite,
        response: {
          200: response('The room after joining', schemaRef(Room)),
          ...refusals('forbidden', 'invite_not_found', ...authErrors),
        },
      },
    },
    async (request) => invites.acceptInvite(services, viewer(request), request.params.code),
  );
}

/** All fields are optional, and so is the body. */
function withoutBody(request: FastifyRequest, _reply: unknown, done: () => void): void {
  if (request.body === undefined) request.body = {};
  done();
}
