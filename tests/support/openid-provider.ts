import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';
import { beforeAll, vi } from 'vitest';

export const CLIENT = { OIDC_CLIENT_ID: 'charla', OIDC_CLIENT_SECRET: 'a secret of both' };

/** A real OpenID provider on a loopback port. Whoever names a login is signed in. */
export class OpenIdProvider {
  issuer = '';
  /** Where the server is that it signs people in to. */
  publicUrl = '';
  /** What it says of a login, beside the login itself as subject. */
  readonly claims = new Map<string, Record<string, unknown>>();
  /** How far its clock is ahead when it issues tokens, in milliseconds. */
  clockOffset = 0;
  /** False: it breaks every connection. */
  isThere = true;
  /** How it answers; by default as a provider does. */
  respond: ((response: ServerResponse) => void) | null = null;
  #handle: (request: IncomingMessage, response: ServerResponse) => void = () => {};
  readonly #server = createServer((request, response) => {
    if (!this.isThere) response.destroy();
    else if (this.respond) this.respond(response);
    else this.#handle(request, response);
  });

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.issuer = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    this.publicUrl = `http://127.0.0.1:${await freePort()}`;
    await this.renew();
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => void this.#server.close(resolve));
  }

  /** Gives it new keys, and makes it forget who is signed in. */
  async renew(): Promise<void> {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    const key = { ...(await exportJWK(privateKey)), kid: String(Date.now()), use: 'sig' };
    const { OIDC_CLIENT_ID: client_id, OIDC_CLIENT_SECRET: client_secret } = CLIENT;
    // It warns that its sign-in page is for development only.
    const quiet = (['warn', 'info'] as const).map((name) =>
      vi.spyOn(console, name).mockImplementation(() => {}),
    );
    const provider = new Provider(this.issuer, {
      clients: [
        {
          client_id,
          client_secret,
          redirect_uris: [`${this.publicUrl}/auth/oidc/callback`],
          post_logout_redirect_uris: [`${this.publicUrl}/`],
        },
      ],
      jwks: { keys: [key] },
      cookies: { keys: ['a key of the tests'] },
      claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
      features: {
        rpInitiatedLogout: {
          logoutSource: (context, form) => {
            const button = '<button form="op.logoutForm" name="logout" value="yes">Yes</button>';
            context.body = `<!doctype html><title>Sign out?</title>${form}${button}`;
          },
        },
      },
      ttl: {
        IdToken: 3600,
        AccessToken: 86_400,
        Grant: 86_400,
        Interaction: 3600,
        Session: 86_400,
      },
      findAccount: (_context, sub) => ({
        accountId: sub,
        claims: () => ({ sub, ...this.claims.get(sub) }),
      }),
    });
    for (const one of quiet) one.mockRestore();
    const handle = provider.callback();
    this.#handle = (request, response) => {
      if (request.url === '/token' && this.clockOffset !== 0) {
        // The server waits for this response alone.
        vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + this.clockOffset });
        response.once('finish', () => vi.useRealTimers());
      }
      void handle(request, response);
    };
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => void server.close(resolve));
  return port;
}

/** Runs a provider for all tests of a file. */
export function shareOpenIdProvider(): OpenIdProvider {
  const provider = new OpenIdProvider();
  beforeAll(async () => {
    await provider.start();
    return () => provider.stop();
  });
  return provider;
}
