import { beforeAll, describe, expect, it } from 'vitest';
import type { AdminUser } from '../../src/protocol/administration.ts';
import type { Me, Message, Ticket } from '../../src/protocol/resources.ts';
import {
  asAdminsSee,
  call,
  generalRoom,
  login,
  openDirect,
  openLiveSocket,
  openSocket,
  postMessage,
  signIn,
  signUp,
  signUpAdmin,
  type Account,
} from '../support/client.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer, startServer } from '../support/server.ts';
import { sortedStatuses } from '../support/times.ts';

const lines: string[] = [];
const server = shareServer({ LOG_LEVEL: 'info' }, undefined, (line) => lines.push(line));
let admin: Account;
beforeAll(async () => {
  admin = await signUpAdmin(server, 'Admin');
});

const patch = (
  by: Pick<Account, 'token'>,
  { user }: Pick<Account, 'user'>,
  body: object,
  at: { url: string } = server,
) => call<AdminUser>(at, 'PATCH', `/admin/users/${user.id}`, { token: by.token, body });

const loginAs = ({ email }: Account, password: string) => login(server, { email, password });

describe('a disabled account', () => {
  it('loses its tokens, tickets, sockets, streams and login at once', async () => {
    const ana = await signUp(server, 'Ana');
    const second = await signIn(server, 'Ana');
    const room = await generalRoom(server, ana.token);
    const sockets = [
      await openSocket(server, ana.token, room.id),
      await openSocket(server, second.token, room.id),
    ];
    const stream = await fetch(`${server.url}/notifications?token=${ana.token}`);
    const ticket = await call<Ticket>(server, 'POST', '/auth/ticket', ana);

    const { status, body } = await patch(admin, ana, { isDisabled: true });
    expect(status).toBe(200);
    expect(body).toEqual({ ...asAdminsSee(ana), isDisabled: true });
    for (const socket of sockets) {
      expect(await socket.closed).toEqual({ code: 4002, reason: 'session_revoked' });
    }
    await stream.text(); // resolves at the end of the stream
    for (const token of [ana.token, second.token]) {
      expectRefusal(await call(server, 'GET', '/users/me', { token }), 'session_revoked');
      expectRefusal(await call(server, 'POST', '/auth/refresh', { token }), 'session_revoked');
    }
    for (const token of [ana.token, ticket.body.ticket]) {
      const opened = openSocket(server, token, room.id);
      await expect(opened).rejects.toMatchObject({ body: { code: 'session_revoked' } });
    }
    // Only the right password reveals that the account is disabled.
    const { message } = expectRefusal(await loginAs(ana, ana.password), 'forbidden');
    expect(message).toMatch(/disabled/);
    const wrong = await loginAs(ana, 'not the password');
    expectRefusal(wrong, 'invalid_credentials');
    const unknown = await login(server, {
      email: 'nobody@example.org',
      password: 'not the password',
    });
    expect(wrong.body).toEqual(unknown.body);
  });

  it('keeps its messages and direct rooms, and signs in again once it is enabled', async () => {
    const [bo, cy] = [await signUp(server, 'Bo'), await signUp(server, 'Cy')];
    const { body: room } = await openDirect(server, cy.token, bo.user.id);
    const path = `/rooms/${room.id}/messages`;
    await postMessage(server, bo.token, room.id, 'before');
    await patch(admin, bo, { isDisabled: true });
    const { body: history } = await call<{ messages: Message[] }>(server, 'GET', path, cy);
    expect(history.messages.map(({ text }) => text)).toEqual(['before']);

    expect((await patch(admin, bo, { isDisabled: false })).body.isDisabled).toBe(false);
    // Its ended sessions stay ended.
    expectRefusal(await call(server, 'GET', '/users/me', bo), 'session_revoked');
    const back = await signIn(server, 'Bo');
    const me = await call<Me>(server, 'GET', '/users/me', back);
    expect([me.status, me.body]).toEqual([200, bo.user]);
  });

  it('gets no session from a login that is under way', async () => {
    const dee = await signUp(server, 'Dee');
    const logins = Array.from({ length: 12 }, () => loginAs(dee, dee.password));
    await Promise.race(logins);
    await patch(admin, dee, { isDisabled: true });
    for (const { status, body } of await Promise.all(logins)) {
      if (status !== 200) continue;
      expectRefusal(await call(server, 'GET', '/users/me', body), 'session_revoked');
    }
    expectRefusal(await loginAs(dee, dee.password), 'forbidden');
  });
});

