// @ts-check
/** @import { Signal } from '@preact/signals-core' */
import { computed, effect, signal } from '@preact/signals-core';
import { isOnline } from './network.js';
import { currentRoom } from './open-rooms.js';
import { streamIsOpen } from './rooms.js';

/** A shorter interruption is over before anybody needs to know. */
const SHORT_MS = 1_000;

/** @typedef {'connected' | 'reconnecting' | 'offline'} ConnectionStatus */

/** The status of the room on the screen; without one, that of the stream of all rooms. */
const present = computed(() => {
  const room = currentRoom.value;
  const isInRoom = room !== null && room.closedReason.value === null;
  const isConnected = isInRoom ? room.connectionState.value === 'live' : streamIsOpen.value;
  return isConnected ? 'connected' : isOnline.value ? 'reconnecting' : 'offline';
});

/** @type {Signal<ConnectionStatus | null>} what the page says of the connection; null before it has tried for a while */
export const connectionStatus = signal(null);

/** Keeps `connectionStatus` up to date, but for short interruptions without a reason. */
export function followConnectionStatus() {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  effect(() => {
    const next = present.value;
    clearTimeout(timer);
    const trouble = currentRoom.value?.trouble.value;
    if (next !== 'reconnecting' || trouble) connectionStatus.value = next;
    else timer = setTimeout(() => (connectionStatus.value = next), SHORT_MS);
  });
}
