import { expect, it } from 'vitest';
import type { Invite } from '../../src/protocol/invites.ts';
import type { Room, Session } from '../../src/protocol/resources.ts';
import { accountJob } from '../support/accounts.ts';
import { call, createRoom, emailOf, signIn } from '../support/client.ts';
import { openFilling } from '../support/filling.ts';
import { shareServer } from '../support/server.ts';
import { times } from '../support/times.ts';

const names = Array.from({ length: 20 }, (_, i) => `Person ${i}`);
const server = shareServer({}, async (dataDir) => {
  const filling = await openFilling(dataDir);
  await filling.perform(['Ana', ...names].map((name) => accountJob(name, name)));
  await filling.close();
});

/** Makes a private room of Ana's, and an invite into it. */
async function prepare(maxUses: number) {
  const { token } = await signIn(server, 'Ana');
  const room = await createRoom(server, token, `Room for ${maxUses}`, 'private');
  const path = `/rooms/${room.id}`;
  const { body } = await call<Invite>(server, 'POST', `${path}/invites`, {
    token,
    body: { maxUses },
  });
  /** How many members and uses there are. */
  const counts = async () => {
    const { body: after } = await call<Room>(server, 'GET', path, { token });
    const list = await call<{ invites: Invite[] }>(server, 'GET', `${path}/invites`, { token });
    return { members: after.memberCount, uses: list.body.invites[0]!.uses };
  };
  return { code: body.code, counts };
}

const statusesOf = (answers: readonly { status: number }[], status: number) =>
  answers.filter((answer) => answer.status === status).length;

it('lets in exactly as many as it may, even if twenty people accept it at once', async () => {
  const { code, counts } = await prepare(7);
  const people = await Promise.all(names.map((name) => signIn(server, name)));
  const answers = await Promise.all(
    people.map(({ token }) => call(server, 'POST', `/invites/${code}/accept`, { token })),
  );
  expect([statusesOf(answers, 200), statusesOf(answers, 404)]).toEqual([7, 13]);
  expect(await counts()).toEqual({ members: 8, uses: 7 });
});

it('counts one use of somebody who accepts it many times at once', async () => {
  const { code, counts } = await prepare(2);
  const { token } = await signIn(server, names[0]!);
  const answers = await times(10, () => call(server, 'POST', `/invites/${code}/accept`, { token }));
  expect(statusesOf(answers, 200)).toBe(10);
  expect(await counts()).toEqual({ members: 2, uses: 1 });
});

it('registers exactly as many as it lets in, and nobody else', async () => {
  const { code, counts } = await prepare(5);
  const newNames = Array.from({ length: 20 }, (_, i) => `Newcomer ${i}`);
  const answers = await Promise.all(
    newNames.map((name) => {
      const body = { name, email: emailOf(name), password: 'correct horse', invite: code };
      return call<Session>(server, 'POST', '/auth/register', { body });
    }),
  );
  expect([statusesOf(answers, 201), statusesOf(answers, 404)]).toEqual([5, 15]);
  expect(await counts()).toEqual({ members: 6, uses: 5 });
  const { token } = await signIn(server, 'Ana');
  const { body } = await call<{ users: unknown[] }>(server, 'GET', '/users?query=Newcomer', {
    token,
  });
  expect(body.users).toHaveLength(5);
});
