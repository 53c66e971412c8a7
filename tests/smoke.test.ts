import { expect, it } from 'vitest';
import { call, generalRoom, openSocket, openStream, signUp } from './support/client.ts';
import { startServer } from './support/server.ts';

it('lets two people chat', async () => {
  const server = await startServer();
  const ana = await signUp(server, 'Ana');
  const bo = await signUp(server, 'Bo');
  const room = await generalRoom(server, ana.token);
  const a = await openSocket(server, ana.token, room.id);
  const b = await openSocket(server, bo.token, room.id);
  const stream = openStream(server, bo.token);
  await stream.next('live');
  await b.next('live');
  const ack = await a.ask({ type: 'send', text: 'hola' });
  expect(ack['type']).toBe('ack');
  expect((await b.next('message.created'))['message'].text).toBe('hola');
  expect((await stream.next('message.created'))['message'].text).toBe('hola');
  const { body } = await call<{ messages: unknown[] }>(
    server,
    'GET',
    `/rooms/${room.id}/messages`,
    {
      token: ana.token,
    },
  );
  expect(body.messages).toHaveLength(1);
});
