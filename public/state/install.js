// @ts-check
/** @import { Signal } from '@preact/signals-core' */
import { signal } from '@preact/signals-core';

/** @typedef {Event & { prompt: () => Promise<unknown> }} InstallPrompt of Chromium, on which it is fired */

/** @type {Signal<InstallPrompt | null>} the browser's offer to install the page, where it makes one */
export const installPrompt = signal(null);

/** Waits for the offer, which may come before somebody signs in. */
export function listenForInstallOffer() {
  window.addEventListener('beforeinstallprompt', (event) => {
    // The browser's own banner stays away: the offer is in the profile.
    event.preventDefault();
    installPrompt.value = /** @type {InstallPrompt} */ (event);
  });
  window.addEventListener('appinstalled', () => {
    installPrompt.value = null;
  });
}

/** Lets the browser ask the user whether to install the page. An offer can be used once. */
export async function install() {
  const offer = installPrompt.peek();
  installPrompt.value = null;
  await offer?.prompt();
}

/** Whether this is iOS in a browser's window: there, only the installed page can show notifications. */
export const needsInstall =
  /** @type {{ standalone?: boolean }} */ (navigator).standalone === false;
