// @ts-check

/**
 * Registers the service worker, once the page is loaded and has nothing else to do. There is none over plain HTTP from
 * another machine, and in some private windows.
 */
export function registerServiceWorker() {
  const container = /** @type {ServiceWorkerContainer | undefined} */ (navigator.serviceWorker);
  if (!container) return;
  container.addEventListener('message', ({ data }) => {
    const message = /** @type {{ type: string, href?: string } | null} */ (data);
    // The user has clicked a notification.
    if (message?.type === 'open' && message.href) location.hash = message.href;
  });
  if (document.readyState === 'complete') whenIdle(() => register(container));
  else window.addEventListener('load', () => whenIdle(() => register(container)));
}

/** @param {ServiceWorkerContainer} container */
async function register(container) {
  try {
    await container.register('./sw.js', { updateViaCache: 'none' });
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
