import { signOf } from '../../public/shared/files.js';
import { clip } from '../../public/shared/graphemes.js';
import type { Message } from '../protocol/resources.ts';
import { readHeadPos } from '../store/queries/log.ts';
import { findRoomsForUser } from '../store/queries/rooms-for-user.ts';
import {
  listMissedMessages,
  listMissedRooms,
  readSummaryState,
  type MissedRoom,
} from '../store/queries/summaries.ts';
import type { Services } from './services.ts';
import type { Mail } from './services/mailer.ts';
import type { SummaryAct, SummaryLinks } from './services/summary-links.ts';
import { askMail, summaryMail, type MissedPart } from './summary-mail.ts';

/** Older messages are no news: after a long pause of the server, or an import. In milliseconds. */
export const MAX_AGE_MS = 7 * 24 * 3_600_000;
/** Rooms in one mail, messages of each, and graphemes of a message. */
const MAX_ROOMS = 10;
const MAX_MESSAGES = 5;
const MAX_GRAPHEMES = 200;

/**
 * A mail that can be sent, and the position of the log up to which it tells what was missed; null where it asks whether
 * summaries are wanted at all.
 */
export interface ComposedSummary {
  readonly mail: Mail;
  readonly pos: number | null;
}

/**
 * Writes the summary of what a user has missed as of now: mentions, and messages in direct rooms, each by their level.
 * Null where they want none or had one lately, or where nothing has waited for `waitMs` milliseconds. The first mail
 * only asks: whoever signed up may not be who has the email.
 */
export async function composeSummary(
  { store, config }: Pick<Services, 'store' | 'config'>,
  links: SummaryLinks,
  userId: string,
  waitMs: number,
): Promise<ComposedSummary | null> {
  const { db } = store;
  const now = Date.now();
  const pos = await readHeadPos(db);
  const reader = await readSummaryState(db, userId);
  if (!reader || reader.dueAt > now) return null;
  const of = { userId, pos: reader.pos, since: now - MAX_AGE_MS };
  const [waiting] = await listMissedRooms(db, { ...of, before: now - waitMs, limit: 1 });
  if (!waiting) return null;
  const urlTo = (act: SummaryAct) => config.publicUrl + links.pathTo(act, userId);
  const { email: to, name, language } = reader;
  const unsubscribeUrl = urlTo('stop');
  if (!reader.isConfirmed) {
    return {
      mail: askMail(language, { to, name, url: urlTo('confirm'), unsubscribeUrl }),
      pos: null,
    };
  }
  // Whatever the clock of the node that a message was sent on.
  const span = { ...of, before: Number.MAX_SAFE_INTEGER };
  const missed = await listMissedRooms(db, { ...span, limit: MAX_ROOMS + 1 });
  const home = `${config.publicUrl}/`;
  const parts = await partsOf(db, missed.slice(0, MAX_ROOMS), { ...span, upTo: pos, home });
  if (parts.length === 0) return null;
  const hasMore = missed.length > MAX_ROOMS;
  const mail = summaryMail(language, { to, name, parts, hasMore, url: home, unsubscribeUrl });
  return { mail, pos };
}

async function partsOf(
  db: Services['store']['db'],
  missed: readonly MissedRoom[],
  of: Omit<Parameters<typeof listMissedMessages>[1], 'roomId' | 'isAll' | 'limit'> & {
    readonly home: string;
  },
): Promise<MissedPart[]> {
  const ids = missed.map(({ roomId }) => roomId);
  const rooms = new Map(
    (await findRoomsForUser(db, ids, of.userId)).map((room) => [room.id, room]),
  );
  const parts: MissedPart[] = [];
  for (const { roomId, isAll } of missed) {
    const room = rooms.get(roomId);
    const messages = await listMissedMessages(db, {
      ...of,
      roomId,
      isAll,
      limit: MAX_MESSAGES + 1,
    });
    // It was deleted, or read, a moment ago.
    if (!room || messages.length === 0) continue;
    const url = `${of.home}#/rooms/${roomId}`;
    parts.push({
      name: room.name,
      isDirect: room.kind === 'direct',
      url,
      excerpts: messages.slice(-MAX_MESSAGES).map((message) => ({
        author: message.author.name,
        text: beginningOf(message),
        at: message.createdAt,
        url: `${url}/at/${message.seq}`,
      })),
      hasMore: messages.length > MAX_MESSAGES,
    });
  }
  return parts;
}

/** The beginning of a message, in one line. */
function beginningOf({ text, files }: Message): string {
  const line = (text || signOf(files)).replaceAll(/\s+/g, ' ').trim();
  const shown = clip(line, MAX_GRAPHEMES);
  return shown === line ? line : `${shown}…`;
}
