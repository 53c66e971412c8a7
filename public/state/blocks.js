// @ts-check
/** @import { User } from '../../src/protocol/resources.ts' */
/** @import { Signal } from '@preact/signals-core' */
import { computed, signal } from '@preact/signals-core';
import { onEvent } from './events.js';
import { withLatestProfile } from './people.js';
import { api } from './client.js';

/** @type {Signal<ReadonlyMap<string, User>>} */
const blocked = signal(new Map());

/** Counts the changes made here: a list that was requested before the last one is out of date. */
let changes = 0;

onEvent((event) => {
  if (event.type === 'user.updated' && blocked.peek().has(event.user.id))
    blocked.value = new Map(blocked.peek()).set(event.user.id, event.user);
});

/** The people whom the user has blocked, by name. */
export const blockedPeople = computed(() =>
  [...blocked.value.values()].toSorted((a, b) => a.name.localeCompare(b.name)),
);

/** @param {string} userId */
export const isBlocked = (userId) => blocked.value.has(userId);

/** Loads the list. A block on another device has no event, so this runs wherever the list matters. */
export async function loadBlocks() {
  const before = changes;
  const { users } = await api.listBlocks();
  if (before !== changes) return;
  blocked.value = new Map(users.map((user) => [user.id, withLatestProfile(user)]));
}

export function forgetBlocks() {
  changes += 1;
  blocked.value = new Map();
}

/** @param {User} user */
export async function block(user) {
  await api.block(user.id);
  changes += 1;
  blocked.value = new Map(blocked.peek()).set(user.id, user);
}

/** @param {string} userId */
export async function unblock(userId) {
  await api.unblock(userId);
  changes += 1;
  const rest = new Map(blocked.peek());
  rest.delete(userId);
  blocked.value = rest;
}
