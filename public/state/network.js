// @ts-check
import { signal } from '@preact/signals-core';
import { client } from './client.js';

/** Whether the browser sees a network. A server on the same device can be reached without one. */
export const isOnline = signal(navigator.onLine);

/** Follows the browser's network: connections end when it is lost, and are back as soon as it is. */
export function followNetwork() {
  window.addEventListener('online', () => {
    isOnline.value = true;
    client.wake();
  });
  window.addEventListener('offline', () => {
    isOnline.value = false;
    client.interrupt();
  });
  // After sleep or a tunnel the page does not wait for the end of the back-off.
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) client.wake();
  });
}
