// @ts-check
/*
 * The page without a network: the worker keeps index.html, and all files of the version that it names. It touches
 * nothing else: no API call, no stream, no documentation.
 */

const PREFIX = 'page-';
const root = new URL('./', worker.registration.scope).href;

worker.addEventListener('message', (event) => {
  const message = /** @type {{ type: string } | null} */ (event.data);
  if (message?.type === 'keep') event.waitUntil(keepPage());
});

worker.addEventListener('fetch', (event) => {
  const { method, mode, url } = event.request;
  if (method !== 'GET') return;
  if (mode === 'navigate') {
    const [path] = url.split(/[?#]/);
    if (path === root || path === `${root}index.html`) event.respondWith(open(event.request));
  } else if (url.startsWith(`${root}v/`)) {
    event.respondWith(file(event.request));
  }
});

/** @param {Request} request */
async function open(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(root);
    if (!kept) throw error;
    return kept;
  }
}

/** @param {Request} request */
async function file(request) {
  return (await caches.match(request)) ?? (await fetch(request));
}

/** Keeps the page as the server has it now, in place of an older version. Pages ask for it when they are idle. */
async function keepPage() {
  const response = await fetch(root, { cache: 'no-cache' });
  if (!response.ok) return;
  const html = await response.clone().text();
  const paths = new Set(Array.from(html.matchAll(/"\.\/(v\/[^"]+)"/g), ([, path = '']) => path));
  const [, version = ''] = [...paths][0]?.split('/') ?? [];
  const name = PREFIX + version;
  const cache = await caches.open(name);
  if (await cache.match(root)) return;
  for (const path of paths) {
    const found = await fetch(root + path);
    // The server, or another node behind the same address, has another version by now: the next visit tries again.
    if (!found.ok || !found.headers.get('cache-control')?.includes('immutable')) return;
    await cache.put(root + path, found);
  }
  // The last: with it the version is complete.
  await cache.put(root, response);
  for (const other of await caches.keys()) {
    if (other.startsWith(PREFIX) && other !== name) await caches.delete(other);
  }
}
