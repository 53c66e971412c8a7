import { expect, it } from 'vitest';
import { call, createRoom, postMessage, signUp, type Frame } from '../support/client.ts';
import { shareNodes } from './support/nodes.ts';

const nodes = shareNodes(2);

it('wakes a poll on another node, and ends it with its session', async () => {
  const [one, two] = [nodes.at(0), nodes.at(1)];
  const ada = await signUp(one, 'Ada');
  const { id } = await createRoom(one, ada.token, 'Kitchen');
  const path = `/streams/rooms/${id}`;
  const end = async () => (await call(two, 'HEAD', path, ada)).headers.get('stream-next-offset')!;
  const poll = async (offset: string) =>
    call<Frame[]>(two, 'GET', `${path}?live=long-poll&offset=${offset}`, ada);
  const first = poll(await end());
  // By the time of this response, the poll waits.
  await end();
  await postMessage(one, ada.token, id, 'hello');
  expect((await first).body).toMatchObject([{ type: 'message.created', seq: 3 }]);
  const second = poll('now');
  await end();
  await call(one, 'POST', '/auth/logout', ada);
  expect((await second).body).toMatchObject({ code: 'session_revoked' });
});
