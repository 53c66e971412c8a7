// @ts-check

/**
 * @callback OnProgress called while a file is uploaded
 * @param {number} part of it that has gone out, from 0 to 1
 *
 * @typedef {object} Upload
 * @property {Record<string, string>} headers
 * @property {FormData} body
 * @property {OnProgress | undefined} onProgress
 * @property {AbortSignal | undefined} signal
 */

/** An upload of which nothing has moved for so long is lost. */
const STALLED_MS = 60_000;

/**
 * Uploads a form by XMLHttpRequest: `fetch` does not tell how much has gone out.
 *
 * @param {URL} url
 * @param {Upload} upload
 * @returns {Promise<Response>}
 */
export function upload(url, { headers, body, onProgress, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const moved = () => {
      clearTimeout(timer);
      timer = setTimeout(stop, STALLED_MS);
    };
    request.upload.addEventListener('progress', ({ loaded, total }) => {
      moved();
      onProgress?.(total === 0 ? 0 : loaded / total);
    });
    request.addEventListener('load', () => resolve(toResponse(request)));
    // It comes after every end; of a promise the first counts.
    request.addEventListener('loadend', () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      reject(new Error('The upload was interrupted.'));
    });
    request.open('POST', url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    signal?.addEventListener('abort', stop);
    moved();
    request.send(body);
  });
}

/** @param {XMLHttpRequest} request that was answered */
function toResponse(request) {
  const retryAfter = request.getResponseHeader('retry-after');
  const headers = retryAfter === null ? undefined : { 'retry-after': retryAfter };
  return new Response(request.responseText, { status: request.status, headers });
}
