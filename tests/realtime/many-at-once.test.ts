import { expect, it } from 'vitest';
import { call, createRoom, openSocket, signUp, type Frame } from '../support/client.ts';
import { startServer } from '../support/server.ts';
import { sendAtOnce, until } from '../support/until.ts';

const SOCKETS = 50;
const MESSAGES = 20;

const messagesOf = (frames: readonly Frame[]) =>
  frames.filter((frame) => frame['type'] === 'message.created');

it('orders 20 concurrent messages from each of 50 sockets without a hole or a repeat', async () => {
  const server = await startServer();
  const people = await Promise.all(
    Array.from({ length: 10 }, async (_, i) => signUp(server, `Person ${i}`)),
  );
  const room = await createRoom(server, people[0]!.token, 'crowd');
  const sockets = await Promise.all(
    Array.from({ length: SOCKETS }, async (_, i) =>
      openSocket(server, people[i % people.length]!.token, room.id),
    ),
  );
  await Promise.all(sockets.map(async (socket) => socket.next('live')));
  const { body } = await call<{ lastSeq: number }>(server, 'GET', `/rooms/${room.id}`, {
    token: people[0]!.token,
  });
  const first = body.lastSeq + 1;
  const total = SOCKETS * MESSAGES;

  const acks = await Promise.all(
    sockets.map(async (socket, s) =>
      sendAtOnce(
        socket,
        Array.from({ length: MESSAGES }, (_, m) => ({ type: 'send', text: `${s}:${m}` })),
      ),
    ),
  );
  await Promise.all(
    sockets.map(async (socket) =>
      until(
        socket,
        () =>
          socket.frames.at(-1)!['seq'] === first + total - 1 ||
          messagesOf(socket.frames).length >= total,
      ),
    ),
  );

  const expected = Array.from({ length: total }, (_, i) => first + i);
  const order = messagesOf(sockets[0]!.frames);
  const inOrder = JSON.stringify(order);
  for (const socket of sockets) {
    const received = messagesOf(socket.frames);
    expect(received.map((frame) => Number(frame['seq']))).toEqual(expected);
    expect(JSON.stringify(received) === inOrder).toBe(true);
  }
  // Each sender's messages have the acked seqs, in the order in which they were sent.
  const bySeq = new Map(
    order.map((frame) => [Number(frame['seq']), String(frame['message'].text)]),
  );
  acks.forEach((ofSocket, s) => {
    const seqs = Array.from({ length: MESSAGES }, (_, m) => Number(ofSocket.get(m)!['seq']));
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
    expect(seqs.map((seq) => bySeq.get(seq))).toEqual(seqs.map((_, m) => `${s}:${m}`));
  });
});
