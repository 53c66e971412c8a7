import { hash } from 'node:crypto';
import type { JWTPayload, JWTVerifyGetKey, RemoteJWKSet } from 'jose';
import type { Logger } from 'pino';
import type { HostSettings } from '../../outside-settings.ts';
import { ChatError } from '../../protocol/errors.ts';
import { personOf, type OutsidePerson } from '../outside-person.ts';
import { boundedFetch } from './bounded-fetch.ts';

/* Tokens of the application that embeds the client, which signs its users in itself. */

/** How tokens may be signed: with a private key that only the host has. */
const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];
/** How far the clock of the host may be from this server's, in seconds. */
const CLOCK_SKEW = 60;
/** How long the host may take to send its keys, in milliseconds. */
const FETCH_MS = 5000;
/** How long its keys are not asked for again after that has failed, in milliseconds. */
const PAUSE_MS = 5000;
/** How long keys are used without a look at the present ones, in milliseconds: a withdrawn key is refused after that. */
const KEYS_MS = 10 * 60_000;
/** How long keys are used while the host cannot be reached, in milliseconds. */
const OLD_KEYS_MS = 24 * 60 * 60_000;

/** What a token of the host says. */
export interface HostToken {
  /** The session that the token stands for. No two tokens have the same. */
  readonly sessionId: string;
  readonly person: OutsidePerson;
  /** Both in milliseconds since 1970. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** When the user last signed in, in milliseconds since 1970, where the host says so (`auth_time`). */
  readonly authenticatedAt: number | undefined;
}

/** How long after its expiry a token may still be accepted, in milliseconds. */
export const HOST_TOKEN_GRACE_MS = CLOCK_SKEW * 1000;

/** The host's keys, and jose, which a server without a host does not load. */
interface Keys {
  readonly jose: typeof import('jose');
  readonly remote: RemoteJWKSet;
  readonly find: JWTVerifyGetKey;
}

/** Verifies the tokens of the host. Its keys are fetched with the first token, and again where they have changed. */
export class HostTokens {
  readonly #settings: HostSettings;
  readonly #log: Pick<Logger, 'warn'>;
  #keys: Promise<Keys> | null = null;
  #failedAt = -Infinity;
  #loadedAt = -Infinity;

  constructor(settings: HostSettings, log: Pick<Logger, 'warn'>) {
    this.#settings = settings;
    this.#log = log;
  }

  /** Whether a token claims to be signed as those of a host are. The server's own tokens are not. */
  static looksLikeOne(token: string): boolean {
    const [header = ''] = token.split('.', 1);
    try {
      const { alg } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { alg?: unknown };
      return typeof alg === 'string' && ALGORITHMS.includes(alg);
    } catch {
      return false;
    }
  }

  /**
   * Verifies a token. Rejects with `token_invalid` or `token_expired`, and with `unavailable` where the keys of the host
   * cannot be had.
   */
  async verify(token: string): Promise<HostToken> {
    const { issuer, audience } = this.#settings;
    const { jose, find } = await (this.#keys ??= this.#open());
    let claims: JWTPayload;
    try {
      const options = { issuer, audience, algorithms: ALGORITHMS, clockTolerance: CLOCK_SKEW };
      const verified = await jose.jwtVerify(token, find, {
        ...options,
        requiredClaims: ['sub', 'exp'],
      });
      claims = verified.payload;
    } catch (error) {
      throw this.#refusalOf(error, jose);
    }
    return toHostToken(token, claims);
  }

  async #open(): Promise<Keys> {
    const jose = await import('jose');
    const remote = jose.createRemoteJWKSet(new URL(this.#settings.jwksUrl), {
      timeoutDuration: FETCH_MS,
      cacheMaxAge: KEYS_MS,
      [jose.customFetch]: (url, options) => this.#fetch(url, options),
    });
    const find: JWTVerifyGetKey = async (header, token) => {
      try {
        return await remote(header, token);
      } catch (error) {
        const known = remote.jwks();
        const areUsable = known && Date.now() - this.#loadedAt < OLD_KEYS_MS;
        if (!areUsable || !isOutage(error, jose)) throw error;
        // A key that is not among them may be a new one: then the outage is the reason.
        return await jose
          .createLocalJWKSet(known)(header, token)
          .catch(() => Promise.reject(error as Error));
      }
    };
    return { jose, remote, find };
  }

  /** Fetches the keys, unless that has just failed: forged tokens must not make a request each. */
  async #fetch(url: string, options: RequestInit): Promise<Response> {
    if (Date.now() - this.#failedAt < PAUSE_MS) throw new Paused();
    try {
      // It has read the body, so that one that never ends counts as a failure too.
      const response = await boundedFetch(url, options);
      if (response.status !== 200) throw new Error(`It answered with status ${response.status}`);
      const body = await response.text();
      JSON.parse(body);
      this.#loadedAt = Date.now();
      return new Response(body);
    } catch (error) {
      this.#failedAt = Date.now();
      this.#log.warn({ err: error, url }, 'the keys of AUTH_JWKS_URL could not be fetched');
      throw new Paused();
    }
  }

  #refusalOf(error: unknown, jose: Keys['jose']): unknown {
    if (error instanceof jose.errors.JWTExpired) return new ChatError('token_expired');
    if (isOutage(error, jose)) {
      return new ChatError('unavailable', {
        message: 'Who issued this token cannot be asked for its keys; try again',
        retryAfter: PAUSE_MS / 1000,
      });
    }
    if (error instanceof jose.errors.JOSEError) return new ChatError('token_invalid');
    return error;
  }
}

/** The keys cannot be fetched, or it is too early to try again. */
class Paused extends Error {}

/** Whether the keys could not be had, as opposed to a token that does not fit them. */
const isOutage = (error: unknown, { errors }: Keys['jose']): boolean =>
  error instanceof Paused ||
  error instanceof errors.JWKSTimeout ||
  error instanceof errors.JWKSInvalid;

function toHostToken(token: string, claims: JWTPayload): HostToken {
  const { iss, sub, iat, nbf, exp, auth_time: authTime } = claims;
  // What is signed, without the signature: some have a second one that is valid too.
  const signed = token.slice(0, token.lastIndexOf('.'));
  const expiresAt = exp! * 1000;
  return {
    sessionId: hash('sha256', `host token ${signed}`, 'base64url'),
    person: personOf(iss!, sub!, claims),
    issuedAt: Math.min((iat ?? nbf ?? Date.now() / 1000) * 1000, expiresAt),
    expiresAt,
    authenticatedAt: typeof authTime === 'number' ? authTime * 1000 : undefined,
  };
}
