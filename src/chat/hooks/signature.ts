import { createHmac, randomBytes } from 'node:crypto';

/* How deliveries are signed: Standard Webhooks, version 1 (HMAC-SHA256). */

const PREFIX = 'whsec_';
/** 192 bits. */
const SECRET_BYTES = 24;

export const newSecret = (): string => PREFIX + randomBytes(SECRET_BYTES).toString('base64');

/** The headers by which a receiver knows that a body is from here, and new. `at` is in milliseconds since 1970. */
export function signatureHeaders(
  secret: string,
  { id, at, body }: { readonly id: string; readonly at: number; readonly body: string },
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(at / 1000));
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
}
