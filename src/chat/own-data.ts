import type { Readable } from 'node:stream';
import type { OpenFile } from '../files/storage.ts';
import { nameInZip, zipOf, type ZipEntry } from '../files/zip.ts';
import { ChatError } from '../protocol/errors.ts';
import type { Me } from '../protocol/resources.ts';
import { listOwnFiles, type FileRecord } from '../store/queries/files.ts';
import { roomIdsOf } from '../store/queries/members.ts';
import * as ownData from '../store/queries/own-data.ts';
import { findRoomsForUser } from '../store/queries/rooms-for-user.ts';
import { getMe } from './accounts.ts';
import { toRoom } from './rooms.ts';
import type { Services } from './services.ts';
import { requireSignIn, type Viewer } from './viewer.ts';

/*
 * What a user has on this server, as an archive that is made while they take it. Nothing of it waits in memory: the next
 * page, and the next part of a file, are read when the last ones are on their way.
 */

/** Rows that are read at once. */
const PAGE = 100;
/** Bytes of a file that are read at once. */
const CHUNK_BYTES = 64 * 1024;

/** Refuses an API token: one that leaked must not be worth all that its owner ever wrote. */
export async function exportMe(services: Services, viewer: Viewer): Promise<Readable> {
  requireSignIn(viewer);
  return zipOf(entriesOf(services, viewer, await getMe(services, viewer)));
}

async function* entriesOf(services: Services, viewer: Viewer, me: Me): AsyncIterable<ZipEntry> {
  const changedAt = new Date();
  const text = (path: string, content: AsyncIterable<string>): ZipEntry => ({
    path,
    content: whileSignedIn(services, viewer, content),
    isText: true,
    changedAt,
  });
  yield text('profile.json', profileOf(me));
  yield text('rooms.json', roomsOf(services, me.id));
  yield text('messages.jsonl', messagesOf(services, me.id));
  for await (const file of filesOf(services, me.id)) {
    const opened = await services.storage.open(file.id, 'content');
    // Its message was deleted a moment ago.
    if (!opened) continue;
    try {
      yield {
        path: `files/${nameInZip(file.id, file.name)}`,
        content: whileSignedIn(services, viewer, bytesOf(opened)),
        isText: false,
        changedAt: new Date(file.createdAt),
      };
    } finally {
      opened.close();
    }
  }
}

/** Ends with the session, as its sockets and streams do. */
async function* whileSignedIn<T>(
  { manager }: Services,
  { sessionId }: Viewer,
  content: AsyncIterable<T>,
): AsyncIterable<T> {
  for await (const part of content) {
    if (manager.hasEnded(sessionId)) throw new ChatError('session_revoked');
    yield part;
  }
}

const toText = (value: object) => `${JSON.stringify(value, null, 2)}\n`;

async function* profileOf(me: Me): AsyncIterable<string> {
  yield toText(me);
}

/** The rooms that a user belongs to, as the API shows them. */
async function* roomsOf(services: Services, userId: string): AsyncIterable<string> {
  const { pagesDb } = services.store;
  const ids = await roomIdsOf(pagesDb, userId);
  let separator = '[\n';
  for (let i = 0; i < ids.length; i += PAGE) {
    for (const room of await findRoomsForUser(pagesDb, ids.slice(i, i + PAGE), userId)) {
      yield separator + JSON.stringify(toRoom(services, room));
      separator = ',\n';
    }
  }
  yield separator === '[\n' ? '[]\n' : '\n]\n';
}

/** One message a line, by room. */
async function* messagesOf({ store }: Services, userId: string): AsyncIterable<string> {
  for await (const roomId of roomsWrittenIn(store, userId)) {
    let after = 0;
    for (;;) {
      const at = { roomId, userId };
      const messages = await ownData.listOwnMessages(store.pagesDb, at, after, PAGE);
      const last = messages.at(-1);
      if (!last) break;
      yield messages.map((message) => `${JSON.stringify(message)}\n`).join('');
      after = last.seq;
    }
  }
}

async function* roomsWrittenIn({ pagesDb }: Services['store'], userId: string) {
  let after = '';
  for (;;) {
    const rooms = await ownData.roomsWrittenIn(pagesDb, userId, after, PAGE);
    for (const { id, isWrittenIn } of rooms) if (isWrittenIn) yield id;
    const last = rooms.at(-1);
    if (!last) return;
    after = last.id;
  }
}

async function* filesOf({ store }: Services, userId: string): AsyncIterable<FileRecord> {
  let last: FileRecord | undefined;
  for (;;) {
    const files = await listOwnFiles(store.pagesDb, userId, last, PAGE);
    yield* files;
    last = files.at(-1);
    if (!last) return;
  }
}

async function* bytesOf(opened: OpenFile): AsyncIterable<Uint8Array> {
  for (let at = 0; at < opened.size;) {
    const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, opened.size - at));
    const read = await opened.read(buffer, at);
    if (read === 0) throw new Error('The file is shorter than it was');
    yield buffer.subarray(0, read);
    at += read;
  }
}
