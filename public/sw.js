// @ts-check
/*
 * The service worker of the page. A classic script at the root, so that its scope is the whole page; its parts are
 * in worker/. It uses no modules, since not every browser runs them in a service worker.
 */

/** The worker's global scope. */
const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (globalThis));

importScripts('./worker/notifications.js');

// A new version takes over at once: it keeps nothing that an open page depends on.
worker.addEventListener('install', (event) => event.waitUntil(worker.skipWaiting()));
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));
