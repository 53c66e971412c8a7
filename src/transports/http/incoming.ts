import { isUtf8 } from 'node:buffer';
import { Type } from 'typebox';
import { addIncomingHook, postToHook } from '../../chat/hooks/incoming-hooks.ts';
import type { Services } from '../../chat/services.ts';
import { InRoom } from '../../protocol/commands.ts';
import { ChatError } from '../../protocol/errors.ts';
import {
  CreateIncomingHook,
  HookMessage,
  InHook,
  NewIncomingHook,
} from '../../protocol/incoming-hooks.ts';
import { schemaRef } from '../../protocol/schema-ref.ts';
import type { App } from '../app-type.ts';
import { viewer, type Auth } from '../auth.ts';
import { publicOrigin } from '../public-origin.ts';
import { authErrors, bearerSecurity, refusals, response } from '../schemas.ts';
import { secret } from '../security-headers.ts';

const FORM = 'application/x-www-form-urlencoded';

const tags = ['Integrations'];

/** Routes for incoming webhooks: to make one, and to post by it. */
export async function registerIncoming(
  app: App,
  { services, auth }: { services: Services; auth: Auth },
): Promise<void> {
  app.post(
    '/rooms/:roomId/hooks/incoming',
    {
      ...auth.signedIn,
      ...secret,
      schema: {
        tags,
        operationId: 'createIncomingHook',
        summary: 'Make a URL to which programs post messages for a room (owners, moderators)',
        description:
          'Also programs that know only Slack. The messages are by a bot, which is a member of the room. The response is ' +
          'the only one that has the URL.',
        security: bearerSecurity,
        params: InRoom,
        body: CreateIncomingHook,
        response: {
          201: response('The webhook and its URL', schemaRef(NewIncomingHook)),
          ...refusals('validation_failed', 'forbidden', 'quota_exceeded', 'room_not_found'),
          ...refusals('name_taken', ...authErrors),
        },
      },
    },
    async (request, reply) => {
      const { roomId } = request.params;
      const made = await addIncomingHook(services, viewer(request), roomId, request.body);
      const { secret: end, ...hook } = made;
      const url = `${publicOrigin(request, services.config)}/hooks/${end}`;
      return reply.code(201).send({ ...hook, url });
    },
  );

  // In a scope of its own, which takes forms besides JSON. The URL is all that programs need.
  await app.register((scope: App, _options, done) => {
    scope.addContentTypeParser(FORM, { parseAs: 'buffer' }, (_request, body, parsed) => {
      try {
        parsed(null, payloadOf(body as Buffer));
      } catch (error) {
        parsed(error as Error);
      }
    });
    scope.post(
      '/hooks/:secret',
      {
        schema: {
          tags,
          operationId: 'postToHook',
          summary: 'Post a message by an incoming webhook',
          description:
            'The body is JSON, or a form whose field `payload` is the same JSON. `text`, `blocks` and `attachments` become ' +
            'one text; links (`<https://…|label>`) and escapes (`&amp;`) are written out, and what is longer than ' +
            '4,000 characters is cut. Unlike everywhere else, unknown fields are ignored: Slack’s payloads have many. ' +
            'A repeated `clientMsgId` posts once. The limit of messages holds for each webhook.',
          consumes: ['application/json', FORM],
          params: InHook,
          body: HookMessage,
          response: {
            200: {
              description: 'The message is stored',
              content: { 'text/plain': { schema: Type.String({ examples: ['ok'] }) } },
            },
            ...refusals('validation_failed', 'forbidden', 'room_not_found', 'not_found'),
            ...refusals('idempotency_mismatch', 'payload_too_large', 'unsupported_media_type'),
            ...refusals('rate_limited'),
          },
        },
      },
      async (request, reply) => {
        await postToHook(services, request.params.secret, request.body);
        return reply.type('text/plain; charset=utf-8').send('ok');
      },
    );
    done();
  });
}

/** The payload of a form. */
function payloadOf(body: Buffer): unknown {
  if (!isUtf8(body)) throw new ChatError('validation_failed', { message: 'The body is not UTF-8' });
  const payload = new URLSearchParams(body.toString()).get('payload');
  if (payload === null) throw unfit('must have the message, as JSON');
  try {
    return JSON.parse(payload) as unknown;
  } catch {
    throw unfit('must be JSON');
  }
}

const unfit = (message: string) =>
  new ChatError('validation_failed', { details: [{ path: '/payload', message }] });
