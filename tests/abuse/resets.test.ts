import { expect, it } from 'vitest';
import { createRoom, openLiveSocket, signUp } from '../support/client.ts';
import { turns } from '../support/fake-wire.ts';
import { bearerHeader, openRaw, requestText, WEBSOCKET_UPGRADE } from '../support/raw.ts';
import { assemble } from '../faults/support/assembled.ts';
import { PATIENCE, print, scaled, seeded } from '../faults/support/scale.ts';

const RESETS = scaled(300, 10_000);
/** Turns of the event loop between the first byte of a request and the end of its opening. */
const MOST_TURNS = 40;
/** Connections that are opened at the same time. */
const AT_ONCE = 20;

const requests = {
  stream: (token: string) => requestText(`GET /notifications?token=${token} HTTP/1.1`),
  socket: (token: string, roomId: string) =>
    requestText(`GET /ws/chat/${roomId}?token=${token} HTTP/1.1`, WEBSOCKET_UPGRADE),
  upload: (token: string, roomId: string) =>
    requestText(
      `POST /rooms/${roomId}/messages HTTP/1.1`,
      [bearerHeader(token), 'Content-Type: application/json', 'Content-Length: 1000'],
      '{"text":"never complete',
    ),
};

it(
  `cleans up after ${RESETS} streams, sockets and uploads that are reset at any step of their opening`,
  { timeout: PATIENCE },
  async () => {
    const random = seeded();
    const server = await assemble({});
    const { token } = await signUp(server, 'Ana');
    const room = await createRoom(server, token, 'draughty');
    const healthy = await openLiveSocket(server, token, room.id);

    const kinds = Object.keys(requests) as (keyof typeof requests)[];
    let left = RESETS;
    const resetSome = async () => {
      while (left > 0) {
        left -= 1;
        const raw = await openRaw(server);
        raw.on('error', () => {});
        raw.write(requests[kinds[left % kinds.length]!](token, room.id));
        await turns(random.int(0, MOST_TURNS));
        raw.resetAndDestroy();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, resetSome));

    expect((await healthy.ask({ type: 'send', text: 'still here' }))['type']).toBe('ack');
    await expect
      .poll(() => server.manager.counts, { timeout: 10_000 })
      .toMatchObject({ sockets: 1, streams: 0 });
    print(`${RESETS} streams, sockets and uploads reset: none of them is kept`);
  },
);
