// @ts-check
/** @import { User } from '../chat-client.js' */
/** @import { Signal } from '@preact/signals-core' */
import { signal } from '@preact/signals-core';
import { client } from './session.js';

/** The most people that are found at once. */
export const MAX_FOUND = 50;

/** @type {Signal<ReadonlyMap<string, User | null>>} people by id; null while one is being asked for */
const known = signal(new Map());

/**
 * Everybody on the server whose name has this in it.
 *
 * @param {string} query
 * @returns {Promise<User[]>}
 */
export async function findPeople(query) {
  const { users } = await client.request('GET', 'users', { query: { query, limit: MAX_FOUND } });
  return users;
}

/**
 * Somebody by id; undefined until the server has told who it is.
 *
 * @param {string} userId
 */
export function personById(userId) {
  if (!known.peek().has(userId)) void load(userId);
  return known.value.get(userId) ?? undefined;
}

/** @param {string} userId */
async function load(userId) {
  known.value = new Map(known.peek()).set(userId, null);
  try {
    const user = await client.request('GET', `users/${encodeURIComponent(userId)}`);
    known.value = new Map(known.peek()).set(userId, user);
  } catch {
    // Whoever cannot be named now is asked for again with the next load of the page.
  }
}
