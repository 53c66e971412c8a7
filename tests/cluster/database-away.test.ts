import { expect, it, onTestFinished, vi } from 'vitest';
import type { Room } from '../../src/protocol/resources.ts';
import {
  call,
  createRoom,
  openLiveSocket,
  openSocket,
  signUp,
  type At,
} from '../support/client.ts';
import { PostgresServer } from '../support/postgres/server.ts';
import { startServer } from '../support/server.ts';
import { waitUntilFull } from './support/connections.ts';
import { JWT_SECRET } from './support/nodes.ts';

async function onlineCount(node: At, token: string, roomId: string): Promise<number> {
  return (await call<Room>(node, 'GET', `/rooms/${roomId}`, { token })).body.onlineCount;
}

it('answers 503 without its database, and shares everything again once it is back', async () => {
  const postgres = await PostgresServer.start();
  onTestFinished(() => postgres.remove());
  const env = {
    DATABASE_URL: postgres.url('postgres'),
    JWT_SECRET,
    MAX_CONNECTIONS_PER_USER: '1',
    RATE_LIMIT_REQUESTS: '20',
    RATE_LIMIT_MESSAGES: '10',
  };
  const one = await startServer(env);
  const two = await startServer(env);
  const ada = await signUp(one, 'Ada');
  const bob = await signUp(two, 'Bob');
  const { id } = await createRoom(one, ada.token, 'den');
  const adas = await openLiveSocket(one, ada.token, id);
  const bobs = await openLiveSocket(two, bob.token, id);
  await adas.next('presence.joined');

  // A crash empties what the nodes share there.
  await postgres.stop('immediate');
  const away = await call(one, 'POST', '/auth/ticket', { token: ada.token });
  expect(away.status).toBe(503);
  await expect(openSocket(one, ada.token, id)).rejects.toThrow('503');
  expect((await adas.ask({ type: 'send', text: 'hello' }))['code']).toBe('unavailable');
  adas.send({ type: 'typing' });

  await postgres.start();
  await vi.waitFor(
    async () => {
      expect(await onlineCount(one, ada.token, id)).toBe(2);
      expect(await onlineCount(two, ada.token, id)).toBe(2);
      expect((await bobs.ask({ type: 'send', text: 'hello again' }))['type']).toBe('ack');
    },
    { timeout: 15_000, interval: 250 },
  );
  // Bob's socket is counted again.
  await waitUntilFull(one, bob.token, id);
  await bobs.close();
  await adas.next('presence.left');
  expect(await onlineCount(two, ada.token, id)).toBe(1);
});
