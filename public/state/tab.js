// @ts-check
import { randomId } from '../client/random-id.js';

/*
 * Tabs of one browser share what waits to be sent. Each tab has an id, which survives a reload, and holds a lock of
 * that name for as long as it lives: so the others know which tabs are gone. Pages over plain http have no locks.
 */

const STORAGE_KEY = 'charla.tab';
const LOCK_PREFIX = 'charla.tab.';
/** A reloaded page waits this long for the lock of the page before it; a duplicated tab never gets its original's. */
const CLAIM_MS = 500;

/** @type {Promise<string> | null} */
let claimed = null;

/** Returns the id of this tab, once no other tab can have it. */
export const ownTab = () => (claimed ??= claim());

/**
 * Returns the tabs that live, this one included; null where that cannot be known.
 *
 * @returns {Promise<Set<string> | null>}
 */
export async function livingTabs() {
  if (!navigator.locks) return null;
  const { held = [] } = await navigator.locks.query();
  return new Set(held.map(({ name = '' }) => name.slice(LOCK_PREFIX.length)));
}

/** @param {string} tab of another page; resolves when it is gone */
export async function untilGone(tab) {
  await navigator.locks?.request(LOCK_PREFIX + tab, () => {});
}

async function claim() {
  const stored = readId();
  const id = stored !== null && (await hold(stored)) ? stored : randomId();
  if (id === stored) return id;
  await hold(id);
  try {
    sessionStorage.setItem(STORAGE_KEY, id);
  } catch {
    // Without storage a reloaded page is another tab, which takes over from the one before it.
  }
  return id;
}

/**
 * @param {string} id
 * @returns {Promise<boolean>} whether this tab has the id now
 */
function hold(id) {
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    const untilUnload = () => {
      resolve(true);
      return new Promise(() => {});
    };
    const signal = AbortSignal.timeout(CLAIM_MS);
    navigator.locks.request(LOCK_PREFIX + id, { signal }, untilUnload).catch(() => resolve(false));
  });
}

function readId() {
  try {
    return sessionStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}