describe('an admin', () => {
  it('gains and loses the rights at once, also on open sockets', async () => {
    const [eva, gil] = [await signUp(server, 'Eva'), await signUp(server, 'Gil')];
    const room = await generalRoom(server, eva.token);
    const socket = await openLiveSocket(server, eva.token, room.id);
    const say = async () => (await postMessage(server, gil.token, room.id, 'a word')).body.seq;
    const [one, other] = [await say(), await say()];
    expect(await socket.ask({ type: 'delete', seq: one })).toMatchObject({ code: 'forbidden' });

    expect((await patch(admin, eva, { isAdmin: true })).body.isAdmin).toBe(true);
    expect(await socket.ask({ type: 'delete', seq: one })).toMatchObject({ type: 'ack' });
    expect((await patch(eva, gil, {})).status).toBe(200);

    expect((await patch(admin, eva, { isAdmin: false })).body.isAdmin).toBe(false);
    expect(await socket.ask({ type: 'delete', seq: other })).toMatchObject({ code: 'forbidden' });
    expectRefusal(await patch(eva, gil, { isDisabled: true }), 'forbidden');
    expect((await call<Me>(server, 'GET', '/users/me', eva)).body.isAdmin).toBe(false);
  });

  it('is required to change an account: requests of others are refused and change nothing', async () => {
    const [ida, kim] = [await signUp(server, 'Ida'), await signUp(server, 'Kim')];
    for (const body of [{ isAdmin: true }, { isDisabled: true }, {}]) {
      expectRefusal(await patch(ida, kim, body), 'forbidden');
      expectRefusal(await patch(ida, ida, body), 'forbidden');
      // The refusal does not reveal whether an account exists.
      expectRefusal(await patch(ida, { user: { ...kim.user, id: 'nobody' } }, body), 'forbidden');
    }
    expectRefusal(await patch({ token: '' }, kim, { isAdmin: true }), 'token_missing');
    const { body } = await patch(admin, kim, {});
    expect(body).toEqual({ ...asAdminsSee(kim), isDisabled: false });
  });

  it('is refused unknown users and invalid fields', async () => {
    const nobody = { user: { ...admin.user, id: 'nobody' } };
    expectRefusal(await patch(admin, nobody, { isDisabled: true }), 'user_not_found');
    expectRefusal(await patch(admin, admin, { isOwner: true }), 'validation_failed', ['/isOwner']);
    expectRefusal(await patch(admin, admin, { isAdmin: 'no' }), 'validation_failed', ['/isAdmin']);
  });

  it('stays an admin if no other admin can sign in', async () => {
    const own = await startServer();
    const [first, second] = [await signUpAdmin(own, 'First'), await signUp(own, 'Second')];
    const ask = (by: Account, on: Account, body: object) => patch(by, on, body, own);
    const refuse = async (by: Account, on: Account, body: object) =>
      expectRefusal(await ask(by, on, body), 'forbidden');
    await refuse(first, first, { isAdmin: false });
    await refuse(first, first, { isDisabled: true });
    expect((await ask(first, second, { isAdmin: true })).status).toBe(200);
    // Admins cannot disable themselves by mistake, even if there is another.
    await refuse(first, first, { isDisabled: true });
    expect((await ask(first, second, { isDisabled: true })).status).toBe(200);
    // A disabled admin cannot sign in, and so does not count.
    await refuse(first, first, { isAdmin: false });
    expect((await ask(first, second, { isDisabled: false })).body.isAdmin).toBe(true);
    const back = await signIn(own, 'Second');
    // If two demote each other at once, one stays an admin.
    const answers = await Promise.all([
      ask(first, second, { isAdmin: false }),
      ask(back, first, { isAdmin: false }),
    ]);
    expect(sortedStatuses(answers)).toEqual([200, 403]);
  });

  it('leaves an audit line for every change, and none if nothing changes', async () => {
    const lou = await signUp(server, 'Lou');
    lines.length = 0;
    await patch(admin, lou, { isAdmin: false, isDisabled: false });
    await patch(admin, lou, { isAdmin: true, isDisabled: true });
    await patch(admin, lou, { isAdmin: true });
    await patch(admin, lou, { isAdmin: false, isDisabled: false });
    await patch(lou, admin, { isAdmin: false });
    const entries = lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ msg }) => msg === 'moderation');
    const by = { actorId: admin.user.id, userId: lou.user.id };
    expect(entries).toMatchObject([
      { audit: 'made admin', ...by },
      { audit: 'account disabled', ...by },
      { audit: 'admin no more', ...by },
      { audit: 'account enabled', ...by },
    ]);
  });
});

it('shows a new admin as an admin in events of sockets that were open before', async () => {
  const mia = await signUp(server, 'Mia');
  const room = await generalRoom(server, mia.token);
  const [miaSocket, other] = [
    await openSocket(server, mia.token, room.id),
    await openSocket(server, admin.token, room.id),
  ];
  expect((await miaSocket.next('welcome'))['me'].isAdmin).toBe(false);
  await other.next('live');
  await patch(admin, mia, { isAdmin: true });
  miaSocket.send({ type: 'typing' });
  expect((await other.next('typing'))['user']).toMatchObject({ id: mia.user.id, isAdmin: true });
});
