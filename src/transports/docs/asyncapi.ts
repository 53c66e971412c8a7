import type { TSchema } from 'typebox';
import { closeKinds, errorKinds } from '../../protocol/errors.ts';
import { durableEvents, ephemeralEvents } from '../../protocol/events.ts';
import { socketFrames, streamFrames, TokenExpiring } from '../../protocol/frames.ts';
import * as resources from '../../protocol/resources.ts';
import { commands, OpenSocket, OpenStream } from '../../protocol/socket-commands.ts';
import { exampleOf, type Schema } from './examples.ts';

/*
 * The AsyncAPI document of the WebSocket and the event stream, made of the schemas that the server validates commands
 * with and that its types are derived from.
 */

interface Ref {
  readonly $ref: string;
}

/** What one side may send. */
export interface Message {
  /** The `type` of the frame or event. */
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  /** What kind it is: `Commands`, `Answers` … */
  readonly tags: readonly { readonly name: string }[];
  readonly payload: Ref;
  readonly examples: readonly { readonly payload: unknown }[];
}

interface Channel {
  readonly address: string;
  readonly title: string;
  readonly description: string;
  readonly servers: readonly Ref[];
  readonly parameters?: Record<string, { description: string; examples: string[] }>;
  readonly messages: Record<string, Ref>;
  readonly bindings?: { readonly ws: { readonly query: Schema; readonly [key: string]: unknown } };
  readonly 'x-close-codes'?: readonly { code: number; name: string; why: string; advice: string }[];
  readonly 'x-error-codes'?: readonly { code: string; retryable: boolean; message: string }[];
}

interface Operation {
  readonly action: 'send' | 'receive';
  readonly messages: readonly Ref[];
  readonly reply?: { readonly messages: readonly Ref[] };
  readonly bindings?: { readonly http: { readonly query: Schema } };
}

/** The document, as far as the page and the tests read it. */
export interface AsyncApiDocument {
  readonly asyncapi: string;
  readonly info: { title: string; version: string; description: string; [key: string]: unknown };
  readonly servers: Record<string, object>;
  readonly channels: Record<'room' | 'notifications', Channel>;
  readonly operations: Record<string, Operation>;
  readonly components: {
    readonly schemas: Record<string, Schema>;
    readonly messages: Record<string, Message>;
    readonly securitySchemes: Record<string, object>;
  };
}

/** The schemas that others refer to. */
const shared = [
  resources.Author,
  resources.User,
  resources.RoomSummary,
  resources.Room,
  resources.FileInfo,
  resources.Message,
];

const commandId = (type: string) => `${type[0]!.toUpperCase()}${type.slice(1)}Command`;

/** All that is sent, by what it is. */
const kinds: Readonly<Record<string, Readonly<Record<string, TSchema>>>> = {
  Opening: {
    Welcome: socketFrames.welcome,
    Live: socketFrames.live,
    Reset: socketFrames.reset,
    StreamReady: streamFrames.ready,
    StreamLive: streamFrames.live,
    StreamReset: streamFrames.reset,
  },
  Commands: Object.fromEntries(
    Object.entries(commands).map(([type, schema]) => [commandId(type), schema]),
  ),
  Answers: byId([
    socketFrames.ack,
    socketFrames['ack.read'],
    socketFrames['ack.auth'],
    socketFrames.pong,
    socketFrames.error,
  ]),
  'Durable events': byId(Object.values(durableEvents)),
  'Ephemeral events': { ...byId(Object.values(ephemeralEvents)), ...byId([TokenExpiring]) },
};

/** What a socket never sends, and what a stream never sends. */
const ofStreams = ['StreamReady', 'StreamLive', 'StreamReset', 'Mention'];
const ofSockets = ['Welcome', 'Live', 'Reset', 'Typing'];

function byId(schemas: readonly TSchema[]): Record<string, TSchema> {
  return Object.fromEntries(schemas.map((schema) => [(schema as { $id?: string }).$id!, schema]));
}

/** What answers each command, beside an error. */
const answers: Readonly<Record<keyof typeof commands, string | null>> = {
  send: 'Ack',
  edit: 'Ack',
  delete: 'Ack',
  react: 'Ack',
  unreact: 'Ack',
  read: 'AckRead',
  typing: null,
  ping: 'Pong',
  auth: 'AckAuth',
};

