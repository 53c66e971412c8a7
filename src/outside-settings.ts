import type { Setting } from './config.ts';

/* Settings of services outside: who else signs people in, and who delivers mail. Each group is set as a whole or not at all. */

/** An application that signs in its own users, whose tokens are accepted. */
export interface HostSettings {
  /** The `iss` and `aud` of its tokens. */
  readonly issuer: string;
  readonly audience: string;
  /** Where its public keys are. */
  readonly jwksUrl: string;
}

/** An OpenID provider. */
export interface OpenIdSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where the provider sends the browser back to. */
  readonly redirectUri: string;
}

/** The server that delivers mail. */
export interface MailSettings {
  /** With the password, if there is one. */
  readonly url: string;
  readonly from: string;
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

export function openIdSettings(read: Read, publicUrl: string | null): OpenIdSettings | null {
  const found = group(read, ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET']);
  if (!found) return null;
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = found;
  requireSafeUrl('OIDC_ISSUER', issuer);
  if (publicUrl === null) {
    throw new Error('PUBLIC_URL is needed with OIDC_ISSUER: the provider sends people back to it');
  }
  return { issuer, clientId, clientSecret, redirectUri: `${publicUrl}/auth/oidc/callback` };
}

/** Errors never contain the value of SMTP_URL, which has a password. */
export function mailSettings(read: Read, publicUrl: string | null): MailSettings | null {
  const found = group(read, ['SMTP_URL', 'MAIL_FROM']);
  if (!found) return null;
  const { SMTP_URL: url, MAIL_FROM: from } = found;
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (!parsed || !/^smtps?:$/.test(parsed.protocol) || parsed.hostname === '') {
    throw new Error(
      'SMTP_URL is not valid: it must be smtp://user:password@host:port or smtps://user:password@host:port',
    );
  }
  if (!SENDER.test(from)) {
    throw new Error(
      `MAIL_FROM=${from} is not valid: it must be an address such as chat@example.org or Charla <chat@example.org>`,
    );
  }
  if (publicUrl === null) {
    throw new Error('PUBLIC_URL is needed with SMTP_URL: links in mails lead to it');
  }
  return { url, from };
}

/** An address, or a name and an address in angle brackets. */
const SENDER = /^(?:[^\s@<>]+@[^\s@<>]+|[^<>\r\n]+ <[^\s@<>]+@[^\s@<>]+>)$/;

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
