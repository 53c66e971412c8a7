import { promises as dns, type LookupAddress } from 'node:dns';
import type { IncomingHttpHeaders } from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import { http } from '../../node-http.ts';
import { isPublicAddress, refusalOf } from './public-address.ts';

/* Requests of the server to URLs that users name. */

/** What is read of a response: the rest, and the connection with it, is dropped. */
export interface Posted {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

export interface Post {
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Buffer;
  /** Whether the URL may be http, and lead to addresses that are not public. */
  readonly toPrivate: boolean;
  /** Ends the request, which is then rejected. */
  readonly signal: AbortSignal;
}

/** The most that is read of a response's headers, in bytes. */
const MAX_HEADERS = 16 * 1024;

/**
 * Sends a POST, and resolves with the status and headers of the response. It follows no redirect. Without `toPrivate`,
 * it connects to public addresses only, whatever the name resolves to at that moment.
 */
export function post(url: URL, { headers, body, toPrivate, signal }: Post): Promise<Posted> {
  const refusal = refusalOf(url, { toPrivate });
  if (refusal !== null) return Promise.reject(new Error(`The URL ${refusal}`));
  const { request } = url.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const sending = request(url, {
      method: 'POST',
      headers,
      agent: false,
      maxHeaderSize: MAX_HEADERS,
      signal,
      ...(!toPrivate && { lookup: lookUpPublic }),
    });
    sending.on('error', reject);
    sending.once('response', (response) => {
      resolve({ status: response.statusCode!, headers: response.headers });
      response.destroy();
    });
    sending.end(body);
  });
}

/** How long a Retry-After asks to wait, in milliseconds: seconds, or a date (RFC 9110 section 10.2.3). */
export function retryAfterMs(retryAfter = ''): number {
  const ms = /^\d+$/.test(retryAfter)
    ? Number(retryAfter) * 1000
    : Date.parse(retryAfter) - Date.now();
  return ms > 0 ? ms : 0;
}

/** Resolves names to public addresses alone. Addresses in URLs are not looked up: `refusalOf` has checked them. */
const lookUpPublic: LookupFunction = (hostname, { all }, callback) =>
  callbackify(resolvePublic)(hostname, (error, found) => {
    if (error) callback(error, []);
    else if (all) callback(null, found);
    else callback(null, found[0]!.address, found[0]!.family);
  });

/** Asks name servers itself: `dns.lookup` would occupy one of the process's few threads as long as it takes. */
async function resolvePublic(hostname: string): Promise<LookupAddress[]> {
  const [ipv4, ipv6] = await Promise.allSettled([dns.resolve4(hostname), dns.resolve6(hostname)]);
  if (ipv4.status === 'rejected' && ipv6.status === 'rejected') throw ipv4.reason;
  const addressesOf = (found: PromiseSettledResult<string[]>, family: 4 | 6): LookupAddress[] =>
    found.status === 'rejected' ? [] : found.value.map((address) => ({ address, family }));
  const all = [...addressesOf(ipv4, 4), ...addressesOf(ipv6, 6)];
  const usable = all.filter(({ address }) => isPublicAddress(address));
  if (usable.length === 0) throw new Error(`${hostname} has no public address`);
  return usable;
}