/** Makes the document. */
export function asyncApiDocument(version: string): AsyncApiDocument {
  const all = Object.assign({}, ...Object.values(kinds)) as Record<string, TSchema>;
  const schemas = Object.fromEntries(
    [...Object.entries(byId(shared)), ...Object.entries(all)].map(([id, schema]) => [
      id,
      withPointers(schema),
    ]),
  );
  const ids = Object.keys(all);
  const sent = ids.filter((id) => !(id in kinds['Commands']!));
  const answered = Object.keys(kinds['Answers']!);
  const inStream = sent.filter((id) => !ofSockets.includes(id) && !answered.includes(id));
  const inRoom = ids.filter((id) => !ofStreams.includes(id));
  const query = (schema: TSchema) => withPointers(schema);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Charla, live',
      version,
      description: about,
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
    },
    defaultContentType: 'application/json',
    servers: {
      websocket: {
        host: 'localhost:3000',
        protocol: 'ws',
        description: 'Your server; `wss` where it has TLS',
        security: [ref('securitySchemes', 'token'), ref('securitySchemes', 'bearer')],
      },
      stream: {
        host: 'localhost:3000',
        protocol: 'http',
        description: 'Your server; `https` where it has TLS',
        security: [ref('securitySchemes', 'token'), ref('securitySchemes', 'bearer')],
      },
    },
    channels: {
      room: {
        address: '/ws/chat/{roomId}',
        title: 'One room, over a WebSocket',
        description: aboutRoom,
        servers: [{ $ref: '#/servers/websocket' }],
        parameters: {
          roomId: { description: 'The id of the room', examples: [exampleId] },
        },
        messages: refs(inRoom),
        bindings: {
          ws: { method: 'GET', query: query(OpenSocket), bindingVersion: '0.1.0' },
        },
        'x-close-codes': Object.entries(closeKinds).map(([name, { code, why, advice }]) => ({
          code,
          name,
          why,
          advice,
        })),
        'x-error-codes': Object.entries(errorKinds).map(([code, { retryable, message }]) => ({
          code,
          retryable,
          message,
        })),
      },
      notifications: {
        address: '/notifications',
        title: 'All of your rooms, over server-sent events',
        description: aboutStream,
        servers: [{ $ref: '#/servers/stream' }],
        messages: refs(inStream),
      },
    },
    operations: {
      ...Object.fromEntries(
        Object.entries(answers).map(([type, answer]) => [
          `receive.${type}`,
          receives(type, answer),
        ]),
      ),
      'send.room': {
        action: 'send',
        channel: { $ref: '#/channels/room' },
        summary: 'What a socket gets: the opening, events, answers',
        messages: inRoom.filter((id) => sent.includes(id)).map((id) => inChannel('room', id)),
      },
      'send.notifications': {
        action: 'send',
        channel: { $ref: '#/channels/notifications' },
        summary: 'What a stream gets: the opening, and the events of all rooms',
        bindings: {
          http: { method: 'GET', query: query(OpenStream), bindingVersion: '0.3.0' },
        },
        messages: inStream.map((id) => inChannel('notifications', id)),
      },
    },
    components: { schemas, messages: messagesOf(schemas), securitySchemes },
  } as AsyncApiDocument;
}

function messagesOf(schemas: Record<string, Schema>): Record<string, Message> {
  const resolve = ($ref: string) => schemas[$ref.replace('#/components/schemas/', '')]!;
  const messages = Object.entries(kinds).flatMap(([kind, together]) =>
    Object.keys(together).map((id): [string, Message] => {
      const schema = schemas[id]!;
      const name = String(schema.properties!['type']!.const);
      return [
        id,
        {
          name,
          title: name,
          summary: schema.description!,
          tags: [{ name: kind }],
          payload: ref('schemas', id),
          examples: [{ payload: exampleOfMessage(id, exampleOf(schema, resolve)) }],
        },
      ];
    }),
  );
  return Object.fromEntries(messages);
}

