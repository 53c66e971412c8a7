import type { IncomingMessage } from 'node:http';
import { http } from '../node-http.ts';

/**
 * A request that Node treats as an upgrade only if it is a WebSocket handshake. Offers of other protocols (Java's
 * client offers HTTP/2) are ignored, as RFC 9110, 7.8 allows: the rest is an ordinary request with its body.
 * For `http.createServer`. Its `shouldUpgradeCallback` would do the same in fewer lines, but needs Node 22.21
 * or 24.9.
 */
export class ServerRequest extends http.IncomingMessage {
  declare _offersUpgrade: boolean;

  /** Node sets this if its parser has found an offer, and then reads it to decide whether to upgrade. */
  get upgrade(): boolean {
    return this._offersUpgrade && (this.method === 'CONNECT' || isHandshake(this));
  }

  set upgrade(offersUpgrade: boolean) {
    this._offersUpgrade = offersUpgrade;
  }
}

function isHandshake({ headers, httpVersion }: IncomingMessage): boolean {
  const offers = (headers.upgrade ?? '').toLowerCase().split(/[ \t]*,[ \t]*/);
  if (httpVersion === '1.0' || !offers.includes('websocket')) return false;
  // Of several offers, WebSocket is meant if there is a key for it.
  return offers.length === 1 || headers['sec-websocket-key'] !== undefined;
}

/** Whether a request offers another protocol, which is ignored. */
export const isIgnoredUpgrade = (request: IncomingMessage): boolean =>
  request instanceof ServerRequest && request._offersUpgrade && !request.upgrade;

/** Whether a body follows the headers of a request (RFC 9112, 6.3). */
export const hasBody = ({ headers }: Pick<IncomingMessage, 'headers'>): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
