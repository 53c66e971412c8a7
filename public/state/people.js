// @ts-check
/** @import { User } from '../../src/protocol/resources.ts' */
/** @import { Signal } from '@preact/signals-core' */
import { signal } from '@preact/signals-core';
import { onNews } from './events.js';
import { api } from './session.js';

/** The most people that are found at once. */
export const MAX_FOUND = 50;
/** Longer than an answer is under way, in milliseconds. */
const RECENT_MS = 30_000;

/** @type {Signal<ReadonlyMap<string, User>>} people by id */
const known = signal(new Map());
/** Whom the server was asked for since the stream of news was last away. */
const asked = new Set();

/** @type {Map<string, { user: User, at: number }>} who changed lately, the latest last */
const recent = new Map();

onNews((event) => {
  if (event.type !== 'user.updated') return;
  const { user } = event;
  const now = performance.now();
  recent.delete(user.id);
  recent.set(user.id, { user, at: now });
  for (const [id, { at }] of recent) {
    if (now - at < RECENT_MS) break;
    recent.delete(id);
  }
  if (known.peek().has(user.id)) putPerson(user);
});

/**
 * Somebody as the server named them in an answer, which may have left before the news that they have
 * another name, and come after it.
 *
 * @template {{ id: string }} T
 * @param {T} person
 * @returns {T}
 */
export function asNow(person) {
  const change = recent.get(person.id);
  if (!change || performance.now() - change.at > RECENT_MS) return person;
  return withNewLook(person, change.user);
}

/**
 * @template {object} T
 * @param {T} person a user, a member, or the author of something
 * @param {User} user the same one as they are now
 * @returns {T}
 */
export function withNewLook(person, { name, color, isAdmin }) {
  return { ...person, name, color, ...('isAdmin' in person && { isAdmin }) };
}

/**
 * Everybody on the server whose name has this in it.
 *
 * @param {string} query
 * @returns {Promise<User[]>}
 */
export async function findPeople(query) {
  const { users } = await api.listUsers({ query, limit: MAX_FOUND });
  return users.map(asNow);
}

/**
 * Somebody by id; undefined until the server has told who it is.
 *
 * @param {string} userId
 */
export function personById(userId) {
  if (!asked.has(userId)) void load(userId);
  return known.value.get(userId);
}

/** News may have been missed: everybody who is shown is asked for again. */
export function doubtPeople() {
  asked.clear();
  recent.clear();
  known.value = new Map(known.peek());
}

/**
 * Asks who somebody is.
 *
 * @param {string} userId
 * @returns {Promise<User>}
 */
export async function fetchPerson(userId) {
  return asNow(await api.getUser(userId));
}

/** @param {string} userId */
async function load(userId) {
  asked.add(userId);
  try {
    putPerson(await fetchPerson(userId));
  } catch {
    // Whoever cannot be named now is asked for again when the stream has been away, or with the next page.
  }
}

/** @param {User} user */
function putPerson(user) {
  known.value = new Map(known.peek()).set(user.id, user);
}