/** An example that is made of those of its parts, with what makes it true. */
function exampleOfMessage(id: string, example: unknown): unknown {
  const { message } = example as { message?: object };
  if (id === 'MessageEdited')
    return { ...(example as object), message: { ...message, editedAt: later } };
  if (id === 'MessageDeleted')
    return { ...(example as object), message: { ...message, text: '', deletedAt: later } };
  return example;
}

function receives(type: string, answer: string | null) {
  const id = commandId(type);
  const replies = [...(answer === null ? [] : [answer]), 'ErrorFrame'];
  return {
    action: 'receive',
    channel: { $ref: '#/channels/room' },
    summary: withPointers(commands[type as keyof typeof commands]).description,
    messages: [inChannel('room', id)],
    reply: {
      channel: { $ref: '#/channels/room' },
      messages: replies.map((reply) => inChannel('room', reply)),
    },
  };
}

const ref = (part: string, id: string): Ref => ({ $ref: `#/components/${part}/${id}` });
const refs = (ids: readonly string[]) =>
  Object.fromEntries(ids.map((id) => [id, ref('messages', id)]));
const inChannel = (channel: string, id: string): Ref => ({
  $ref: `#/channels/${channel}/messages/${id}`,
});

/** A schema as JSON, whose references point into the document. */
function withPointers(schema: TSchema): Schema {
  return JSON.parse(JSON.stringify(schema), (key, value: unknown) => {
    if (key === '$id') return undefined;
    return key === '$ref' ? `#/components/schemas/${String(value).replace(/#$/, '')}` : value;
  }) as Schema;
}

const exampleId = 'kX3b9_RtQm0aZ7wE';
const later = '2026-11-20T18:35:00.000Z';

const securitySchemes = {
  token: {
    type: 'httpApiKey',
    in: 'query',
    name: 'token',
    description:
      'The token of a session, or better a ticket (`POST /auth/ticket`), which is good once: browsers set no header ' +
      'on WebSockets and EventSource',
  },
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: '`Authorization: Bearer …` with the token, where a header can be set',
  },
};

const about = `
What Charla tells its clients as it happens, and what they say to it over a WebSocket. Accounts, rooms, history and files are plain HTTP: the OpenAPI document at \`/docs\` has them.

Each frame of a socket, and the \`data:\` of each event of a stream, is one JSON object with a \`type\`. Durable events are a room's log: numbered 1, 2, 3 … by their \`seq\`, in the order of commit, without a hole or a repeat. Ephemeral events are not stored. Ignore types and fields that you do not know: later versions may have more.

The operations are the server's: it receives commands, and sends everything else.
`.trim();

const aboutRoom = `
A handshake may be refused with an HTTP response, which has the error as JSON: 400, 401, 403, 404, 429 or 503. Opening a public room joins it; a private one is for its members.

The server sends \`welcome\`; with \`after\`, every durable event since then, however many; \`live\`; and then what happens. Where \`after\` cannot be continued, \`reset\` comes in place of the replay. Without \`after\` the socket starts at the present.

Each command has one answer: its \`ack\` (\`pong\` for \`ping\`, nothing for \`typing\`) or an \`error\`, with the command's \`ref\`. After an error the socket stays open. An \`ack\` comes once the change is on disk; a \`send\` that is repeated with its \`clientMsgId\` writes nothing, and is acknowledged again.

When the server closes a socket, the code says why: ${Object.entries(closeKinds)
  .map(([name, { code }]) => `${code} \`${name}\``)
  .join(', ')}. \`x-close-codes\` says what a client does about each.
`.trim();

const aboutStream = `
\`event:\` is the type, \`data:\` the JSON. Durable events and \`room.deleted\` have an \`id:\`, an opaque cursor. An EventSource that comes back sends the last one as \`Last-Event-ID\`; other clients may put it into the query.

First come \`retry:\` and \`ready\`, whose \`id:\` is where the stream starts; then every durable event since the cursor, from all your rooms, once and in the order of commit; then \`live\`, and what happens in your rooms. Where the cursor cannot be continued, \`reset\` comes in place of the replay. \`typing\` is not sent here; \`room.created\` is, of every public room. A comment every 15 s keeps proxies awake.

A stream has no close codes: it ends with its token, with its session, or with the server. An EventSource then comes back by itself.
`.trim();
