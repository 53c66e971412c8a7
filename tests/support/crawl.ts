import { call, type At } from './client.ts';

/** All that a server says to a user who reads: the answer to each path, by its path. */
export type Crawled = Readonly<Record<string, { status: number; body: unknown }>>;

interface Page {
  readonly nextCursor?: string | null;
  readonly messages?: readonly { readonly seq: number }[];
  readonly hasMore?: boolean;
  readonly events?: readonly { readonly seq: number }[];
  readonly head?: number;
}

/** Pages of a search that are read. */
const SEARCH_PAGES = 3;

/** Reading is a use of a session, and some uses are recorded; the address of a server is in its links. */
function forgetReading(item: unknown): void {
  if (typeof item !== 'object' || item === null) return;
  for (const name of ['lastUsedAt', 'lastSeenAt', 'url']) Reflect.deleteProperty(item, name);
}

/** Reads every GET of the contract as a user, with these rooms, users, files (of JSON) and searches. */
export async function crawl(
  server: At,
  token: string,
  {
    roomIds,
    userIds,
    fileIds,
    inviteCodes,
    words,
    maxPages,
  }: {
    roomIds: string[];
    userIds: string[];
    fileIds: string[];
    inviteCodes: string[];
    words: string[];
    maxPages: number;
  },
): Promise<Crawled> {
  const crawled: Record<string, { status: number; body: unknown }> = {};
  const read = async (path: string): Promise<Page> => {
    const { status, body } = await call<Page>(server, 'GET', path, { token });
    for (const list of Object.values(body)) if (Array.isArray(list)) list.forEach(forgetReading);
    crawled[path] = { status, body };
    return body;
  };
  /** Reads a list page by page; `next` returns the parameter of the page after this one. */
  const readAll = async (path: string, next: (page: Page) => string | null, max = maxPages) => {
    let more: string | null = '';
    for (let i = 0; i < max && more !== null; i += 1) more = next(await read(path + more));
  };
  const byCursor = ({ nextCursor }: Page) =>
    nextCursor ? `&cursor=${encodeURIComponent(nextCursor)}` : null;
  const before = ({ hasMore, messages }: Page) => (hasMore ? `&before=${messages![0]!.seq}` : null);
  const after = ({ events, head }: Page) => {
    const last = events?.at(-1)?.seq ?? head;
    return last === head ? null : `&after=${last}`;
  };

  for (const path of [
    '/users/me',
    '/auth/sessions',
    '/users/me/blocks',
    '/users?limit=100',
    '/users/me/tokens',
    '/push/key',
    '/auth/methods',
    '/invites',
    '/admin/rooms?limit=100',
  ]) {
    await read(path);
  }
  for (const id of userIds) {
    await read(`/users/${id}`);
    await read(`/admin/users/${id}/sessions`);
  }
  for (const code of inviteCodes) await read(`/invites/${code}`);
  for (const id of fileIds) {
    await read(`/files/${id}`);
    await read(`/files/${id}/thumbnail`);
  }
  for (const word of words) {
    await read(`/users?query=${encodeURIComponent(word)}`);
    await readAll(`/rooms?limit=2&query=${encodeURIComponent(word)}`, byCursor);
    await readAll(`/search?limit=50&q=${encodeURIComponent(word)}`, byCursor, SEARCH_PAGES);
  }
  await readAll('/rooms?limit=3', byCursor);
  await readAll('/rooms?limit=3&scope=mine', byCursor);
  for (const path of ['/bots', '/admin/users', '/admin/audit', '/admin/hooks', '/admin/invites']) {
    await readAll(`${path}?limit=3`, byCursor);
  }
  for (const id of roomIds) {
    await read(`/rooms/${id}`);
    for (const of of ['bans', 'invites', 'hooks']) await read(`/rooms/${id}/${of}`);
    await read(`/search?q=${encodeURIComponent(words[0]!)}&roomId=${id}`);
    await readAll(`/rooms/${id}/users?limit=3`, byCursor);
    await readAll(`/rooms/${id}/messages?limit=200`, before);
    await readAll(`/rooms/${id}/events?limit=500`, after);
    for (let seq = 1; seq <= 12; seq += 1) await read(`/rooms/${id}/messages/${seq}`);
  }
  return crawled;
}
