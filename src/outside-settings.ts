import type { Setting } from './config.ts';

/* Settings of services outside: who else signs people in. Each group is set as a whole or not at all. */

/** An application that signs in its own users, whose tokens are accepted. */
export interface HostSettings {
  /** The `iss` and `aud` of its tokens. */
  readonly issuer: string;
  readonly audience: string;
  /** Where its public keys are. */
  readonly jwksUrl: string;
}

/** Returns the value of a setting; '' where it is not set. */
type Read = (name: Setting) => string;

/** Returns the settings of a group; null where none is set. Throws where only some are. */
function group<Name extends Setting>(
  read: Read,
  names: readonly Name[],
): Record<Name, string> | null {
  const missing = names.filter((name) => read(name) === '');
  if (missing.length === names.length) return null;
  if (missing.length === 0) {
    return Object.fromEntries(names.map((name) => [name, read(name)])) as Record<Name, string>;
  }
  const set = names.filter((name) => read(name) !== '');
  const isOne = missing.length === 1;
  throw new Error(
    `${missing.join(' and ')} ${isOne ? 'is' : 'are'} missing: ${names.join(', ')} need each other, and ` +
      `${set.join(' and ')} ${set.length === 1 ? 'is' : 'are'} set`,
  );
}

export function hostSettings(read: Read): HostSettings | null {
  const found = group(read, ['AUTH_ISSUER', 'AUTH_AUDIENCE', 'AUTH_JWKS_URL']);
  if (!found) return null;
  const { AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience, AUTH_JWKS_URL: jwksUrl } = found;
  requireSafeUrl('AUTH_JWKS_URL', jwksUrl);
  return { issuer, audience, jwksUrl };
}

/** Throws where anybody on the way could read and change what is sent. A loopback address has no way. */
function requireSafeUrl(name: Setting, raw: string): void {
  const { protocol, hostname, username, hash } = URL.canParse(raw)
    ? new URL(raw)
    : { protocol: '', hostname: '', username: '', hash: '' };
  const isLoopback = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
  const isSafe = protocol === 'https:' || (protocol === 'http:' && isLoopback);
  if (isSafe && username === '' && hash === '') return;
  throw new Error(
    `${name}=${raw} is not valid: it must be an https URL, or an http URL of this machine such as http://127.0.0.1:8080`,
  );
}
