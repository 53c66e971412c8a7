import { createHash, ECDH } from 'node:crypto';
import type { PutSubscription } from '../../protocol/commands.ts';
import { ChatError } from '../../protocol/errors.ts';
import { refusalOf } from '../services/public-address.ts';
import type { Services } from '../services.ts';
import { requireSignIn, type Viewer } from '../viewer.ts';

/** Has the viewer's browser notified while its pages are closed, as long as the viewer's sign-in lasts. */
export async function putSubscription(
  services: Services,
  viewer: Viewer,
  { endpoint, expirationTime, keys }: PutSubscription,
): Promise<void> {
  requireSignIn(viewer);
  const { user, sessionId } = viewer;
  const url = URL.parse(endpoint);
  const toPrivate = services.config.webhooksToPrivateAddresses;
  const refusal = url ? refusalOf(url, { toPrivate }) : 'must be a URL';
  if (!url || refusal !== null) throw invalid('/endpoint', refusal ?? '');
  if (!isPoint(keys.p256dh)) throw invalid('/keys/p256dh', 'must be a point of the curve P-256');
  await services.store.mutate('putSubscription', {
    id: idOf(url),
    userId: user.id,
    sessionId,
    endpoint: url.href,
    p256dh: keys.p256dh,
    auth: keys.auth,
    expiresAt: expirationTime === undefined ? null : Math.floor(expirationTime),
    createdAt: Date.now(),
  });
}

/** Notifies a browser no more; nothing happens where it is not the viewer's. */
export async function deleteSubscription(
  { store }: Services,
  { user }: Viewer,
  endpoint: string,
): Promise<void> {
  const url = URL.parse(endpoint);
  if (url) await store.mutate('deleteSubscription', { id: idOf(url), userId: user.id });
}

/** Endpoints are long, and whoever knows one can send to it. */
const idOf = (endpoint: URL) => createHash('sha256').update(endpoint.href).digest('base64url');

/** Whether it is an uncompressed point of P-256, which all messages are encrypted for. */
function isPoint(p256dh: string): boolean {
  if (Buffer.from(p256dh, 'base64url')[0] !== 4) return false;
  try {
    ECDH.convertKey(p256dh, 'prime256v1', 'base64url');
    return true;
  } catch {
    // It is not on the curve.
    return false;
  }
}

const invalid = (path: string, message: string) =>
  new ChatError('validation_failed', { details: [{ path, message }] });
