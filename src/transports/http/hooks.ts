import { Type } from 'typebox';
import * as hooks from '../../chat/hooks/outgoing-hooks.ts';
import type { Services } from '../../chat/services.ts';
import { InRoom } from '../../protocol/commands.ts';
import { CreateOutgoingHook, NewOutgoingHook, OutgoingHook } from '../../protocol/hooks.ts';
import { IncomingHook } from '../../protocol/incoming-hooks.ts';
import { Id } from '../../protocol/resources.ts';
import { schemaRef } from '../../protocol/schema-ref.ts';
import type { App } from '../app-type.ts';
import { viewer, type Auth } from '../auth.ts';
import { authErrors, bearerSecurity, noContent, refusals, response } from '../schemas.ts';

const tags = ['Integrations'];
const security = bearerSecurity;
const InHook = Type.Object({ ...InRoom.properties, hookId: Id });
const onHooks = [...authErrors, 'forbidden', 'room_not_found'] as const;

/** Routes for what connects a room with other programs. All of them are for its owners and moderators. */
export function registerHooks(
  app: App,
  { services, auth }: { services: Services; auth: Auth },
): void {
  const { signedIn } = auth;

  app.post(
    '/rooms/:roomId/hooks/outgoing',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'createOutgoingHook',
        summary: 'Send what happens in a room to a URL (owners, moderators)',
        description:
          'Every durable event of the room from now on, or of the named types, is sent by POST as JSON, in order and ' +
          'at least once, signed by the Standard Webhooks specification with the `secret`, which is shown only now. ' +
          'A receiver answers with 2xx within 10 s; otherwise the event is sent again, with growing pauses, for three ' +
          'days. Then, or at 410, the hook is disabled, and its maker is told. See docs/integrations.md.',
        security,
        params: InRoom,
        body: CreateOutgoingHook,
        response: {
          201: response('The hook, with its secret', schemaRef(NewOutgoingHook)),
          ...refusals('validation_failed', ...onHooks, 'quota_exceeded'),
        },
      },
    },
    async (request, reply) => {
      const { roomId } = request.params;
      const hook = await hooks.addOutgoingHook(services, viewer(request), roomId, request.body);
      return reply.code(201).send(hook);
    },
  );

  app.get(
    '/rooms/:roomId/hooks',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'listHooks',
        summary: 'List the hooks of a room, and how they fare (owners, moderators)',
        security,
        params: InRoom,
        response: {
          200: response(
            'The hooks, oldest first, without their secrets',
            Type.Object({
              hooks: Type.Array(Type.Union([schemaRef(OutgoingHook), schemaRef(IncomingHook)])),
            }),
          ),
          ...refusals(...onHooks),
        },
      },
    },
    async (request) => ({
      hooks: await hooks.listHooks(services, viewer(request), request.params.roomId),
    }),
  );

  app.post(
    '/rooms/:roomId/hooks/:hookId/resume',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'resumeHook',
        summary: 'Send again what an outgoing hook has failed to deliver (owners, moderators)',
        description:
          'Now, and not after the pause. A disabled hook is active again, and goes on where it stopped.',
        security,
        params: InHook,
        response: {
          204: noContent('The hook is tried at once'),
          ...refusals(...onHooks, 'not_found'),
        },
      },
    },
    async (request, reply) => {
      const { roomId, hookId } = request.params;
      await hooks.resumeOutgoingHook(services, viewer(request), roomId, hookId);
      return reply.code(204).send(null);
    },
  );

  app.delete(
    '/rooms/:roomId/hooks/:hookId',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'deleteHook',
        summary: 'Delete a hook of a room (owners, moderators)',
        description: 'What an incoming one has posted stays; its bot leaves.',
        security,
        params: InHook,
        response: {
          204: noContent('The hook is deleted'),
          ...refusals(...onHooks, 'not_found', 'last_owner'),
        },
      },
    },
    async (request, reply) => {
      const { roomId, hookId } = request.params;
      // Paths of their own, which have no such method.
      if (hookId === 'outgoing' || hookId === 'incoming') return reply.callNotFound();
      await hooks.deleteHook(services, viewer(request), roomId, hookId);
      return reply.code(204).send(null);
    },
  );
}
