import { Type } from 'typebox';
import { languageFrom, type MailLanguage } from '../../chat/mail-texts.ts';
import type { Services } from '../../chat/services.ts';
import type { UnsubscribeLinks } from '../../chat/services/unsubscribe-links.ts';
import type { App } from '../app-type.ts';
import { html } from '../docs/html.ts';
import { refusals } from '../schemas.ts';
import { secret } from '../security-headers.ts';

const tags = ['Accounts'];
/** What mail programs send (RFC 8058, 3.2). Nothing in it matters: the link says all. */
const FORMS = ['application/x-www-form-urlencoded', 'multipart/form-data'];

const ByLink = Type.Object({
  token: Type.String({
    minLength: 1,
    maxLength: 128,
    description: 'From the link in a summary',
    examples: ['kX3b9_RtQm0aZ7wE.uZ4x0bq4J9m1y6k3Ue7Rw2Tn8Pc5Ls0Dg1Hf6Va9QiE'],
  }),
});

const page = (description: string) => ({
  description,
  content: { 'text/html': { schema: Type.String({ examples: ['<!doctype html>…'] }) } },
});

const texts = {
  en: {
    title: 'Summaries by mail',
    question: 'Stop the mails about mentions and direct messages that you missed?',
    button: 'Stop these mails',
    done: 'You get no more of these mails. You can turn them on again in your profile.',
    open: 'Open Charla',
  },
  es: {
    title: 'Resúmenes por correo',
    question: '¿Dejar de recibir correos sobre menciones y mensajes directos sin leer?',
    button: 'No recibir más correos',
    done: 'No recibirás más correos como este. Puedes volver a activarlos en tu perfil.',
    open: 'Abrir Charla',
  },
} satisfies Record<MailLanguage, unknown>;

/**
 * Routes by which whoever got a summary ends them, without signing in. Opening the link changes nothing, since programs
 * that check mails open every link.
 */
export async function registerUnsubscribe(
  app: App,
  { services, links }: { services: Services; links: UnsubscribeLinks },
): Promise<void> {
  app.get(
    '/unsubscribe',
    {
      ...secret,
      schema: {
        tags,
        operationId: 'askToUnsubscribe',
        summary: 'Ask whether to stop summaries by mail',
        description: 'What the link in a summary opens: a page with one button. Changes nothing.',
        querystring: ByLink,
        response: { 200: page('The page'), ...refusals('validation_failed', 'token_invalid') },
      },
    },
    async (request, reply) => {
      links.verify(request.query.token);
      const language = languageFrom(request.headers['accept-language']);
      return reply.type('text/html; charset=utf-8').send(pageIn(language, false));
    },
  );

  // In a scope of its own, which takes forms besides JSON.
  await app.register((scope: App, _options, done) => {
    scope.addContentTypeParser(FORMS, { parseAs: 'buffer' }, (_request, _body, parsed) => {
      parsed(null, undefined);
    });
    scope.post(
      '/unsubscribe',
      {
        ...secret,
        schema: {
          tags,
          operationId: 'unsubscribe',
          summary: 'Stop summaries by mail',
          description:
            'By the link in a summary, at once and without signing in. Mail programs send it for their users, as ' +
            '`List-Unsubscribe-Post` says (RFC 8058); a form in the body is ignored.',
          querystring: ByLink,
          response: {
            200: page('The account gets no more summaries'),
            ...refusals('validation_failed', 'token_invalid', 'unsupported_media_type'),
          },
        },
      },
      async (request, reply) => {
        const userId = links.verify(request.query.token);
        await services.store.mutate('stopSummaries', { userId });
        const language = languageFrom(request.headers['accept-language']);
        return reply.type('text/html; charset=utf-8').send(pageIn(language, true));
      },
    );
    done();
  });
}

/** The page, with the stylesheets of the chat page. Its links are relative, so that it works below any path. */
function pageIn(language: MailLanguage, isDone: boolean): string {
  const t = texts[language];
  const body = isDone
    ? html`<p role="status">${t.done}</p>
        <p><a href="./">${t.open}</a></p>`
    : html`<form method="post">
        <p>${t.question}</p>
        <button class="primary" name="List-Unsubscribe" value="One-Click">${t.button}</button>
      </form>`;
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>${t.title} · Charla</title>
        <link rel="icon" href="./icons/favicon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="./styles/base.css" />
        <link rel="stylesheet" href="./styles/controls.css" />
        <link rel="stylesheet" href="./styles/dialog.css" />
        <link rel="stylesheet" href="./styles/welcome.css" />
      </head>
      <body>
        <main class="welcome">
          <div class="welcome-card">
            <header><h1>${t.title}</h1></header>
            ${body}
          </div>
        </main>
      </body>
    </html>`.text;
}
