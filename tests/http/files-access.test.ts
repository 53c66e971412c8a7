import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ErrorCode } from '../../src/protocol/errors.ts';
import { errorKinds } from '../../src/protocol/errors.ts';
import type { FileInfo, Message } from '../../src/protocol/resources.ts';
import {
  signInCast,
  standings,
  writeScenes,
  type Cast,
  type Scenes,
  type Standing,
} from '../support/cast.ts';
import {
  call,
  createRoom,
  joinRoom,
  openDirect,
  postMessage,
  signIn,
  signUp,
  type Account,
} from '../support/client.ts';
import { download, linkTo, sentFile, upload, uploaded } from '../support/files.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer } from '../support/server.ts';

/* Who may do what with a file. A number is the status of what is allowed, a word the code of a refusal. */

type Verdict = number | ErrorCode;

let scenes: Scenes;
const server = shareServer({}, async (dataDir) => {
  scenes = await writeScenes(dataDir, 5);
});
let cast: Cast;
beforeAll(async () => {
  cast = await signInCast(server);
});
afterEach(() => void vi.useRealTimers());

const codeOf = async (answer: { status: number; body: unknown }): Promise<Verdict> => {
  const { status, body } = answer;
  if (status < 400) return status;
  const { code } = (Buffer.isBuffer(body) ? JSON.parse(body.toString()) : body) as {
    code: ErrorCode;
  };
  expect(status).toBe(errorKinds[code].status);
  return code;
};

/** The uploader is a member, `member2`. */
const people = ['uploader', ...standings] as const;
const accountOf = (name: 'uploader' | Standing) => cast[name === 'uploader' ? 'member2' : name];

const states = {
  unsent: async (roomId: string) => uploaded(server, cast.member2.token, roomId),
  sent: async (roomId: string) => (await sentFile(server, cast.member2.token, roomId)).file,
  deleted: async (roomId: string) => {
    const { file, message } = await sentFile(server, cast.member2.token, roomId);
    await call(server, 'DELETE', `/rooms/${roomId}/messages/${message.seq}`, cast.member2);
    return file;
  },
} as const;

const table: Record<
  keyof typeof states,
  Record<'public' | 'private', Record<(typeof people)[number], Verdict>>
> = {
  unsent: {
    public: { ...all('file_not_found'), uploader: 200 },
    private: { ...all('file_not_found'), uploader: 200 },
  },
  sent: {
    public: { ...all(200), banned: 'forbidden' },
    private: {
      ...all(200),
      outsider: 'file_not_found',
      admin: 'file_not_found',
      banned: 'forbidden',
    },
  },
  deleted: { public: all('file_not_found'), private: all('file_not_found') },
};

function all(verdict: Verdict): Record<(typeof people)[number], Verdict> {
  return Object.fromEntries(people.map((name) => [name, verdict])) as never;
}

describe.each(['public', 'private'] as const)('a file of a %s room', (kind) => {
  it.each(['unsent', 'sent', 'deleted'] as const)(
    'that is %s can be downloaded, linked to and deleted by whom the table says',
    async (state) => {
      const { room } = scenes.take(kind);
      const file = await states[state](room.id);
      const wanted = table[state][kind];
      for (const name of people) {
        const { token } = accountOf(name);
        const get = await codeOf(await download(server, `/files/${file.id}`, { token }));
        const head = await download(server, `/files/${file.id}`, { token, method: 'HEAD' });
        const link = await linkTo(server, token, file.id);
        const of = `${state} file, ${name}`;
        expect([of, get, await codeOf(link)]).toEqual([of, wanted[name], wanted[name]]);
        expect([of, head.status]).toEqual([
          of,
          typeof get === 'number' ? get : errorKinds[get].status,
        ]);
        if (get === 200)
          expect([of, (await download(server, link.body.url)).status]).toEqual([of, 200]);
      }
      // Last, since it may succeed: the uploader comes last.
      for (const name of people.toReversed()) {
        const answer = await call(server, 'DELETE', `/files/${file.id}`, accountOf(name));
        const mayRead = wanted[name] === 200;
        const verdict = name === 'uploader' && state === 'unsent' ? 204 : 'forbidden';
        const of = `deletion of the ${state} file, ${name}`;
        expect([of, await codeOf(answer)]).toEqual([of, mayRead ? verdict : wanted[name]]);
      }
    },
  );

  it('is uploaded by those who may write in the room', async () => {
    const { room } = scenes.take(kind);
    const outside: Verdict = kind === 'public' ? 201 : 'room_not_found';
    const wanted = { ...all(201), outsider: outside, admin: outside, banned: 'forbidden' };
    for (const name of people) {
      const answer = await upload(server, accountOf(name).token, room.id);
      expect([name, await codeOf(answer)]).toEqual([name, wanted[name]]);
    }
  });
});

it('is for the two of a direct room alone, and not to be written by the blocked', async () => {
  const [ana, bo] = [await signUp(server, 'Ana'), await signUp(server, 'Bo')];
  const { body: room } = await openDirect(server, ana.token, bo.user.id);
  const { file } = await sentFile(server, ana.token, room.id);
  const verdictFor = async ({ token }: Account) =>
    codeOf(await download(server, `/files/${file.id}`, { token }));
  expect(await verdictFor(bo)).toBe(200);
  expect(await verdictFor(cast.outsider)).toBe('file_not_found');
  expect(await verdictFor(cast.admin)).toBe('file_not_found');
  await call(server, 'PUT', `/users/${ana.user.id}/block`, bo);
  expect(await codeOf(await upload(server, ana.token, room.id))).toBe('forbidden');
});

