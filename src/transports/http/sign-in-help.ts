import { Type } from 'typebox';
import { ForgottenPasswords } from '../../chat/forgot.ts';
import { languageFrom } from '../../chat/mail-texts.ts';
import type { Mailer } from '../../chat/services/mailer.ts';
import type { Services } from '../../chat/services.ts';
import { ForgotPassword } from '../../protocol/commands.ts';
import { ChatError } from '../../protocol/errors.ts';
import { nullable } from '../../protocol/resources.ts';
import { addressOf } from '../address.ts';
import type { App } from '../app-type.ts';
import { noContent, refusals, response } from '../schemas.ts';

const tags = ['Accounts'];

const SignInMethods = Type.Object({
  openId: nullable(
    Type.String({ description: 'The host of the OpenID provider, if there is one' }),
    'login.example.org',
  ),
  mail: Type.Boolean({ description: 'Whether a forgotten password can be replaced by mail' }),
});

/** Routes for whoever is about to sign in: the ways there are, and a link for a forgotten password. */
export function registerSignInHelp(
  app: App,
  { services, mailer }: { services: Services; mailer: Mailer | null },
): void {
  const { openId } = services.config;
  const forgotten = mailer && new ForgottenPasswords(services, mailer);

  app.get(
    '/auth/methods',
    {
      schema: {
        tags,
        operationId: 'getSignInMethods',
        summary: 'Get the ways to sign in besides a password',
        response: { 200: response('The ways', SignInMethods) },
      },
    },
    () => ({ openId: openId && new URL(openId.issuer).host, mail: mailer !== null }),
  );

  app.post(
    '/auth/forgot',
    {
      schema: {
        tags,
        operationId: 'forgotPassword',
        summary: 'Ask for a mail with a link that sets a new password',
        description:
          'Always 204, whether or not an account has the email. The mail is in the language of `Accept-Language` ' +
          '(English or Spanish). `not_found` on a server that sends no mail.',
        body: ForgotPassword,
        response: {
          204: noContent('A mail is sent where an account has the email'),
          ...refusals('validation_failed', 'not_found', 'rate_limited'),
        },
      },
    },
    async (request, reply) => {
      if (!forgotten) {
        const message = 'This server sends no mail; an admin can give you a link';
        throw new ChatError('not_found', { message });
      }
      const language = languageFrom(request.headers['accept-language']);
      await forgotten.send(request.body.email, { address: addressOf(request), language });
      return reply.code(204).send(null);
    },
  );
}
