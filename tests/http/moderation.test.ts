import { expect, it } from 'vitest';
import type { Room } from '../../src/protocol/resources.ts';
import { call, openLiveSocket, openSocket, postMessage, type Account } from '../support/client.ts';
import { signInCast, writeScenes } from '../support/cast.ts';
import { expectRefusal } from '../support/refusals.ts';
import { startServer, temporaryFolder } from '../support/server.ts';

it('applies slow mode to members over every transport, but not to moderators and repeats', async () => {
  const dataDir = temporaryFolder();
  const { room } = (await writeScenes(dataDir, 1)).take('public');
  const server = await startServer({ DATA_DIR: dataDir });
  const cast = await signInCast(server);
  const path = `/rooms/${room.id}`;
  const send = async (by: Account, text: string, clientMsgId?: string) =>
    postMessage(server, by.token, room.id, { text, clientMsgId });
  const first = await send(cast.member, 'first', 'once');
  const token = cast.moderator.token;
  await call<Room>(server, 'PATCH', path, { token, body: { slowModeSeconds: 100 } });
  const refused = await send(cast.member, 'second');
  expectRefusal(refused, 'rate_limited');
  const wait = Number(refused.headers.get('retry-after'));
  expect(wait).toBeGreaterThan(90);
  expect(wait).toBeLessThanOrEqual(100);
  expect(await send(cast.member, 'first', 'once')).toMatchObject({ status: 200, body: first.body });
  for (const by of [cast.owner, cast.moderator, cast.admin]) {
    for (const text of ['one', 'two']) expect((await send(by, text)).status).toBe(201);
  }
  const socket = await openSocket(server, cast.member.token, room.id);
  expect(await socket.ask({ type: 'send', text: 'third' })).toMatchObject({
    type: 'error',
    code: 'rate_limited',
    retryable: true,
    message: expect.stringMatching(/slow mode.*\d+ s/),
  });
  // Of two sends at once, the server accepts one.
  const both = await openLiveSocket(server, cast.newcomer.token, room.id);
  both.send({ type: 'send', text: 'a', ref: 'a' });
  const last = await both.ask({ type: 'send', text: 'b' });
  const earlier = both.frames.find((frame) => frame['ref'] === 'a')!;
  expect([earlier['type'], last['type']]).toEqual(['ack', 'error']);
  await call<Room>(server, 'PATCH', path, { token, body: { slowModeSeconds: 0 } });
  expect((await send(cast.member, 'fourth')).status).toBe(201);
});

it('logs an audit line for every moderation action, and none for one that is refused or changes nothing', async () => {
  const lines: string[] = [];
  const dataDir = temporaryFolder();
  const { room, seqOf } = (await writeScenes(dataDir, 1)).take('public');
  const env = { DATA_DIR: dataDir, LOG_LEVEL: 'info' };
  const server = await startServer(env, (line) => lines.push(line));
  const cast = await signInCast(server);
  lines.length = 0;
  const by = async (who: Account, method: string, path: string, body?: object) =>
    call(server, method, `/rooms/${room.id}${path}`, { token: who.token, body });
  const { member2, newcomer } = cast;
  const user = `/users/${member2.user.id}`;
  await by(cast.member, 'DELETE', user);
  await by(cast.member2, 'DELETE', `/messages/${seqOf.member2}`);
  await by(cast.moderator, 'PATCH', '', { topic: 'new' });
  await by(cast.moderator, 'PATCH', '', { topic: 'new' });
  await by(cast.moderator, 'DELETE', `/messages/${seqOf.member}`);
  await by(cast.moderator, 'DELETE', `/messages/${seqOf.member}`);
  await by(cast.owner, 'PUT', user, { role: 'moderator' });
  await by(cast.owner, 'PUT', user, { role: 'moderator' });
  await by(cast.owner, 'DELETE', user);
  await by(cast.owner, 'DELETE', `${user}?ban=true`);
  await by(cast.owner, 'DELETE', `/bans/${member2.user.id}`);
  await by(cast.moderator, 'PUT', `/users/${newcomer.user.id}`);
  await by(cast.admin, 'DELETE', '');
  const audits = lines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => line['msg'] === 'moderation');
  const [owner, moderator, admin] = [cast.owner, cast.moderator, cast.admin].map(
    (account) => account.user.id,
  );
  const userId = member2.user.id;
  expect(audits).toMatchObject([
    { audit: 'room updated', actorId: moderator, changes: { topic: 'new' } },
    { audit: 'message deleted', actorId: moderator, seq: seqOf.member },
    { audit: 'role changed', actorId: owner, userId, role: 'moderator' },
    { audit: 'removed', actorId: owner, userId },
    { audit: 'banned', actorId: owner, userId },
    { audit: 'ban lifted', actorId: owner, userId },
    { audit: 'added', actorId: moderator, userId: newcomer.user.id },
    { audit: 'room deleted', actorId: admin },
  ]);
  expect(audits.every((line) => line['roomId'] === room.id)).toBe(true);
});
