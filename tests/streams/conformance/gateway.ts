import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createRoom, postMessage, type At } from '../../support/client.ts';

/** A room that stands for a stream of the suite. */
interface Stream {
  readonly roomId: string;
  readonly type: string;
  /** Where the room's own first events end. */
  readonly start: string;
}

/**
 * Lets the suite, which writes what it reads, talk to a server whose streams are only read. A stream is a room, and
 * what is appended to it a message. Reads go to the server as they are; of its responses, only the events are
 * replaced, by the texts of their messages. So statuses, headers, offsets and waiting are those of the server.
 */
export async function openGateway(
  server: At,
  token: string,
): Promise<{ url: string; close: () => void }> {
  const streams = new Map<string, Stream>();
  const headers = { authorization: `Bearer ${token}` };
  const urlOf = ({ roomId }: { roomId: string }) => `${server.url}/streams/rooms/${roomId}`;
  const endOf = async (stream: { roomId: string }) => {
    const head = await fetch(urlOf(stream), { method: 'HEAD', headers });
    return head.headers.get('stream-next-offset')!;
  };

  async function append(stream: Stream, body: string): Promise<void> {
    const json: unknown = isJson(stream) ? JSON.parse(body) : body;
    for (const value of [json].flat()) {
      const message = isJson(stream) ? JSON.stringify(value) : String(value);
      await postMessage(server, token, stream.roomId, message);
    }
  }

  async function put(path: string, request: IncomingMessage, response: ServerResponse) {
    const { id: roomId } = await createRoom(server, token, path.slice(-50));
    const type = request.headers['content-type'] ?? 'application/octet-stream';
    const stream = { roomId, type, start: await endOf({ roomId }) };
    streams.set(path, stream);
    const body = await text(request);
    if (body !== '') await append(stream, body);
    response
      .writeHead(201, { 'content-type': type, 'stream-next-offset': await endOf(stream) })
      .end();
  }

  async function read(stream: Stream, request: IncomingMessage, response: ServerResponse) {
    const url = new URL(urlOf(stream));
    const query = new URL(request.url!, url).searchParams;
    for (const [name, value] of query) url.searchParams.append(name, value);
    if (['-1', null].includes(query.get('offset')) && !query.has('live')) {
      url.searchParams.set('offset', stream.start);
    }
    if (query.get('offset') === '-1') url.searchParams.set('offset', stream.start);
    const known = request.headers['if-none-match'];
    const abort = new AbortController();
    response.once('close', () => abort.abort());
    const answer = await fetch(url, {
      method: request.method!,
      headers: { ...headers, ...(known && { 'if-none-match': known }) },
      signal: abort.signal,
    });
    const passed = Object.fromEntries(answer.headers);
    delete passed['content-length'];
    const isEvents = passed['content-type']?.startsWith('text/event-stream');
    if (answer.ok && passed['content-type'] && !isEvents) passed['content-type'] = stream.type;
    response.writeHead(answer.status, passed);
    if (request.method === 'HEAD' || answer.body === null) return void response.end();
    if (isEvents) return pass(stream, Readable.fromWeb(answer.body as never), response);
    const body = await answer.text();
    response.end(answer.ok ? valuesOf(stream, body) : body);
  }

  const gateway = createServer((request, response) => {
    const [path = ''] = request.url!.split('?');
    const stream = streams.get(path);
    const handle = async () => {
      if (request.method === 'PUT') return put(path, request, response);
      if (!stream) return void response.writeHead(404).end();
      if (request.method !== 'POST') return read(stream, request, response);
      await append(stream, await text(request));
      response.writeHead(204, { 'stream-next-offset': await endOf(stream) }).end();
    };
    handle().catch((error: unknown) => response.destroy(error as Error));
  });
  gateway.listen(0, '127.0.0.1');
  await new Promise((resolve) => gateway.once('listening', resolve));
  const { port } = gateway.address() as AddressInfo;
  const close = () => {
    gateway.closeAllConnections();
    gateway.close();
  };
  return { url: `http://127.0.0.1:${port}`, close };
}

const isJson = ({ type }: Stream) => /^application\/json\b/i.test(type);

/** What the suite has written, from the events of a read. */
function valuesOf(stream: Stream, events: string): string {
  const texts = (JSON.parse(events) as { message: { text: string } }[]).map(
    ({ message }) => message.text,
  );
  return isJson(stream) ? `[${texts.join(',')}]` : texts.join('');
}

/** The same for a stream of server-sent events. */
async function pass(stream: Stream, events: Readable, response: ServerResponse): Promise<void> {
  let rest = '';
  try {
    for await (const chunk of events.setEncoding('utf8') as AsyncIterable<string>) {
      const parts = (rest + chunk).split('\n\n');
      rest = parts.pop()!;
      for (const part of parts) {
        const [, data] = /^event: data\ndata:(.*)$/s.exec(part) ?? [];
        const lines = data && valuesOf(stream, data).split(/\r\n|\n|\r/);
        const shown = lines
          ? `event: data\n${lines.map((line) => `data:${line}`).join('\n')}`
          : part;
        response.write(`${shown}\n\n`);
      }
    }
  } finally {
    response.end();
  }
}
