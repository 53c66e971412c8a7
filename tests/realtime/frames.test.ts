import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import * as wsModule from 'ws';
import { WebSocket, WebSocketServer } from 'ws';
import { Delivery, sseFrame, textFrame } from '../../src/realtime/frames.ts';
import { webSocketWire } from '../../src/realtime/wire.ts';
import { entry } from '../support/fake-wire.ts';

/* What ws itself reads frames with. Its types do not export it. */
const { Receiver } = wsModule as unknown as {
  Receiver: new (options: { isServer: boolean }) => Writable;
};

it.each([0, 1, 125, 126, 127, 65_535, 65_536, 200_000])(
  'makes a frame of %i bytes that ws can read, and the next one',
  async (length) => {
    const text = 'x'.repeat(length);
    const receiver = new Receiver({ isServer: false });
    const messages: { text: string; isBinary: boolean }[] = [];
    receiver.on('message', (data: Buffer, isBinary: boolean) =>
      messages.push({ text: data.toString(), isBinary }),
    );
    receiver.end(Buffer.concat([textFrame(text), textFrame('next')]));
    await once(receiver, 'finish');
    expect(messages.map((message) => message.text.length)).toEqual([length, 4]);
    expect(messages).toEqual([
      { text, isBinary: false },
      { text: 'next', isBinary: false },
    ]);
  },
);

it('counts the length of a frame in bytes, not in characters', async () => {
  const text = '¡Hola! 👋 漢字'.repeat(9);
  const receiver = new Receiver({ isServer: false });
  const read = once(receiver, 'message');
  receiver.write(textFrame(text));
  const [data] = (await read) as [Buffer];
  expect(data.toString()).toBe(text);
});

it('makes an event of a stream of its type, id and data, ended by an empty line', () => {
  expect(sseFrame('live', '{"a":1}').toString()).toBe('event: live\ndata: {"a":1}\n\n');
  expect(sseFrame('x', '{}', 'e.1').toString()).toBe('event: x\nid: e.1\ndata: {}\n\n');
});

it('makes the bytes of a delivery once for all readers', () => {
  const delivery = new Delivery([entry(1), entry(2)], 'epoch');
  for (const encoding of ['websocket', 'sse'] as const) {
    expect(delivery.whole(encoding)).toBe(delivery.whole(encoding));
    const one = delivery.entries.map((only) => delivery.bytesOf([only], encoding));
    expect(delivery.whole(encoding)).toEqual(Buffer.concat(one));
  }
});

/** The two ends of a real WebSocket in this process. */
async function pair(): Promise<{ server: WebSocket; client: WebSocket; socket: Socket }> {
  const wss = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  await once(wss, 'listening');
  const connected = once(wss, 'connection');
  const client = new WebSocket(`ws://127.0.0.1:${(wss.address() as AddressInfo).port}`);
  onTestFinished(() => {
    client.terminate();
    wss.close();
  });
  const [server, request] = (await connected) as [WebSocket, IncomingMessage];
  await once(client, 'open');
  return { server, client, socket: request.socket };
}

it('relies on ws to write a frame to its socket at once, with the same bytes as textFrame', async () => {
  const { server, socket } = await pair();
  const written: Buffer[] = [];
  const write = socket.write.bind(socket);
  socket.write = (chunk: Buffer | string, ...rest: never[]) => {
    written.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    return write(chunk, ...rest);
  };
  server.send('¡Hola!');
  // In the same turn, so frames that Charla writes itself cannot overtake it.
  expect(Buffer.concat(written)).toEqual(textFrame('¡Hola!'));
});

it('keeps its own frames in order with those of ws: messages, pings and the close', async () => {
  const { server, client, socket } = await pair();
  const seen: string[] = [];
  client.on('message', (data: Buffer) => seen.push(data.toString()));
  client.on('ping', () => seen.push('ping'));
  const wire = webSocketWire(server, socket);
  wire.write([textFrame('1'), textFrame('2')]);
  wire.ping();
  wire.write([textFrame('3')]);
  server.send('4');
  wire.write([textFrame('5')]);
  wire.close('too_slow');
  const [code] = (await once(client, 'close')) as [number];
  expect(seen).toEqual(['1', '2', 'ping', '3', '4', '5']);
  expect(code).toBe(4009);
});

it.each([
  ['small ones', [3, 50, 7]],
  ['large ones', [8192, 100_000]],
  ['a large one after small ones', [60, 60, 40_000]],
  ['a large one before small ones', [40_000, 60, 60]],
  ['large ones between small ones', [60, 8187, 8188, 60, 60, 9000, 9000, 1]],
  ['more than a socket takes at once', [60, 6_000_000, 60]],
])('writes frames in their order: %s', async (_, sizes) => {
  const { server, client, socket } = await pair();
  const seen: string[] = [];
  client.on('message', (data: Buffer) =>
    seen.push(`${data.length} × ${data.toString('utf8', 0, 1)}`),
  );
  const letters = [...'abcdefgh'];
  webSocketWire(server, socket).write(sizes.map((size, i) => textFrame(letters[i]!.repeat(size))));
  server.close();
  await once(client, 'close');
  expect(seen).toEqual(sizes.map((size, i) => `${size} × ${letters[i]}`));
});

it('writes small frames as one and copies no large one, in one call', async () => {
  const { server, socket } = await pair();
  const calls: Buffer[][] = [];
  const writev = socket._writev!.bind(socket);
  socket._writev = (chunks, callback) => {
    calls.push(chunks.map(({ chunk }: { chunk: Buffer }) => chunk));
    writev(chunks, callback);
  };
  const [small, large] = [textFrame('small'), textFrame('x'.repeat(8192))];
  webSocketWire(server, socket).write([small, small, large, small]);
  expect(calls).toEqual([[Buffer.concat([small, small]), large, small]]);
  expect(calls[0]![1]).toBe(large);
});

it('calls back once the peer has read what was written, and also if it is gone', async () => {
  const { server, client, socket } = await pair();
  const wire = webSocketWire(server, socket);
  wire.write([textFrame('x'.repeat(1_000_000))]);
  await new Promise<void>((resolve) => wire.onceDrained(resolve));
  expect(wire.unreadBytes()).toBe(0);
  client.pause();
  wire.write([textFrame('x'.repeat(20_000_000))]);
  const gone = new Promise<void>((resolve) => wire.onceDrained(resolve));
  client.terminate();
  await gone;
  await new Promise<void>((resolve) => wire.onceDrained(resolve));
});
