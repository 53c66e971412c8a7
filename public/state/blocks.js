// @ts-check
/** @import { User } from '../chat-client.js' */
/** @import { Signal } from '@preact/signals-core' */
import { computed, signal } from '@preact/signals-core';
import { client } from './session.js';

/** @type {Signal<ReadonlyMap<string, User>>} */
const blocked = signal(new Map());

/** Whom the user has blocked, by name. */
export const blockedPeople = computed(() =>
  [...blocked.value.values()].toSorted((a, b) => a.name.localeCompare(b.name)),
);

/** @param {string} userId */
export const isBlocked = (userId) => blocked.value.has(userId);

export async function loadBlocks() {
  /** @type {{ users: User[] }} */
  const { users } = await client.request('GET', 'users/me/blocks');
  blocked.value = new Map(users.map((user) => [user.id, user]));
}

export function forgetBlocks() {
  blocked.value = new Map();
}

/** @param {User} user */
export async function block(user) {
  await client.request('PUT', pathOf(user.id));
  blocked.value = new Map(blocked.peek()).set(user.id, user);
}

/** @param {string} userId */
export async function unblock(userId) {
  await client.request('DELETE', pathOf(userId));
  const rest = new Map(blocked.peek());
  rest.delete(userId);
  blocked.value = rest;
}

const pathOf = (/** @type {string} */ userId) => `users/${encodeURIComponent(userId)}/block`;
