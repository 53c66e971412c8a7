// @ts-check
/** @import { OnProgress } from './upload.js' */
import { ApiError } from './api-error.js';

/**
 * @typedef {Record<string, string | number | undefined>} Query undefined values are left out
 *
 * @typedef {object} Request
 * @property {Query} [query]
 * @property {object} [body] sent as JSON, a form as `multipart/form-data`
 * @property {string | null} [token]
 * @property {OnProgress} [onProgress] of a form, where the platform tells
 * @property {AbortSignal} [signal] ends a form's upload; the call rejects with the signal's reason
 */

/** A server that has not responded for so long is out of reach. */
const LONGEST_WAIT_MS = 30_000;

/** JSON over HTTP with one server. Knows nothing of sessions. */
export class Http {
  #baseUrl;
  #fetch;
  #tellsProgress;

  /**
   * @param {string} baseUrl
   * @param {typeof globalThis.fetch} [fetch] in place of the platform's
   */
  constructor(baseUrl, fetch) {
    this.#baseUrl = baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`;
    this.#fetch = fetch ?? globalThis.fetch.bind(globalThis);
    this.#tellsProgress = !fetch && 'XMLHttpRequest' in globalThis;
  }

  /**
   * @param {string} path relative to the base URL, without a leading slash
   * @param {Query} [query]
   */
  url(path, query = {}) {
    const url = new URL(path, this.#baseUrl);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    return url;
  }

  /**
   * Sends one request. Rejects with an `ApiError` unless the status is 2xx.
   *
   * @param {string} method
   * @param {string} path
   * @param {Request} request
   * @returns {Promise<unknown>} the parsed body, or undefined for 204
   */
  async exchange(method, path, request) {
    request.signal?.throwIfAborted();
    let response;
    try {
      response = await this.#respond(method, this.url(path, request.query), request);
    } catch {
      request.signal?.throwIfAborted();
      throw new ApiError({
        statusCode: 0,
        code: 'unreachable',
        message: 'The server cannot be reached.',
      });
    }
    if (response.status === 204) return undefined;
    /** @type {unknown} null where a proxy answers in HTML: its status still says enough */
    const parsed = await response.json().catch(() => null);
    if (response.ok && parsed) return parsed;
    throw new ApiError({
      code: 'unavailable',
      message: `The server answered with status ${response.status}.`,
      .../** @type {{ code?: string, message?: string } | null} */ (parsed),
      statusCode: response.status,
      retryAfter: Number(response.headers.get('retry-after')) || 0,
    });
  }

  /**
   * @param {string} method
   * @param {URL} url
   * @param {Request} request
   * @returns {Promise<Response>}
   */
  async #respond(method, url, { body, token, onProgress, signal }) {
    /** @type {Record<string, string>} */
    const headers = {};
    if (token) headers['authorization'] = `Bearer ${token}`;
    if (body instanceof FormData) {
      // How long it takes depends on the file: no limit for the whole.
      if (!this.#tellsProgress)
        return this.#fetch(url, { method, headers, body, signal: signal ?? null });
      const { upload } = await import('./upload.js');
      return upload(url, { headers, body, onProgress, signal });
    }
    if (body) headers['content-type'] = 'application/json';
    return this.#fetch(url, {
      method,
      headers,
      body: body ? JSON.stringify(body) : null,
      signal: AbortSignal.timeout(LONGEST_WAIT_MS),
    });
  }
}
