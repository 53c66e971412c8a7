import { IncomingMessage } from 'node:http';

/**
 * A request that Node takes for an upgrade only where it is the handshake of a WebSocket. An offer of another
 * protocol (Java's client offers HTTP/2) is passed over, as RFC 9110, 7.8 allows: what remains is an ordinary
 * request, with its body. For `http.createServer`; its `shouldUpgradeCallback` would do the same in fewer lines,
 * but only from Node 22.21 and 24.9 on.
 */
export class ServerRequest extends IncomingMessage {
  declare _offersUpgrade: boolean;

  /** Node sets this where its parser has found an offer, and then asks whether to take it. */
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
  // Among others it is meant where there is a key for it.
  return offers.length === 1 || headers['sec-websocket-key'] !== undefined;
}

/** Whether a request offers another protocol, and is answered as if it did not. */
export const isPassedOver = (request: IncomingMessage): boolean =>
  request instanceof ServerRequest && request._offersUpgrade && !request.upgrade;

/** Whether anything follows the headers of a request (RFC 9112, 6.3). */
export const hasBody = ({ headers }: Pick<IncomingMessage, 'headers'>): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
