// @ts-check

/**
 * There is none over plain HTTP from another machine, and in some private windows.
 *
 * @type {ServiceWorkerContainer | undefined}
 */
const container = navigator.serviceWorker;

/** Registers the service worker, once the page is loaded and has nothing else to do. */
export function registerServiceWorker() {
  if (!container) return;
  onWorkerMessage(({ type, href }) => {
    // The user has clicked a notification.
    if (type === 'open' && href) location.hash = href;
  });
  const start = () => whenIdle(() => register(container));
  if (document.readyState === 'complete') start();
  else window.addEventListener('load', start);
}

/** Calls back once a service worker is active. @param {() => void} listener */
export function onWorkerReady(listener) {
  void container?.ready.then(listener);
}

/** Returns the registration of the service worker; null as long as none is active. */
export async function activeRegistration() {
  try {
    const registration = await container?.getRegistration();
    return registration?.active ? registration : null;
  } catch {
    // The browser forbids workers here.
    return null;
  }
}

/** @param {(message: { type: string, href?: string }) => void} listener */
export function onWorkerMessage(listener) {
  container?.addEventListener('message', ({ data }) => {
    listener(/** @type {{ type: string, href?: string }} */ (data));
  });
}

/** @param {ServiceWorkerContainer} workers */
async function register(workers) {
  try {
    await workers.register('./sw.js', { updateViaCache: 'none' });
  } catch {
    // The browser forbids it, or the server is away: the page works without, and the next visit tries again.
  }
}

/** @param {() => unknown} work */
function whenIdle(work) {
  // Safari has no idle callbacks.
  if ('requestIdleCallback' in window) requestIdleCallback(work, { timeout: 2_000 });
  else setTimeout(work);
}
