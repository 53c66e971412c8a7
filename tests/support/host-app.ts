import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { beforeAll } from 'vitest';

type Algorithm = 'RS256' | 'ES256' | 'EdDSA';

interface Key {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: JWK;
}

export const AUDIENCE = 'charla';
export const ISSUER = 'https://app.example.org';

/** An application that signs its users in, and publishes its keys. */
export class HostApp {
  url = '';
  /** How the keys are answered for; by default with those there are. */
  respond: ((response: ServerResponse) => void) | null = null;
  /** How often the keys were asked for. */
  fetches = 0;
  readonly #keys = new Map<string, Key>();
  readonly #server = createServer((_request, response) => {
    this.fetches += 1;
    if (this.respond) return this.respond(response);
    const keys = Array.from(this.#keys.values(), ({ publicKey }) => publicKey);
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }));
  });

  async start(): Promise<void> {
    for (const alg of ['RS256', 'ES256', 'EdDSA'] as const) await this.addKey(alg, alg);
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/keys`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async addKey(kid: string, alg: Algorithm): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair(alg);
    const jwk = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' };
    this.#keys.set(kid, { kid, alg, privateKey, publicKey: jwk });
  }

  removeKey(kid: string): void {
    this.#keys.delete(kid);
  }

  /** Returns a token that is good for an hour, unless `claims` say something else; undefined leaves a claim out. */
  async token(sub: string, claims: Record<string, unknown> = {}, kid = 'ES256'): Promise<string> {
    const { privateKey, alg } = this.#keys.get(kid)!;
    const now = Math.floor(Date.now() / 1000);
    const all = { iss: ISSUER, aud: AUDIENCE, sub, iat: now, exp: now + 3600, ...claims };
    return new SignJWT(all).setProtectedHeader({ alg, kid }).sign(privateKey);
  }
}

/** Runs an application for all tests of a file. */
export function shareHostApp(): HostApp {
  const app = new HostApp();
  beforeAll(async () => {
    await app.start();
    return () => app.stop();
  });
  return app;
}
