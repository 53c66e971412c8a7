import { beforeAll, describe, expect, it } from 'vitest';
import type {
  AdminUser,
  Me,
  Message,
  Room,
  Session,
  Ticket,
} from '../../src/protocol/resources.ts';
import {
  call,
  generalRoom,
  openSocket,
  signIn,
  signUp,
  signUpAdmin,
  type Account,
} from '../support/client.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer, startServer } from '../support/server.ts';

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

const login = ({ email }: Account, password: string) =>
  call<Session>(server, 'POST', '/auth/login', { body: { email, password } });

describe('a disabled account', () => {
  it('is out at once: tokens, tickets, refresh, sockets, streams, login', async () => {
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
    expect(body).toEqual({ ...ana.user, isDisabled: true });
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
    // Whoever knows the password is told why, and nobody else is.
    const { message } = expectRefusal(await login(ana, ana.password), 'forbidden');
    expect(message).toMatch(/disabled/);
    const wrong = await login(ana, 'not the password');
    expectRefusal(wrong, 'invalid_credentials');
    const body2 = { email: 'nobody@example.org', password: 'not the password' };
    const unknown = await call(server, 'POST', '/auth/login', { body: body2 });
    expect(wrong.body).toEqual(unknown.body);
  });

  it('leaves what it wrote, and its direct rooms to the other, and comes back when enabled', async () => {
    const [bo, cy] = [await signUp(server, 'Bo'), await signUp(server, 'Cy')];
    const direct = { token: cy.token, body: { userId: bo.user.id } };
    const { body: room } = await call<Room>(server, 'POST', '/direct', direct);
    const path = `/rooms/${room.id}/messages`;
    await call(server, 'POST', path, { token: bo.token, body: { text: 'before' } });
    await patch(admin, bo, { isDisabled: true });
    const { body: history } = await call<{ messages: Message[] }>(server, 'GET', path, cy);
    expect(history.messages.map(({ text }) => text)).toEqual(['before']);

    expect((await patch(admin, bo, { isDisabled: false })).body.isDisabled).toBe(false);
    // The ended sessions stay ended.
    expectRefusal(await call(server, 'GET', '/users/me', bo), 'session_revoked');
    const back = await signIn(server, 'Bo');
    const me = await call<Me>(server, 'GET', '/users/me', back);
    expect([me.status, me.body]).toEqual([200, bo.user]);
  });

  it('gets no session by a login that is under way while it is disabled', async () => {
    const dee = await signUp(server, 'Dee');
    const logins = Array.from({ length: 12 }, () => login(dee, dee.password));
    await Promise.race(logins);
    await patch(admin, dee, { isDisabled: true });
    for (const { status, body } of await Promise.all(logins)) {
      if (status !== 200) continue;
      expectRefusal(await call(server, 'GET', '/users/me', body), 'session_revoked');
    }
    expectRefusal(await login(dee, dee.password), 'forbidden');
  });
});

describe('an admin', () => {
  it('is made and unmade by another, and loses the rights of one at once, on open sockets too', async () => {
    const [eva, gil] = [await signUp(server, 'Eva'), await signUp(server, 'Gil')];
    const room = await generalRoom(server, eva.token);
    const socket = await openSocket(server, eva.token, room.id);
    await socket.next('live');
    const say = async () => {
      const body = { text: 'a word' };
      const path = `/rooms/${room.id}/messages`;
      return (await call<Message>(server, 'POST', path, { token: gil.token, body })).body.seq;
    };
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

  it('is the only one who may: others are refused, and change nothing', async () => {
    const [ida, kim] = [await signUp(server, 'Ida'), await signUp(server, 'Kim')];
    for (const body of [{ isAdmin: true }, { isDisabled: true }, {}]) {
      expectRefusal(await patch(ida, kim, body), 'forbidden');
      expectRefusal(await patch(ida, ida, body), 'forbidden');
      // Not even whether somebody is there is told.
      expectRefusal(await patch(ida, { user: { ...kim.user, id: 'nobody' } }, body), 'forbidden');
    }
    expectRefusal(await patch({ token: '' }, kim, { isAdmin: true }), 'token_missing');
    const { body } = await patch(admin, kim, {});
    expect(body).toEqual({ ...kim.user, isDisabled: false });
  });

  it('is told what does not fit, and whom there is not', async () => {
    const nobody = { user: { ...admin.user, id: 'nobody' } };
    expectRefusal(await patch(admin, nobody, { isDisabled: true }), 'user_not_found');
    expectRefusal(await patch(admin, admin, { isOwner: true }), 'validation_failed', ['/isOwner']);
    expectRefusal(await patch(admin, admin, { isAdmin: 'no' }), 'validation_failed', ['/isAdmin']);
  });

  it('stays one where there is no other who can sign in', async () => {
    const own = await startServer();
    const [first, second] = [await signUpAdmin(own, 'First'), await signUp(own, 'Second')];
    const ask = (by: Account, on: Account, body: object) => patch(by, on, body, own);
    const refuse = async (by: Account, on: Account, body: object) =>
      expectRefusal(await ask(by, on, body), 'forbidden');
    await refuse(first, first, { isAdmin: false });
    await refuse(first, first, { isDisabled: true });
    expect((await ask(first, second, { isAdmin: true })).status).toBe(200);
    // Nobody locks themselves out by mistake, also where there is another.
    await refuse(first, first, { isDisabled: true });
    expect((await ask(first, second, { isDisabled: true })).status).toBe(200);
    // A disabled admin is no other one.
    await refuse(first, first, { isAdmin: false });
    expect((await ask(first, second, { isDisabled: false })).body.isAdmin).toBe(true);
    const back = await signIn(own, 'Second');
    // Of two who take it from each other at once, one stays.
    const answers = await Promise.all([
      ask(first, second, { isAdmin: false }),
      ask(back, first, { isAdmin: false }),
    ]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 403]);
  });

  it('leaves an audit line for every change, and none for what changes nothing', async () => {
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

it('tells of somebody as an admin from then on, also by sockets that were open before', async () => {
  const mia = await signUp(server, 'Mia');
  const room = await generalRoom(server, mia.token);
  const [hers, other] = [
    await openSocket(server, mia.token, room.id),
    await openSocket(server, admin.token, room.id),
  ];
  expect((await hers.next('welcome'))['me'].isAdmin).toBe(false);
  await other.next('live');
  await patch(admin, mia, { isAdmin: true });
  hers.send({ type: 'typing' });
  expect((await other.next('typing'))['user']).toMatchObject({ id: mia.user.id, isAdmin: true });
});
