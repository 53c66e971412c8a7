import { deleteSubscription, putSubscription } from '../../chat/push/subscriptions.ts';
import type { Services } from '../../chat/services.ts';
import { DeleteSubscription, PutSubscription } from '../../protocol/commands.ts';
import { PushKey } from '../../protocol/push.ts';
import { schemaRef } from '../../protocol/schema-ref.ts';
import type { App } from '../app-type.ts';
import { viewer, type Auth } from '../auth.ts';
import { authErrors, bearerSecurity, noContent, refusals, response } from '../schemas.ts';

const tags = ['Push'];

/** Routes for notifications that reach people whose pages are closed. */
export function registerPush(
  app: App,
  { services, auth, publicKey }: { services: Services; auth: Auth; publicKey: string },
): void {
  const { signedIn } = auth;
  const security = bearerSecurity;

  app.get(
    '/push/key',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'getPushKey',
        summary: 'Get the key to subscribe with',
        security,
        response: { 200: response('The key', schemaRef(PushKey)), ...refusals(...authErrors) },
      },
    },
    async () => ({ publicKey }),
  );

  app.put(
    '/push/subscription',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'putPushSubscription',
        summary: 'Have a browser notified of messages while its pages are closed',
        description:
          'The body is what `PushSubscription.toJSON()` returns. A message that concerns you (see ' +
          '`PUT /rooms/{roomId}/notify`) and that you have not read after 5 s is sent to the push service. A ' +
          'subscription ends with your session, or when its push service says so. If another account puts the same ' +
          'endpoint, it is theirs from then on.',
        security,
        body: PutSubscription,
        response: {
          204: noContent('The browser is notified from now on'),
          ...refusals('validation_failed', 'forbidden', ...authErrors),
        },
      },
    },
    async (request, reply) => {
      await putSubscription(services, viewer(request), request.body);
      return reply.code(204).send(null);
    },
  );

  app.delete(
    '/push/subscription',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'deletePushSubscription',
        summary: 'Stop notifying a browser',
        security,
        body: DeleteSubscription,
        response: {
          204: noContent('The browser is not notified'),
          ...refusals('validation_failed', ...authErrors),
        },
      },
    },
    async (request, reply) => {
      await deleteSubscription(services, viewer(request), request.body.endpoint);
      return reply.code(204).send(null);
    },
  );
}
