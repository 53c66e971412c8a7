// @ts-check
import { computed, signal } from '@preact/signals-core';
import { me } from './session.js';

/* The hint for somebody who has just made an account here: once, until they put it away. */

const STORAGE_KEY = 'charla.firstRun';

/** @type {import('@preact/signals-core').Signal<string | null>} whose hint has not been put away */
const newUserId = signal(readNewUser());

/** Whether the hint is shown. */
export const isFirstRun = computed(() => me.value !== null && me.value.id === newUserId.value);

/** Called when an account was made on this device. */
export function startFirstRun() {
  remember(me.value?.id ?? null);
}

/** Puts the hint away for good. */
export function endFirstRun() {
  remember(null);
}

/** @param {string | null} userId */
function remember(userId) {
  newUserId.value = userId;
  try {
    if (userId === null) localStorage.removeItem(STORAGE_KEY);
    else localStorage.setItem(STORAGE_KEY, userId);
  } catch {
    // Without storage the hint is gone after a reload.
  }
}

function readNewUser() {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}
