import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { expect, it, onTestFinished, vi } from 'vitest';
import { call, createRoom, openLiveSocket, signIn, signUp } from '../support/client.ts';
import { startServer } from '../support/server.ts';
import { until } from '../support/until.ts';
import { shareNodes } from './support/nodes.ts';

const nodes = shareNodes(1);

/** A link to the database whose connections go silent on `freeze`, without breaking; new ones work. */
async function openLink(url: string): Promise<{ url: string; freeze: () => void }> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
    }
    near.pipe(far);
    far.pipe(near);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const link = new URL(url);
  link.port = String((server.address() as AddressInfo).port);
  const freeze = () => {
    for (const socket of sockets) {
      socket.unpipe();
      socket.pause();
    }
  };
  return { url: link.href, freeze };
}

it('finds within 10 s that its connections have gone silent, and then what it has missed', async () => {
  const link = await openLink(nodes.env.DATABASE_URL!);
  const one = nodes.at(0);
  const two = await startServer({ ...nodes.env, DATABASE_URL: link.url });
  const ada = await signUp(one, 'Ada');
  const bob = await signUp(one, 'Bob');
  const cat = await signUp(one, 'Cat');
  const { id } = await createRoom(one, ada.token, 'den');
  const adas = await openLiveSocket(one, ada.token, id);
  const bobs = await openLiveSocket(two, bob.token, id);
  const cats = await openLiveSocket(two, cat.token, id);
  await openLiveSocket(one, (await signIn(one, 'Ada')).token, id);

  link.freeze();
  const start = performance.now();
  await adas.ask({ type: 'send', text: 'missed' });
  const change = { token: ada.token, body: { name: 'Ada the New' } };
  expect((await call(one, 'PATCH', '/users/me', change)).status).toBe(200);
  expect((await call(one, 'POST', '/auth/logout', { token: cat.token })).status).toBe(204);
  // In whichever order: they are read at the same time.
  const has = (type: string) => bobs.frames.some((frame) => frame['type'] === type);
  await until(bobs, () => has('message.created'));
  expect(performance.now() - start).toBeLessThan(10_000);
  await until(bobs, () => has('user.updated'));
  expect(bobs.frames.find(({ type }) => type === 'user.updated')).toMatchObject({
    user: { id: ada.user.id, name: 'Ada the New' },
  });
  expect((await cats.closed).code).toBe(4002);
  expect(performance.now() - start).toBeLessThan(20_000);
  // The nodes share everything again.
  await vi.waitFor(
    async () => {
      const room = await call<{ onlineCount: number }>(two, 'GET', `/rooms/${id}`, {
        token: bob.token,
      });
      expect(room.body.onlineCount).toBe(2);
    },
    { timeout: 10_000, interval: 200 },
  );
});