it('has no route without a token or a link', async () => {
  const { room } = scenes.take('public');
  const { file } = await sentFile(server, cast.member.token, room.id);
  for (const [method, path] of [
    ['GET', ''],
    ['GET', '/thumbnail'],
    ['POST', '/link'],
    ['DELETE', ''],
  ] as const) {
    expectRefusal(await call(server, method, `/files/${file.id}${path}`), 'token_missing');
  }
  expectRefusal(await call(server, 'POST', `/rooms/${room.id}/files`), 'token_missing');
});

describe('a link', () => {
  let owner: Account;
  let roomId: string;
  let file: FileInfo;
  let message: Message;
  beforeAll(async () => {
    owner = await signUp(server, 'Link owner');
    roomId = (await createRoom(server, owner.token, 'Links')).id;
    ({ file, message } = await sentFile(server, owner.token, roomId, 'linked'));
  });
  const linkOf = async ({ token }: Account, fileId = file.id) =>
    (await linkTo(server, token, fileId)).body;
  const statusOf = async (url: string) => (await download(server, url)).status;
  const expectDead = async (url: string, code: ErrorCode) =>
    expectRefusal(await call(server, 'GET', url), code);
  let last = 0;
  /** Somebody who reads the room. */
  const reader = async () => {
    const account = await signUp(server, `Reader ${(last += 1)}`);
    await joinRoom(server, account.token, roomId);
    return account;
  };

  it('replaces the token, for ten minutes', async () => {
    const { url, expiresAt } = await linkOf(owner);
    const left = Date.parse(expiresAt) - Date.now();
    expect(left > 590_000 && left <= 600_000).toBe(true);
    expect((await download(server, url)).body.toString()).toBe('linked');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(expiresAt) - 1000 });
    expect(await statusOf(url)).toBe(200);
    vi.setSystemTime(Date.parse(expiresAt));
    await expectDead(url, 'token_expired');
  });

  it('is good for its file alone, and as it was signed', async () => {
    const other = await sentFile(server, owner.token, roomId);
    const { url } = await linkOf(owner);
    const link = new URL(url, server.url).searchParams.get('link')!;
    await expectDead(`/files/${other.file.id}?link=${link}`, 'token_invalid');
    const [expiry, userId, sessionId, signature] = link.split('.');
    const someone = await reader();
    for (const forged of [
      [(Number.parseInt(expiry!, 36) + 60_000).toString(36), userId, sessionId, signature],
      [expiry, someone.user.id, sessionId, signature],
      [expiry, userId, 'AAAAAAAAAAAAAAAA', signature],
      [expiry, userId, sessionId, 'A'.repeat(43)],
      [expiry, userId, sessionId],
      [expiry, userId, sessionId, ''],
      ['', '', '', signature],
    ]) {
      await expectDead(`/files/${file.id}?link=${forged.join('.')}`, 'token_invalid');
    }
    await expectDead(`/files/${file.id}?link=`, 'token_invalid');
    await expectDead(`/files/${file.id}?link=${owner.token}`, 'token_invalid');
    // A link is no token, and a token no ticket to everything else.
    await expectDead(`/users/me?link=${link}`, 'token_missing');
    expectRefusal(await call(server, 'GET', '/users/me', { token: link }), 'token_invalid');
    expectRefusal(
      await call(server, 'POST', `/files/${file.id}/link?link=${link}`),
      'token_missing',
    );
  });

  it('ends with the session that requested it, and not with another', async () => {
    const account = await reader();
    const again = { ...account, ...(await signIn(server, account.user.name)) };
    const [first, second] = [await linkOf(account), await linkOf(again)];
    await call(server, 'POST', '/auth/logout', account);
    await expectDead(first.url, 'session_revoked');
    expect(await statusOf(second.url)).toBe(200);
  });

  it('ends where its owner may no longer read the room', async () => {
    const secret = await createRoom(server, owner.token, 'Secret', 'private');
    const sent = await sentFile(server, owner.token, secret.id);
    const [leaver, removed, banned] = [await reader(), await reader(), await reader()];
    const member = ({ user }: Account) => `/rooms/${secret.id}/users/${user.id}`;
    const links: string[] = [];
    for (const account of [leaver, removed, banned]) {
      await call(server, 'PUT', member(account), { token: owner.token, body: {} });
      links.push((await linkOf(account, sent.file.id)).url);
    }
    for (const url of links) expect(await statusOf(url)).toBe(200);
    await call(server, 'POST', `/rooms/${secret.id}/leave`, leaver);
    await call(server, 'DELETE', member(removed), owner);
    await call(server, 'DELETE', `${member(banned)}?ban=true`, owner);
    await expectDead(links[0]!, 'file_not_found');
    await expectDead(links[1]!, 'file_not_found');
    await expectDead(links[2]!, 'forbidden');
  });

  it('to an unsent file dies with the file', async () => {
    const unsent = await uploaded(server, owner.token, roomId);
    const { url } = await linkOf(owner, unsent.id);
    expect(await statusOf(url)).toBe(200);
    await call(server, 'DELETE', `/files/${unsent.id}`, owner);
    await expectDead(url, 'file_not_found');
  });

  it('ends with its message, and with its room', async () => {
    const [first, second] = [await sentFile(server, owner.token, roomId), file];
    const urls = [(await linkOf(owner, first.file.id)).url, (await linkOf(owner, second.id)).url];
    await call(server, 'DELETE', `/rooms/${roomId}/messages/${first.message.seq}`, owner);
    await expectDead(urls[0]!, 'file_not_found');
    expect(await statusOf(urls[1]!)).toBe(200);
    await call(server, 'DELETE', `/rooms/${roomId}`, owner);
    await expectDead(urls[1]!, 'file_not_found');
    expect(message.files).toHaveLength(1);
    expectRefusal(
      await postMessage(server, owner.token, roomId, { text: '', fileIds: [second.id] }),
      'room_not_found',
    );
  });
});
