// @ts-check
import { effect } from '@preact/signals-core';
import { onEvent } from './events.js';
import { api } from './client.js';
import { me } from './session.js';

/** A room full of pictures must not delay what its reader does. */
const MOST_AT_ONCE = 4;
/** A link is given out during this part of its life: what it loads may take a while. */
const GOOD_PART = 0.8;
/** How long a link is good, in milliseconds, whatever the clocks of the server and this device say. */
const LIFE_MS = { least: 60_000, most: 600_000 };

/**
 * A file, and the message that carries it.
 *
 * @typedef {{ roomId: string, seq: number, fileId: string }} FilePlace
 *
 * Addresses that need no header, for elements of the page; `thumbnailUrl` is null but for pictures.
 * @typedef {{ url: string, thumbnailUrl: string | null }} FileLink
 *
 * @typedef {{ place: FilePlace, link: FileLink | null, goodUntil: number, asking: Promise<FileLink> | null }} Known
 */

/** @type {Map<string, Known>} by the id of the file */
const known = new Map();
let underWay = 0;
/** @type {(() => void)[]} those who wait for their turn */
const waiting = [];

/**
 * Returns a link to a file, the same for everybody who asks while it is good. Rejects with an `ApiError`.
 *
 * @param {FilePlace} place
 * @param {FileLink | null} [failed] one that does not work, to be replaced
 * @returns {Promise<FileLink>}
 */
export function linkTo(place, failed = null) {
  const before = known.get(place.fileId);
  if (before?.asking) return before.asking;
  if (before?.link && before.link !== failed && Date.now() < before.goodUntil)
    return Promise.resolve(before.link);
  /** @type {Known} */
  const one = { place, link: null, goodUntil: 0, asking: null };
  one.asking = ask(one).finally(() => (one.asking = null));
  known.set(place.fileId, one);
  return one.asking;
}

/** @param {Known} one */
async function ask(one) {
  await turn();
  try {
    const { url, thumbnailUrl, expiresAt } = await api.files.link(one.place.fileId);
    const life = Math.max(LIFE_MS.least, Date.parse(expiresAt) - Date.now());
    one.goodUntil = Date.now() + GOOD_PART * Math.min(life, LIFE_MS.most);
    one.link = { url: absolute(url), thumbnailUrl: thumbnailUrl && absolute(thumbnailUrl) };
    return one.link;
  } catch (error) {
    if (known.get(one.place.fileId) === one) known.delete(one.place.fileId);
    throw error;
  } finally {
    const next = waiting.pop();
    if (next) next();
    else underWay -= 1;
  }
}

/** A server may be one of several under one address. @param {string} path on the server */
const absolute = (path) => new URL(path.replace(/^\//, ''), document.baseURI).href;

/** Resolves when another request may start. Those who came last are first: what they wait for is on the screen. */
async function turn() {
  if (underWay < MOST_AT_ONCE) underWay += 1;
  else await new Promise((resolve) => waiting.push(() => resolve(undefined)));
}

/** @param {(place: FilePlace) => boolean} matches */
function forget(matches) {
  for (const [id, { place }] of known) if (matches(place)) known.delete(id);
}

// The links are dead on the server, too.
onEvent((event) => {
  if (event.type === 'message.deleted') {
    const { roomId, seq } = event.message;
    forget((place) => place.roomId === roomId && place.seq === seq);
  } else if (event.type === 'room.deleted') {
    forget(({ roomId }) => roomId === event.roomId);
  } else if (event.type === 'member.left' && event.user.id === me.peek()?.id) {
    forget(({ roomId }) => roomId === event.roomId);
  }
});

effect(() => {
  if (me.value === null) known.clear();
});
