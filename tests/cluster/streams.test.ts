import { expect, it } from 'vitest';
import { call, createRoom, postMessage, signUp, type Frame } from '../support/client.ts';
import { shareNodes } from './support/nodes.ts';

const nodes = shareNodes(2);

it('wakes a poll on another node, and ends it with its session', async () => {
  const [one, two] = [nodes.at(0), nodes.at(1)];
  const ada = await signUp(one, 'Ada');
  const { id } = await createRoom(one, ada.token, 'Kitchen');
  const poll = () =>
    call<Frame[]>(two, 'GET', `/streams/rooms/${id}?offset=now&live=long-poll`, ada);
  const first = poll();
  const end = async () => (await call(two, 'HEAD', `/streams/rooms/${id}`, ada)).status;
  // By the time of these responses, the poll waits.
  expect([await end(), await end(), await end()]).toEqual([200, 200, 200]);
  await postMessage(one, ada.token, id, 'hello');
  expect((await first).body).toMatchObject([{ type: 'message.created', seq: 3 }]);
  const second = poll();
  await end();
  await call(one, 'POST', '/auth/logout', ada);
  expect((await second).body).toMatchObject({ code: 'session_revoked' });
});
