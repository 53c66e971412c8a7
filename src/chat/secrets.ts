import { hash, randomBytes } from 'node:crypto';

/** Random bytes of a secret: 256 bits, 43 characters. */
const SECRET_BYTES = 32;

/** A secret of this server that nobody can guess, in base64url. */
export const newSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');

/** What is stored of a secret, and what it is found by. A fast hash is enough: there is nothing to guess. */
export const hashOfSecret = (secret: string): string => hash('sha256', secret, 'base64url');
