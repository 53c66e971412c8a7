import { Type } from 'typebox';
import { languageFrom, type MailLanguage } from '../../chat/mail-texts.ts';
import type { Services } from '../../chat/services.ts';
import type { SummaryAct, SummaryLinks } from '../../chat/services/summary-links.ts';
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
    description: 'From the link in the mail',
    examples: ['kX3b9_RtQm0aZ7wE.uZ4x0bq4J9m1y6k3Ue7Rw2Tn8Pc5Ls0Dg1Hf6Va9QiE'],
  }),
});

const page = (description: string) => ({
  description,
  content: { 'text/html': { schema: Type.String({ examples: ['<!doctype html>…'] }) } },
});

const documents = {
  confirm: {
    ask: {
      operationId: 'askToConfirmSummaries',
      summary: 'Ask whether to start summaries by mail',
    },
    done: {
      operationId: 'confirmSummaries',
      summary: 'Confirm summaries by mail',
      description:
        'By the link in the first mail, without signing in: whoever reads the mails of the address wants them. ' +
        'A body is ignored.',
    },
    result: 'Summaries are sent to the address',
  },
  stop: {
    ask: { operationId: 'askToStopSummaries', summary: 'Ask whether to stop summaries by mail' },
    done: {
      operationId: 'stopSummaries',
      summary: 'Stop summaries by mail',
      description:
        'By the link in a summary, at once and without signing in. Mail programs send it for their users, as ' +
        '`List-Unsubscribe-Post` says (RFC 8058); a form in the body is ignored.',
    },
    result: 'The account gets no more summaries',
  },
} satisfies Record<SummaryAct, unknown>;

const texts = {
  en: {
    title: 'Summaries by mail',
    open: 'Open Charla',
    confirm: {
      question: 'Get a mail about mentions and direct messages that you missed, one a day at most?',
      button: 'Send me summaries',
      done: 'You get these mails from now on. Each has a link that stops them.',
    },
    stop: {
      question: 'Stop the mails about mentions and direct messages that you missed?',
      button: 'Stop these mails',
      done: 'You get no more of these mails. You can turn them on again in your profile.',
    },
  },
  es: {
    title: 'Resúmenes por correo',
    open: 'Abrir Charla',
    confirm: {
      question:
        '¿Recibir un correo sobre menciones y mensajes directos sin leer, uno al día como mucho?',
      button: 'Enviarme resúmenes',
      done: 'A partir de ahora recibirás estos correos. Cada uno tiene un enlace para dejar de recibirlos.',
    },
    stop: {
      question: '¿Dejar de recibir correos sobre menciones y mensajes directos sin leer?',
      button: 'No recibir más correos',
      done: 'No recibirás más correos como este. Puedes volver a activarlos en tu perfil.',
    },
  },
} satisfies Record<MailLanguage, unknown>;

/**
 * Routes of the links in mails by which whoever got one confirms that summaries are wanted, or ends them, without signing
 * in. Opening a link changes nothing, since programs that check mails open every link.
 */
export async function registerSummaryLinks(
  app: App,
  { services, links }: { services: Services; links: SummaryLinks },
): Promise<void> {
  // In a scope of its own, which takes forms besides JSON.
  await app.register((scope: App, _options, done) => {
    scope.addContentTypeParser(FORMS, { parseAs: 'buffer' }, (_request, _body, parsed) => {
      parsed(null, undefined);
    });
    for (const act of ['confirm', 'stop'] as const) {
      const its = documents[act];
      const path = `/summaries/${act}`;
      scope.get(
        path,
        {
          ...secret,
          schema: {
            tags,
            ...its.ask,
            description: 'What the link in a mail opens: a page with one button. Changes nothing.',
            querystring: ByLink,
            response: { 200: page('The page'), ...refusals('validation_failed', 'token_invalid') },
          },
        },
        async (request, reply) => {
          links.verify(act, request.query.token);
          const language = languageFrom(request.headers['accept-language']);
          return reply.type('text/html; charset=utf-8').send(pageIn(language, act, false));
        },
      );
      scope.post(
        path,
        {
          ...secret,
          schema: {
            tags,
            ...its.done,
            querystring: ByLink,
            response: {
              200: page(its.result),
              ...refusals('validation_failed', 'token_invalid', 'unsupported_media_type'),
            },
          },
        },
        async (request, reply) => {
          const userId = links.verify(act, request.query.token);
          await services.store.mutate(`${act}Summaries`, { userId });
          const language = languageFrom(request.headers['accept-language']);
          return reply.type('text/html; charset=utf-8').send(pageIn(language, act, true));
        },
      );
    }
    done();
  });
}

/** The page, with the stylesheets of the chat page. Its links are relative, so that it works below any path. */
function pageIn(language: MailLanguage, act: SummaryAct, isDone: boolean): string {
  const { title, open, [act]: t } = texts[language];
  const body = isDone
    ? html`<p role="status">${t.done}</p>
        <p><a href="../">${open}</a></p>`
    : html`<form method="post">
        <p>${t.question}</p>
        <button class="primary">${t.button}</button>
      </form>`;
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>${title} · Charla</title>
        <link rel="icon" href="../icons/favicon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="../styles/base.css" />
        <link rel="stylesheet" href="../styles/controls.css" />
        <link rel="stylesheet" href="../styles/dialog.css" />
        <link rel="stylesheet" href="../styles/welcome.css" />
      </head>
      <body>
        <main class="welcome">
          <div class="welcome-card">
            <header><h1>${title}</h1></header>
            ${body}
          </div>
        </main>
      </body>
    </html>`.text;
}
