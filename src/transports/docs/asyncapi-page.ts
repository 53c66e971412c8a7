import type { AsyncApiDocument } from './asyncapi.ts';
import { html, paragraphs, prose, table, type Html } from './html.ts';
import { fieldsOf } from './schema-table.ts';

/*
 * The AsyncAPI document as a page to read: plain HTML without a script. Everything in it comes from the document. Its
 * links are relative, so that it works below any path.
 */

/** Renders the page. */
export function asyncApiPage(document: AsyncApiDocument): string {
  const { info, channels, components, operations } = document;
  const { room, notifications } = channels;
  const ofKind = (kind: string) => idsOf(document, kind);
  const opening = ofKind('Opening');
  const opensRoom = opening.filter((id) => id in room.messages);
  const opensStream = opening.filter((id) => id in notifications.messages);
  const [commands, answers] = [ofKind('Commands'), ofKind('Answers')];
  const [durable, ephemeral] = [ofKind('Durable events'), ofKind('Ephemeral events')];
  const shared = Object.keys(components.schemas).filter((id) => !(id in components.messages));
  const show = (ids: readonly string[]) => ids.map((id) => messageSection(document, id));

  const main = html` <h1>WebSocket and event stream</h1>
    ${paragraphs(info.description)}

    <h2 id="room">${room.title}</h2>
    <p class="address"><code>GET ${room.address}</code></p>
    ${paragraphs(room.description)}
    <h3 id="room-query">Query</h3>
    ${fieldsOf(room.bindings!.ws.query)}
    <h3 id="opening">Opening</h3>
    ${show(opensRoom)}
    <h3 id="commands">Commands</h3>
    ${show(commands)}
    <h3 id="answers">Answers</h3>
    ${show(answers)}
    <h3 id="close-codes">Close codes</h3>
    ${closeCodes(document)}
    <h3 id="error-codes">Error codes</h3>
    ${errorCodes(document)}

    <h2 id="notifications">${notifications.title}</h2>
    <p class="address"><code>GET ${notifications.address}</code></p>
    ${paragraphs(notifications.description)}
    <h3 id="stream-query">Query</h3>
    ${fieldsOf(operations['send.notifications']!.bindings!.http.query)}
    <h3 id="stream-opening">Opening</h3>
    ${show(opensStream)}

    <h2 id="events">Events</h2>
    <h3 id="durable">Durable events</h3>
    <p>
      A room's log. Sockets and streams replay it, and <code>GET /rooms/{roomId}/events</code> lists
      it.
    </p>
    ${show(durable)}
    <h3 id="ephemeral">Ephemeral events</h3>
    <p>Sent as they happen. Only <code>room.deleted</code> is replayed, to streams.</p>
    ${show(ephemeral)}

    <h2 id="schemas">Schemas</h2>
    ${shared.map((id) => schemaSection(document, id))}`;

  const nav = html` ${contents('room', 'WebSocket', [
    ['opening', 'Opening', opensRoom],
    ['commands', 'Commands', commands],
    ['answers', 'Answers', answers],
    ['close-codes', 'Close codes', []],
    ['error-codes', 'Error codes', []],
  ])}
  ${contents('notifications', 'Event stream', [['stream-opening', 'Opening', opensStream]])}
  ${contents('events', 'Events', [
    ['durable', 'Durable', durable],
    ['ephemeral', 'Ephemeral', ephemeral],
  ])}
  ${contents('schemas', 'Schemas', [['schemas', 'Shared', shared]])}`;

  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Charla: WebSocket and event stream</title>
        <link rel="icon" href="../icons/favicon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="./asyncapi.css" />
      </head>
      <body>
        <a class="skip" href="#content">Skip to the content</a>
        <header>
          <p><strong>Charla</strong> <span>${info.version}</span></p>
          <nav aria-label="Documents">
            <a href="../docs">HTTP</a>
            <a href="./asyncapi" aria-current="page">Live</a>
            <a href="./asyncapi.json">asyncapi.json</a>
          </nav>
        </header>
        <div class="columns">
          <nav class="contents" aria-label="On this page">${nav}</nav>
          <main id="content" tabindex="-1">${main}</main>
        </div>
      </body>
    </html> `.text;
}

const idsOf = ({ components }: AsyncApiDocument, kind: string) =>
  Object.entries(components.messages).flatMap(([id, { tags }]) =>
    tags.some(({ name }) => name === kind) ? [id] : [],
  );

type Part = readonly [anchor: string, title: string, ids: readonly string[]];

const contents = (anchor: string, title: string, parts: readonly Part[]): Html =>
  html` <p><a href="#${anchor}">${title}</a></p>
    <ul>
      ${parts.map(
        ([part, name, ids]) =>
          html`<li>
            <a href="#${part}">${name}</a>${
              ids.length === 0
                ? html``
                : html`<ul>
                    ${ids.map((id) => html`<li><a href="#${id}">${id}</a></li>`)}
                  </ul>`
            }
          </li>`,
      )}
    </ul>`;

function messageSection(document: AsyncApiDocument, id: string): Html {
  const { name, summary, examples, payload } = document.components.messages[id]!;
  const schema = document.components.schemas[idOf(payload)]!;
  const example = JSON.stringify(examples[0]!.payload, null, 2);
  return html`<section id="${id}">
    <h4>
      <a href="#${id}"><code>${name}</code></a> ${badges(document, id)}
    </h4>
    <p>${prose(summary)}.${answersOf(document, id)}</p>
    <pre tabindex="0" role="region" aria-label="Example of ${id}"><code>${example}</code></pre>
    ${fieldsOf(schema)}
  </section>`;
}

function schemaSection({ components }: AsyncApiDocument, id: string): Html {
  const schema = components.schemas[id]!;
  return html`<section id="${id}">
    <h3>
      <a href="#${id}"><code>${id}</code></a>
    </h3>
    <p>${prose(schema.description!)}.</p>
    ${fieldsOf(schema)}
  </section>`;
}

/** Where an event is sent that only one of the two has. */
function badges({ channels }: AsyncApiDocument, id: string): Html {
  const { room, notifications } = channels;
  if (id.startsWith('Stream') || id.endsWith('Command')) return html``;
  const [inRoom, inStream] = [id in room.messages, id in notifications.messages];
  if (inRoom && inStream) return html``;
  return html`<small>${inRoom ? 'WebSocket only' : 'Event stream only'}</small>`;
}

/** What answers a command. */
function answersOf({ operations }: AsyncApiDocument, id: string): Html {
  const operation = Object.values(operations).find(
    ({ action, messages }) => action === 'receive' && messages.some((one) => idOf(one) === id),
  );
  if (!operation?.reply) return html``;
  const links = operation.reply.messages.map(
    (one) => html`<a href="#${idOf(one)}">${idOf(one)}</a>`,
  );
  return html` Answered by ${links.reduce((before, one) => html`${before} or ${one}`)}.`;
}

const idOf = ({ $ref }: { readonly $ref: string }) => $ref.split('/').at(-1)!;

const closeCodes = ({ channels }: AsyncApiDocument) =>
  table(
    ['Code', 'Reason', 'Why the server closes', 'What a client does'],
    channels.room['x-close-codes']!.map(({ code, name, why, advice }) => [
      html`${code}`,
      html`<code>${name}</code>`,
      prose(why),
      prose(advice),
    ]),
  );

const errorCodes = ({ channels }: AsyncApiDocument) =>
  table(
    ['Code', 'Retry', 'Message'],
    channels.room['x-error-codes']!.map(({ code, retryable, message }) => [
      html`<code>${code}</code>`,
      html`${retryable ? 'yes' : 'no'}`,
      prose(message),
    ]),
  );
