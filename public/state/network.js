// @ts-check
import { signal } from '@preact/signals-core';
import { client } from './session.js';

/** Whether the browser has a network at all. Without one no connection is tried. */
export const isOnline = signal(navigator.onLine);

/** Follows the browser's network: connections end without one, and are back at once with one. */
export function followNetwork() {
  const update = () => {
    isOnline.value = navigator.onLine;
    client.setOnline(navigator.onLine);
  };
  update();
  window.addEventListener('online', () => {
    update();
    client.wake();
  });
  window.addEventListener('offline', update);
  // After sleep or a tunnel the page does not wait for the end of the back-off.
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) client.wake();
  });
}
