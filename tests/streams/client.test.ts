import { stream } from '@durable-streams/client';
import { expect, it } from 'vitest';
import { startChild } from '../support/child.ts';
import { createRoom, postMessage, signUp, type Frame } from '../support/client.ts';
import { temporaryFolder } from '../support/server.ts';

/** Follows a room with the client of the protocol's authors, from where it was whenever that gives up. */
function follow(url: string, token: string, live: 'long-poll' | 'sse') {
  const seqs: number[] = [];
  const abort = new AbortController();
  const { signal } = abort;
  const headers = { authorization: `Bearer ${token}` };
  const read = async () => {
    for (let offset = '-1'; !signal.aborted;) {
      const response = await stream<Frame>({ url, offset, live, headers, signal, ...QUIET });
      response.subscribeJson((batch) => {
        seqs.push(...batch.items.map(({ seq }) => seq as number));
        offset = batch.offset;
      });
      await response.closed.catch(() => {});
    }
  };
  const stopped = read().catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  const stop = async () => {
    abort.abort();
    await stopped;
  };
  return { seqs, stop };
}

/** It would warn of HTTP without TLS. */
const QUIET = { warnOnHttp: false };

it(
  'gives a client of the protocol every event once, in order, through a kill and a restart',
  { timeout: 120_000 },
  async () => {
    const dataDir = temporaryFolder();
    const first = await startChild({ DATA_DIR: dataDir });
    const { token } = await signUp(first, 'Ana');
    const { id } = await createRoom(first, token, 'Kitchen');
    const url = `${first.url}/streams/rooms/${id}`;
    const readers = [follow(url, token, 'long-poll'), follow(url, token, 'sse')];
    const all = { timeout: 60_000 };
    const expectSeqs = async (last: number) => {
      const expected = Array.from({ length: last }, (_, i) => i + 1);
      for (const { seqs } of readers) await expect.poll(() => seqs, all).toEqual(expected);
    };
    for (let i = 0; i < 10; i += 1) await postMessage(first, token, id, `before ${i}`);
    await expectSeqs(12);
    first.kill('SIGKILL');
    await first.exited;
    const second = await startChild({ DATA_DIR: dataDir, PORT: new URL(first.url).port });
    for (let i = 0; i < 10; i += 1) await postMessage(second, token, id, `after ${i}`);
    await expectSeqs(22);
    for (const { stop } of readers) await stop();
  },
);
