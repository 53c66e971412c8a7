// @ts-check
/** @import { ChatEvent } from '../../src/protocol/events.ts' */
/** @import { Room } from '../../src/protocol/resources.ts' */
import { batch, signal } from '@preact/signals-core';
import { NotificationStream } from '../client/notification-stream.js';
import { alertOf } from './alerts.js';
import { forgetBlocks, loadBlocks } from './blocks.js';
import { forgetPeers } from './direct-peers.js';
import { onEvent, publishEvent } from './events.js';
import { FrameQueue } from './frame-queue.js';
import { applyToList } from './room-list-events.js';
import { clearRooms, query, replaceRooms, roomsState } from './room-list.js';
import { cancelRefreshes } from './room-refresh.js';
import { clearFound, findRooms } from './room-search.js';
import { api, client } from './client.js';

const PAGE = 100;

/** Whether the events of all rooms arrive now. */
export const streamIsOpen = signal(false);

/** Whether the list was loaded since the server was last out of reach. */
export const roomsAreFresh = signal(false);

/**
 * The loads under way, oldest first, each with the events that have arrived since: its response may include them or
 * not.
 *
 * @type {Set<{ readonly since: ChatEvent[] }>}
 */
const loads = new Set();

onEvent((event) => {
  applyToList(event);
  // A new name does not depend on the list that is loaded.
  if (event.type !== 'user.updated') for (const { since } of loads) since.push(event);
});

/**
 * Loads the user's rooms and the first public ones.
 *
 * @param {{ again?: boolean }} [options] `again`: the present list stays until the new one is there
 */
export async function loadRooms({ again = false } = {}) {
  const load = { since: /** @type {ChatEvent[]} */ ([]) };
  loads.add(load);
  try {
    const own = await listOwnRooms();
    if (!loads.has(load)) return;
    batch(() => {
      // Rooms to join stay until they are searched for again.
      replaceRooms(own, { keepOthers: again });
      roomsState.value = 'ready';
      load.since.forEach(applyToList);
      roomsAreFresh.value = true;
    });
    endLoads(load);
    await Promise.all([findRooms(query.value), loadBlocks()]);
  } catch {
    if (roomsState.value === 'loading') roomsState.value = 'failed';
  } finally {
    loads.delete(load);
  }
}

/** Ends a load and those that began before it, whose responses are older. @param {{ since: ChatEvent[] }} load */
function endLoads(load) {
  for (const one of loads) {
    loads.delete(one);
    if (one === load) return;
  }
}

async function listOwnRooms() {
  /** @type {Room[]} */
  const own = [];
  /** @type {string | undefined} */
  let cursor;
  do {
    const page = await api.listRooms({ scope: 'mine', limit: PAGE, cursor });
    own.push(...page.rooms);
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  return own;
}

/**
 * Follows the events of all rooms.
 *
 * @param {() => void} onReturn called where some events may have been missed
 * @returns {() => void} stops, and clears what is known of the rooms
 */
export function followRooms(onReturn) {
  const queue = new FrameQueue((/** @type {ChatEvent[]} */ events) =>
    batch(() => events.forEach(publishEvent)),
  );
  const stream = new NotificationStream(client, EventSource, {
    onEvent: (event) => {
      queue.push(event);
      if (event.type === 'mention' || event.type === 'message.created') alertOf(event);
    },
    onState: (isOpen) => {
      streamIsOpen.value = isOpen;
      if (!isOpen) roomsAreFresh.value = false;
    },
    onFresh: () => void loadRooms(),
    onReturn: () => {
      void loadRooms({ again: true });
      onReturn();
    },
  });
  return () => {
    stream.close();
    batch(() => {
      forgetBlocks();
      clearRooms();
      clearFound();
      forgetPeers();
      cancelRefreshes();
      loads.clear();
    });
  };
}
