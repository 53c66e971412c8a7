import type { Configuration } from 'openid-client';
import type { Logger } from 'pino';
import type { OpenIdSettings } from '../../outside-settings.ts';
import { personOf, type OutsidePerson } from '../outside-person.ts';
import { boundedFetch } from './bounded-fetch.ts';

/* Sign-in by an OpenID provider: the authorization code flow with PKCE (OpenID Connect core 1.0, RFC 7636). */

/** How long the provider may take for one answer, in seconds. */
const ANSWER_SECONDS = 5;
/** How far its clock may be from this server's, in seconds. */
const CLOCK_SKEW = 60;
/** How long it is left alone after it could not be reached, in milliseconds. */
const PAUSE_MS = 5000;

/** What a sign-in has to prove when it comes back. */
export interface Departure {
  readonly state: string;
  readonly nonce: string;
  /** Of PKCE. */
  readonly verifier: string;
}

/** Why a sign-in failed, as the page says it. */
export type Failure = 'cancelled' | 'expired' | 'unavailable' | 'disabled' | 'failed';

export class SignInError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure, cause?: unknown) {
    super(`Sign-in ${failure}`, { cause });
    this.failure = failure;
  }
}

/** openid-client, which a server without a provider does not load, and what the provider says of itself. */
interface Provider {
  readonly client: typeof import('openid-client');
  readonly config: Configuration;
}

export class OpenId {
  readonly #settings: OpenIdSettings;
  readonly #log: Pick<Logger, 'warn'>;
  #provider: Promise<Provider> | null = null;
  #failedAt = -Infinity;

  constructor(settings: OpenIdSettings, log: Pick<Logger, 'warn'>) {
    this.#settings = settings;
    this.#log = log;
  }

  /** Begins a sign-in: where to send the browser, and what to ask of it when it comes back. Rejects with a SignInError. */
  async depart(): Promise<{ url: URL; departure: Departure }> {
    const { client, config } = await this.#ready();
    const verifier = client.randomPKCECodeVerifier();
    const departure = { state: client.randomState(), nonce: client.randomNonce(), verifier };
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: this.#settings.redirectUri,
      scope: 'openid profile email',
      state: departure.state,
      nonce: departure.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    return { url, departure };
  }

  /**
   * Where a browser that has signed out here signs out at the provider, which then sends it to `back` (OpenID Connect
   * RP-initiated logout 1.0). Null where the provider has no such place, or cannot be reached.
   */
  async signOutUrl(back: string): Promise<URL | null> {
    try {
      const { client, config } = await this.#ready();
      if (config.serverMetadata().end_session_endpoint === undefined) return null;
      // The client's id stands for the ID token, which is not kept: the provider asks the user instead.
      return client.buildEndSessionUrl(config, { post_logout_redirect_uri: back });
    } catch (error) {
      if (error instanceof SignInError) return null;
      throw error;
    }
  }

  /** Ends a sign-in: who the browser is that came back with this query. Rejects with a SignInError. */
  async arrive(query: string, { state, nonce, verifier }: Departure): Promise<OutsidePerson> {
    const provider = await this.#ready();
    const { client, config } = provider;
    const back = new URL(this.#settings.redirectUri);
    back.search = query;
    if (back.searchParams.get('state') !== state) throw new SignInError('expired');
    try {
      const tokens = await client.authorizationCodeGrant(config, back, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims()!;
      // Some providers name the person there only.
      const more = config.serverMetadata().userinfo_endpoint
        ? await client.fetchUserInfo(config, tokens.access_token, claims.sub)
        : {};
      return personOf(claims.iss, claims.sub, { ...claims, ...more });
    } catch (error) {
      throw this.#failureOf(error, provider);
    }
  }

  async #ready(): Promise<Provider> {
    if (!this.#provider && Date.now() - this.#failedAt < PAUSE_MS) {
      throw new SignInError('unavailable');
    }
    this.#provider ??= this.#discover();
    try {
      return await this.#provider;
    } catch (error) {
      throw new SignInError('unavailable', error);
    }
  }

  async #discover(): Promise<Provider> {
    const { issuer, clientId, clientSecret } = this.#settings;
    try {
      const client = await import('openid-client');
      const server = new URL(issuer);
      const isPlain = server.protocol === 'http:';
      const options = {
        timeout: ANSWER_SECONDS,
        // For its keys and tokens, too.
        [client.customFetch]: (url: string, init: object) => boundedFetch(url, init),
        // Only of this machine: the settings accept no other http URL.
        execute: [
          client.enableNonRepudiationChecks,
          ...(isPlain ? [client.allowInsecureRequests] : []),
        ],
      };
      const metadata = { [client.clockTolerance]: CLOCK_SKEW };
      const authenticate = (
        ...call: Parameters<ReturnType<typeof client.ClientSecretPost>>
      ): void => {
        const methods = call[0].token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
        const isPosted = methods.includes('client_secret_post');
        const by = isPosted ? client.ClientSecretPost : client.ClientSecretBasic;
        return by(clientSecret)(...call);
      };
      const config = await client.discovery(server, clientId, metadata, authenticate, options);
      return { client, config };
    } catch (error) {
      this.#provider = null;
      this.#failedAt = Date.now();
      this.#log.warn({ err: error }, 'the OpenID provider could not be reached');
      throw error;
    }
  }

  #failureOf(error: unknown, { client }: Provider): SignInError {
    if (error instanceof client.AuthorizationResponseError && error.error === 'access_denied') {
      return new SignInError('cancelled', error);
    }
    // What it says of itself may have changed.
    this.#provider = null;
    this.#log.warn({ err: error }, 'a sign-in by the OpenID provider failed');
    const isAnswer =
      error instanceof client.AuthorizationResponseError ||
      error instanceof client.ResponseBodyError ||
      (error instanceof client.ClientError && error.code !== 'OAUTH_TIMEOUT');
    return new SignInError(isAnswer ? 'failed' : 'unavailable', error);
  }
}
