import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from '../support/frame-check.ts';
import { startChild } from '../support/child.ts';
import { createRoom, signUp } from '../support/client.ts';

const SOCKETS = 1000;
const MESSAGES = 1000;
/** How many sends may wait for their ack. More would only wait longer. */
const MAX_PENDING = 50;

const SEQ = /^\{"type":"message\.created","roomId":"[^"]+","seq":(\d+),/;

it(
  'delivers every one of 1,000 messages to each of 1,000 sockets in one room, in order',
  { timeout: 120_000 },
  async () => {
    const server = await startChild();
    const ana = await signUp(server, 'Ana');
    const room = await createRoom(server, ana.token, 'stadium');
    const first = 3;
    const last = first + MESSAGES - 1;
    const address = `${server.url.replace('http', 'ws')}/ws/chat/${room.id}?token=${ana.token}`;

    const misses: string[] = [];
    let acked = 0;
    const sockets: WebSocket[] = [];
    onTestFinished(() => sockets.forEach((ws) => ws.terminate()));

    /** Opens a socket. Resolves once it is live; its `done` resolves once it has received the last message. */
    const open = () =>
      new Promise<{ done: Promise<void> }>((live, failed) => {
        const ws = new WebSocket(address, { perMessageDeflate: false, skipUTF8Validation: true });
        sockets.push(ws);
        let next = first;
        let finish: () => void;
        const done = new Promise<void>((resolve) => (finish = resolve));
        ws.on('message', (data: Buffer) => {
          const head = data.toString('latin1', 0, 100);
          const seq = SEQ.exec(head)?.[1];
          if (seq === undefined) {
            if (head.startsWith('{"type":"live"')) live({ done });
            if (head.startsWith('{"type":"ack"')) acked += 1;
            return;
          }
          if (Number(seq) !== next) misses.push(`${seq} instead of ${next}`);
          next = Number(seq) + 1;
          if (next > last) finish();
        });
        ws.on('error', failed);
        ws.on('close', (code) => {
          if (next <= last) misses.push(`closed with ${code} before ${next}`);
          finish();
        });
      });

    const opened: Promise<void>[] = [];
    while (opened.length < SOCKETS) {
      const some = await Promise.all(Array.from({ length: 50 }, open));
      opened.push(...some.map(({ done }) => done));
    }

    let sent = 0;
    const sendMore = () => {
      while (sent < MESSAGES && sent - acked < MAX_PENDING) {
        const text = `message ${sent} of many, as long as people write`;
        sockets[sent % 10]!.send(JSON.stringify({ type: 'send', text, ref: String(sent) }));
        sent += 1;
      }
    };
    for (const ws of sockets.slice(0, 10)) ws.on('message', sendMore);
    sendMore();
    await Promise.all(opened);

    expect(misses).toEqual([]);
  },
);
