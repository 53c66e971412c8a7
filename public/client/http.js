// @ts-check
import { ApiError } from './api-error.js';

/** @typedef {Record<string, string | number | undefined>} Query undefined values are left out */

/** A server that has not responded for so long is out of reach. */
const LONGEST_WAIT_MS = 30_000;

/** JSON over HTTP with one server. Knows nothing of sessions. */
export class Http {
  #baseUrl;
  #fetch;

  /**
   * @param {string} baseUrl
   * @param {typeof globalThis.fetch} fetch
   */
  constructor(baseUrl, fetch) {
    this.#baseUrl = baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`;
    this.#fetch = fetch;
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
   * @param {{ query?: Query, body?: object, token?: string | null }} options
   * @returns {Promise<unknown>} the parsed body, or undefined for 204
   */
  async exchange(method, path, { query, body, token }) {
    /** @type {Record<string, string>} */
    const headers = {};
    if (token) headers['authorization'] = `Bearer ${token}`;
    if (body) headers['content-type'] = 'application/json';
    let response;
    try {
      response = await this.#fetch(this.url(path, query), {
        method,
        headers,
        body: body ? JSON.stringify(body) : null,
        signal: AbortSignal.timeout(LONGEST_WAIT_MS),
      });
    } catch {
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
}
