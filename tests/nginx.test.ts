import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../src/config.ts';
import {
  call,
  generalRoom,
  openSocket,
  openStream,
  postMessage,
  signUp,
} from './support/client.ts';
import { upload } from './support/files.ts';
import { hasNginx, startNginx, type Nginx } from './support/nginx.ts';
import { shareServer } from './support/server.ts';

/** Skipped where there is no nginx; the summary counts what was skipped. With CI=true it has to be there. */
const behindNginx = it.skipIf(!hasNginx && process.env['CI'] !== 'true');

const recipes = readFileSync(new URL('../docs/recipes.md', import.meta.url), 'utf8');
const server = shareServer({ TRUST_PROXY: '1' });

/** Chats through a proxy: each transport, and what a transport needs a proxy for. */
async function chat(at: Nginx, name: string): Promise<void> {
  const { token } = await signUp(at, name);
  const { id } = await generalRoom(at, token);
  const stream = openStream(at, token);
  await stream.next('live');
  const socket = await openSocket(at, token, id);
  const text = `from ${name}`;
  expect(await socket.ask({ type: 'send', text })).toMatchObject({ type: 'ack' });
  // Not buffered, or it would not arrive while the stream is open.
  expect((await stream.next('message.created'))['message']).toMatchObject({ text });
  stream.close();
  await socket.close();
  // Larger than what nginx lets through by itself.
  const { status } = await upload(at, token, id, Buffer.alloc(2 ** 21, 'x'));
  expect(status).toBe(201);
}

describe('deploy/nginx.conf', () => {
  behindNginx('carries sockets, streams and uploads, and logs no token', async () => {
    const nginx = await startNginx(server);
    await chat(nginx, 'Ana');
    await expect.poll(() => nginx.log()).toMatch(/GET \/notifications HTTP.* 200 /);
    await expect.poll(() => nginx.log()).toMatch(/GET \/ws\/chat\/\S+ HTTP.* 101 /);
    expect(nginx.log()).not.toContain('?');
  });

  behindNginx(
    'passes on the address of the visitor, and no other that the visitor names',
    async () => {
      const addresses: string[] = [];
      server.app.server.on('request', ({ headers }) =>
        addresses.push(String(headers['x-forwarded-for'])),
      );
      const nginx = await startNginx(server);
      await call(nginx, 'GET', '/rooms', { headers: { 'x-forwarded-for': '192.0.2.1' } });
      expect(addresses).toEqual(['127.0.0.1']);
    },
  );

  behindNginx(
    'answers with TLS, sends http there, and keeps the metrics to the server',
    async () => {
      const nginx = await startNginx(server);
      const curl = async (...args: string[]) =>
        (await promisify(execFile)('curl', ['--silent', '--include', ...args])).stdout;
      const host = `chat.example.org:${nginx.tlsPort}`;
      const trusted = ['--cacert', nginx.certificate, '--resolve', `${host}:127.0.0.1`];
      const page = await curl(...trusted, `https://${host}/`);
      expect(page).toMatch(/^HTTP\/2 200/);
      expect(page).toMatch(/^strict-transport-security: max-age=/m);
      expect(await curl(...trusted, `https://${host}/metrics`)).toMatch(/^HTTP\/2 404/);
      expect((await fetch(`${server.url}/metrics`)).status).toBe(200);
      const away = `http://127.0.0.1:${nginx.redirectPort}/docs?a=1`;
      expect(await curl('--header', 'host: chat.example.org', away)).toMatch(
        /^HTTP\/1.1 301[^]*^Location: https:\/\/chat.example.org\/docs\?a=1\r$/m,
      );
    },
  );

  it('takes files as large as the server does', () => {
    const snippet = readFileSync(new URL('../deploy/nginx-proxy.conf', import.meta.url), 'utf8');
    const [, mebibytes] = /client_max_body_size (\d+)m;/.exec(snippet)!;
    expect(Number(mebibytes) * 2 ** 20).toBeGreaterThan(readConfig({}).maxFileBytes);
  });
});

describe('docs/recipes.md', () => {
  behindNginx('has locations that serve Charla below a path', async () => {
    const [, locations] = /```nginx\n([^]*?location \/chat\/[^]*?)```/.exec(recipes)!;
    const nginx = await startNginx(server, (site) =>
      site.replace(/ {2}# For Prometheus[^]*\n\}\n$/, `${locations}}\n`),
    );
    const redirect = await fetch(`${nginx.url}/chat`, { redirect: 'manual' });
    expect(redirect.headers.get('location')).toBe(`${nginx.url}/chat/`);
    const below = { ...nginx, url: `${nginx.url}/chat` };
    expect(await (await fetch(`${below.url}/`)).text()).toContain('<title>');
    expect((await fetch(`${below.url}/metrics`)).status).toBe(404);
    expect((await fetch(`${nginx.url}/rooms`)).status).toBe(404);
    await chat(below, 'Bo');
    const { token } = await signUp(below, 'Carla');
    const { id } = await generalRoom(below, token);
    expect((await postMessage(below, token, id, 'below a path')).status).toBe(201);
  });
});
