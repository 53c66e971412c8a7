// @ts-check
/** @import { Message, User } from '../../src/protocol/resources.ts' */
/** @import { Signal } from '@preact/signals-core' */
import { signal } from '@preact/signals-core';
import { onEvent } from './events.js';
import { api } from './client.js';

/** The most people that one search finds. */
export const MAX_FOUND = 50;
/** Longer than a response is under way, in milliseconds. */
const RECENT_MS = 30_000;

/** @type {Signal<ReadonlyMap<string, User>>} people by id */
const known = signal(new Map());
/** Ids of people who were requested since the notification stream was last away. */
const requested = new Set();

/** @type {Map<string, { user: User, at: number }>} people who changed lately, the latest last */
const recent = new Map();

onEvent((event) => {
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
 * Returns somebody from a response, with the name of the latest event: the response may have left the server
 * before the event and arrive after it.
 *
 * @template {{ id: string }} T
 * @param {T} person
 * @returns {T}
 */
export function withLatestProfile(person) {
  const change = recent.get(person.id);
  if (!change || performance.now() - change.at > RECENT_MS) return person;
  return withProfile(person, change.user);
}

/**
 * @param {Message} message
 * @returns {Message}
 */
export const withLatestAuthor = (message) => ({
  ...message,
  author: withLatestProfile(message.author),
});

/**
 * @template {object} T
 * @param {T} person a user, a member, or the author of something
 * @param {User} user the same one as they are now
 * @returns {T}
 */
export function withProfile(person, { name, color, isAdmin }) {
  return { ...person, name, color, ...('isAdmin' in person && { isAdmin }) };
}

/**
 * Returns people on the server whose names have words that begin like those of the query.
 *
 * @param {string} query
 */
export async function findPeople(query) {
  const { users } = await api.listUsers({ query, limit: MAX_FOUND });
  return users.map(withLatestProfile);
}

/**
 * Returns somebody by id; undefined until they are loaded.
 *
 * @param {string} userId
 */
export function personById(userId) {
  if (!requested.has(userId)) void load(userId);
  return known.value.get(userId);
}

/**
 * Returns somebody by id, if they were loaded.
 *
 * @param {string} userId
 */
export const knownPerson = (userId) => known.value.get(userId);

/** Events may have been missed: loads everybody who is shown again. */
export function refreshPeople() {
  requested.clear();
  recent.clear();
  known.value = new Map(known.peek());
}

/** @param {string} userId */
export async function fetchPerson(userId) {
  return withLatestProfile(await api.getUser(userId));
}

/** @param {string} userId */
async function load(userId) {
  requested.add(userId);
  try {
    putPerson(await fetchPerson(userId));
  } catch {
    // Tried again when the stream has been away, or with the next page load.
  }
}

/** @param {User} user */
function putPerson(user) {
  known.value = new Map(known.peek()).set(user.id, user);
}
