import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { openLink, type Link } from './link.ts';

const KIB = 1024;

/** A server that returns every byte, and a link to it. */
async function openEcho() {
  const received: Buffer[] = [];
  const sockets: Socket[] = [];
  /** Resolves, for each connection, once the server learns that it has ended. */
  const ends: Promise<void>[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    const end = (ended: () => void) => void socket.once('end', ended).once('close', ended);
    ends.push(new Promise(end));
    socket.on('error', () => {});
    socket.on('end', () => socket.end());
    socket.on('data', (bytes: Buffer) => {
      received.push(bytes);
      socket.write(bytes);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const link = await openLink({ port: (server.address() as AddressInfo).port });
  onTestFinished(async () => {
    await link.close();
    server.close();
  });
  return { link, server, sockets, ends, received: () => Buffer.concat(received).toString() };
}

/** A client of a link, with all that it received. */
class Client {
  readonly socket: Socket;
  readonly #received: Buffer[] = [];
  #length = 0;
  /** Resolves with the code of the error that broke the connection, or with null after an orderly end. */
  readonly closed: Promise<string | null>;

  constructor(link: Link) {
    this.socket = connect(link.port, '127.0.0.1');
    onTestFinished(() => void this.socket.destroy());
    let code: string | null = null;
    this.socket.on('error', (error: NodeJS.ErrnoException) => (code = String(error.code)));
    this.closed = new Promise((resolve) => void this.socket.on('close', () => resolve(code)));
    this.socket.on('data', (bytes: Buffer) => {
      this.#received.push(bytes);
      this.#length += bytes.length;
    });
  }

  get text(): string {
    return Buffer.concat(this.#received).toString();
  }

  /** Resolves once it has received so much. */
  async until(length: number): Promise<string> {
    while (this.#length < length) await once(this.socket, 'data');
    return this.text;
  }

  async ask(text: string): Promise<string> {
    const length = this.#length + text.length;
    this.socket.write(text);
    return this.until(length);
  }
}

/** Returns a function that makes ten round trips on another link: time enough for any bytes that can move. */
async function openOther(): Promise<() => Promise<void>> {
  const other = new Client((await openEcho()).link);
  return async () => {
    for (let i = 0; i < 10; i += 1) await other.ask('?');
  };
}

it('passes on all bytes and the end of a connection, and counts them', async () => {
  const { link } = await openEcho();
  const client = new Client(link);
  const text = 'x'.repeat(3000 * KIB);
  expect((await client.ask(text)) === text).toBe(true);
  expect(link.open).toBe(1);
  client.socket.end();
  expect(await client.closed).toBeNull();
  expect(link.counts).toEqual({
    accepted: 1,
    refused: 0,
    toTarget: text.length,
    toClient: text.length,
  });
});

it('cuts all connections, or those that opened with some bytes, and takes new ones', async () => {
  const { link, ends } = await openEcho();
  const [listener, writer] = [new Client(link), new Client(link)];
  await listener.ask('LISTEN news');
  await writer.ask('BEGIN');
  expect(link.cut('LISTEN')).toBe(1);
  expect(await listener.closed).toBe('ECONNRESET');
  await writer.ask('COMMIT');
  expect(link.cut()).toBe(1);
  expect(await writer.closed).toBe('ECONNRESET');
  await Promise.all(ends);
  expect(await new Client(link).ask('again')).toBe('again');
  expect(link.open).toBe(1);
});

it('refuses new connections, keeps the open ones, and accepts again on the same port', async () => {
  const { link } = await openEcho();
  const client = new Client(link);
  await client.ask('a');
  link.refuse();
  expect(await new Client(link).closed).toBe('ECONNRESET');
  expect(await client.ask('b')).toBe('ab');
  link.accept();
  expect(await new Client(link).ask('c')).toBe('c');
  expect(link.counts).toMatchObject({ accepted: 2, refused: 1 });
});

it('breaks a connection to a target that is down', async () => {
  const { link, server } = await openEcho();
  server.close();
  expect(await new Client(link).closed).toBe('ECONNRESET');
});

it('freezes open and new connections, and passes on what was sent meanwhile, in order, once thawed', async () => {
  const { link, received } = await openEcho();
  const old = new Client(link);
  await old.ask('1');
  const otherBytesMove = await openOther();
  expect(link.freeze()).toBe(1);
  const young = new Client(link);
  old.socket.write('2');
  old.socket.write('3');
  young.socket.write('4');
  await otherBytesMove();
  expect(received()).toBe('1');
  expect([old.text, young.text]).toEqual(['1', '']);
  link.thaw();
  expect(await old.until(3)).toBe('123');
  expect(await young.until(1)).toBe('4');
  expect(await new Client(link).ask('5')).toBe('5');
});

it('freezes only connections that opened with some bytes', async () => {
  const { link, received } = await openEcho();
  const [listener, writer] = [new Client(link), new Client(link)];
  await listener.ask('LISTEN news');
  await writer.ask('BEGIN');
  expect(link.freeze('LISTEN')).toBe(1);
  listener.socket.write('lost');
  expect(await writer.ask('COMMIT')).toBe('BEGINCOMMIT');
  expect(await new Client(link).ask('LISTEN anew')).toBe('LISTEN anew');
  expect(received()).not.toContain('lost');
});

it('hides from the target that the client of a frozen connection is gone, until it thaws', async () => {
  const { link, ends } = await openEcho();
  const [gone, broken] = [new Client(link), new Client(link)];
  await gone.ask('a');
  await broken.ask('b');
  const otherBytesMove = await openOther();
  let ended = false;
  void Promise.race(ends).then(() => (ended = true));
  link.freeze();
  gone.socket.destroy();
  broken.socket.resetAndDestroy();
  await otherBytesMove();
  expect(ended).toBe(false);
  link.thaw();
  await Promise.all(ends);
});

it('delays bytes in each direction and keeps their order, also where the delay shrinks', async () => {
  const { link } = await openEcho();
  const client = new Client(link);
  const otherBytesMove = await openOther();
  await client.ask('a');
  link.delay(30);
  const start = performance.now();
  client.socket.write('b');
  await otherBytesMove();
  link.delay(0);
  client.socket.write('c');
  await client.until(3);
  const oneWay = performance.now() - start;
  link.delay(30);
  await client.ask('d');
  const bothWays = performance.now() - start - oneWay;
  expect(client.text).toBe('abcd');
  expect(oneWay).toBeGreaterThanOrEqual(30);
  expect(bothWays).toBeGreaterThanOrEqual(60);
});

it('loses the answer to the first request of a kind, which the target has received, and no other', async () => {
  const { link, received } = await openEcho();
  const [first, second] = [new Client(link), new Client(link)];
  await first.ask('BEGIN;');
  await second.ask('BEGIN;');
  const lost = link.loseAnswerTo('COMMIT');
  // The pattern is split over two chunks.
  expect(await first.ask('COM')).toBe('BEGIN;COM');
  first.socket.write('MIT;');
  while (!received().includes('COMMIT')) await setImmediate();
  expect(await second.ask('COMMIT;')).toBe('BEGIN;COMMIT;');
  await lost;
  expect(await first.closed).toBe('ECONNRESET');
  expect(first.text).toBe('BEGIN;COM');
  expect(received()).toBe('BEGIN;BEGIN;COMMIT;COMMIT;');
});

it('waits for the right answer where others are under way, and drops them all', async () => {
  const { link, sockets } = await openEcho();
  const client = new Client(link);
  await client.ask('BEGIN;');
  const [target] = sockets;
  target!.removeAllListeners('data').on('data', () => void target!.write('INSERT 1;COM'));
  const lost = link.loseAnswerTo('COMMIT;', 'COMMITTED');
  const otherBytesMove = await openOther();
  client.socket.write('INSERT;COMMIT;');
  await once(target!, 'data');
  await otherBytesMove();
  expect(link.open).toBe(1);
  target!.write('MITTED');
  await lost;
  expect(await client.closed).toBe('ECONNRESET');
  expect(client.text).toBe('BEGIN;');
});

it('loses the first request of a kind, which the target never receives', async () => {
  const { link, received } = await openEcho();
  const client = new Client(link);
  await client.ask('BEGIN;');
  const lost = link.loseRequest('COMMIT');
  client.socket.write('COMMIT;');
  await lost;
  expect(await client.closed).toBe('ECONNRESET');
  expect(received()).toBe('BEGIN;');
  expect(await new Client(link).ask('COMMIT;')).toBe('COMMIT;');
});

it.each(['frozen', 'delayed', 'unread'] as const)(
  'stops reading from a client that sends without end while its bytes are %s',
  async (how) => {
    const { link, sockets } = await openEcho();
    const client = new Client(link);
    await client.ask('a');
    if (how === 'frozen') link.freeze();
    else if (how === 'delayed') link.delay(60_000);
    else sockets[0]!.pause();
    const taken = await fill(client.socket);
    // Beside what the link holds, the kernel buffers some MiB on each side of it.
    expect(taken).toBeLessThan(40 * KIB * KIB);
    expect(link.open).toBe(1);
  },
);

/** Writes until nothing has been taken for 100 ms; returns the bytes that were. */
async function fill(socket: Socket): Promise<number> {
  const chunk = Buffer.alloc(256 * KIB);
  for (;;) {
    if (socket.write(chunk)) continue;
    const quiet = AbortSignal.timeout(100);
    const isStuck = await once(socket, 'drain', { signal: quiet }).then(
      () => false,
      () => true,
    );
    if (isStuck) return socket.bytesWritten - socket.writableLength;
  }
}

it('hears what a client sends before the answer passes', async () => {
  const { link, received } = await openEcho();
  const other = await openOther();
  const client = new Client(link);
  expect(await client.ask('first')).toBe('first');
  const heard = link.heard('lock');
  client.socket.write('lo');
  client.socket.write('ck');
  await heard;
  link.freeze();
  client.socket.write(' after');
  await other();
  expect(client.text).not.toContain('k');
  link.thaw();
  expect(await client.until('firstlock after'.length)).toBe('firstlock after');
  expect(received()).toBe('firstlock after');
});
