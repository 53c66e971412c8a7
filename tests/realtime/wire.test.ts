import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { streamWire } from '../../src/realtime/wire.ts';

/** Both ends of a connection. */
async function pair(): Promise<{ near: Socket; far: Socket; close: () => void }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const far = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [near] = (await once(server, 'connection')) as [Socket];
  const close = () => {
    far.destroy();
    near.destroy();
    server.close();
  };
  return { near, far, close };
}

/** Chunks of these sizes, each filled with a letter of its own. */
const chunksOf = (sizes: readonly number[]) =>
  sizes.map((size, i) => Buffer.alloc(size, 'abcdefghij'[i]));

it.each([
  ['one small chunk', [3]],
  ['small chunks', [3, 50, 7]],
  ['one large chunk', [40_000]],
  ['large chunks', [8192, 100_000]],
  ['a large chunk after small ones', [60, 60, 40_000]],
  ['a large chunk before small ones', [40_000, 60, 60]],
  ['large chunks between small ones', [60, 8191, 8192, 60, 60, 9000, 9000, 1]],
  ['more than the socket takes at once', [60, 6_000_000, 60]],
])('writes all bytes in their order: %s', async (_, sizes) => {
  const { near, far, close } = await pair();
  try {
    const chunks = chunksOf(sizes);
    streamWire(near).write(chunks);
    near.end();
    const received = (await far.toArray()) as Buffer[];
    expect(Buffer.concat(received).equals(Buffer.concat(chunks))).toBe(true);
  } finally {
    close();
  }
});
