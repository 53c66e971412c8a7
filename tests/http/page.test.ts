import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseAst } from 'vitest/node';
import { pageFiles } from '../../src/transports/http/page-files.ts';
import { call, signUp } from '../support/client.ts';
import { shareServer, startServer } from '../support/server.ts';

const server = shareServer();

const get = (path: string, init: RequestInit = {}) => fetch(server.url + path, init);

/** Parses a Content-Security-Policy into its directives. */
function policyOf(headers: Headers): Map<string, string[]> {
  const directives = (headers.get('content-security-policy') ?? '').split(';');
  return new Map(
    directives.map((directive): [string, string[]] => {
      const [name = '', ...sources] = directive.trim().split(/\s+/);
      return [name, sources];
    }),
  );
}

describe('the page', () => {
  let html: string;
  let headers: Headers;
  beforeAll(async () => {
    const answer = await get('/');
    expect(answer.status).toBe(200);
    ({ headers } = answer);
    html = await answer.text();
  });

  it('is HTML in UTF-8', () => {
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(html).toMatch(/^<!doctype html>/i);
  });

  it('allows only its own scripts, and its import map and first script by hash', () => {
    const inline = html.matchAll(/<script(?: type="importmap")?>([\s\S]*?)<\/script>/g);
    const hashes = Array.from(inline, ([, text]) => {
      return `'sha256-${createHash('sha256').update(text!).digest('base64')}'`;
    });
    expect(hashes).toHaveLength(2);
    const policy = policyOf(headers);
    expect(policy.get('script-src')).toEqual(["'self'", ...hashes]);
    expect(policy.get('default-src')).toEqual(["'self'"]);
    expect(policy.get('style-src')).toEqual(["'self'"]);
    expect(policy.get('object-src')).toEqual(["'none'"]);
    expect(policy.get('frame-ancestors')).toBeDefined();
    expect(policy.get('base-uri')).toBeDefined();
    expect(headers.get('content-security-policy')).not.toMatch(/unsafe-inline|unsafe-eval|\*/);
  });

  it('has nothing inline that its policy would block', () => {
    const inline = [...html.matchAll(/<script\b(?![^>]*\bsrc=)[^>]*>/g)].map(([tag]) => tag);
    const [map, lists, boot] = [
      '<script type="importmap">',
      '<script type="application/json" id="modules">',
      '<script>',
    ];
    expect(inline).toEqual([map, lists, boot]);
    expect(html).not.toMatch(/<style\b|\sstyle=|\son\w+=|javascript:/i);
  });

  it('is served with every file that it needs', async () => {
    const wanted = [...html.matchAll(/<(?:link|script)\b[^>]*\b(?:href|src)="([^"]+)"/g)];
    expect(wanted.length).toBeGreaterThan(2);
    for (const [, path] of wanted) {
      const answer = await get(`/${path!.replace(/^\.?\//, '')}`);
      expect([path, answer.status]).toEqual([path, 200]);
      expect((await answer.text()).length).toBeGreaterThan(0);
    }
  });

  it('is served with every module that it imports, directly or not', async () => {
    const [, json] = /<script type="importmap">([\s\S]*?)<\/script>/.exec(html)!;
    const { imports } = JSON.parse(json!) as { imports: Record<string, string> };
    const entries = [...html.matchAll(/<script type="module" src="([^"]+)"/g)].map(
      ([, src]) => src!,
    );
    const base = `${server.url}/`;
    const queue = [...entries, ...Object.values(imports)].map((path) => new URL(path, base).href);
    const seen = new Set<string>();
    for (let url = queue.pop(); url !== undefined; url = queue.pop()) {
      if (seen.has(url)) continue;
      seen.add(url);
      const answer = await fetch(url);
      expect([url, answer.status]).toEqual([url, 200]);
      expect([url, answer.headers.get('content-type')]).toEqual([
        url,
        expect.stringMatching(/^(text|application)\/javascript/),
      ]);
      for (const specifier of importsOf(await answer.text())) {
        expect([url, specifier, /^\.{0,2}\//.test(specifier) || specifier in imports]).toEqual([
          url,
          specifier,
          true,
        ]);
        queue.push(
          new URL(imports[specifier] ?? specifier, specifier in imports ? base : url).href,
        );
      }
    }
    expect([...seen].filter((url) => url.endsWith('/client/session-client.js'))).toHaveLength(1);
    expect(seen.size).toBeGreaterThan(Object.keys(imports).length + 5);
  });

  it('is served without the files of its type check', async () => {
    expect((await get('/tsconfig.json')).status).toBe(404);
  });

  it('is revalidated at every load, and not sent again if nothing changed', async () => {
    for (const path of ['/', '/app.js', '/vendor/preact/preact.mjs']) {
      const first = await get(path);
      await first.arrayBuffer();
      expect(first.headers.get('cache-control')).toBe('no-cache');
      const etag = first.headers.get('etag')!;
      const again = await get(path, { headers: { 'if-none-match': etag, 'cache-control': '' } });
      expect([path, again.status]).toEqual([path, 304]);
    }
  });

  it('uses files of its version, which a browser keeps for a year', async () => {
    const used = [...html.matchAll(/"\.\/([^"]+\.(?:css|m?js))"/g)].map(([, path]) => path!);
    expect(used.length).toBeGreaterThan(10);
    for (const path of used) expect(path).toMatch(/^v\/[\w-]{16}\//);
    const kept = await raw(`/${used[0]}`, {});
    expect(kept.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    // A page loads a hundred of these.
    for (const name of ['etag', 'last-modified', 'connection', 'keep-alive', 'referrer-policy'])
      expect([name, kept.headers[name]]).toEqual([name, undefined]);
  });

  it('finds the present files under another version, and does not keep them', async () => {
    const answer = await get('/v/of-another-day/app.js');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-cache');
    const [present, version] = /(v\/[\w-]{16})\/app\.js/.exec(html)!;
    expect(await answer.text()).toBe(await (await get(`/${present}`)).text());
    for (const folder of ['v/of-another-day', version!, 'client', 'vendor/preact']) {
      const nothing = await get(`/${folder}/nothing.js`);
      expect([folder, nothing.status]).toEqual([folder, 404]);
      expect([folder, nothing.headers.get('cache-control')]).toEqual([folder, null]);
    }
    for (const path of ['client/../../package.json', 'client/%2e%2e/%2e%2e/package.json']) {
      expect([path, (await raw(`/${path}`, {})).status]).toEqual([path, 404]);
    }
  });

  it('loads its own scripts without comments, and otherwise as others may read them', async () => {
    const [version] = /v\/[\w-]{16}\//.exec(html)!;
    const withoutPlaces = (key: string, value: unknown) =>
      key === 'start' || key === 'end' ? undefined : value;
    const treeOf = (source: string) => JSON.stringify(parseAst(source), withoutPlaces);
    let comments = 0;
    for (const path of pageFiles.keys()) {
      if (!path.endsWith('.js') || path.startsWith('vendor/')) continue;
      const source = await (await get(`/${path}`)).text();
      const loaded = await (await get(`/${version}${path}`)).text();
      expect([path, loaded.match(/\/\*\*|^\s*(?:\/\/|\/\*)/m)]).toEqual([path, null]);
      expect([path, treeOf(loaded)]).toEqual([path, treeOf(source)]);
      // What a browser says of a line is true of the source.
      expect([path, loaded.split('\n').length]).toEqual([path, source.split('\n').length]);
      comments += source.length - loaded.length;
    }
    expect(comments).toBeGreaterThan(100_000);
  });

  it('names before its script all modules that the script imports', async () => {
    const preloaded = [...html.matchAll(/<link rel="modulepreload" href="([^"]+)"/g)];
    const paths = new Set(preloaded.map(([, path]) => path!.replace(/^\.\/v\/[^/]+/, '')));
    expect(paths).toContain('/app.js');
    const [, json] = /<script type="importmap">([\s\S]*?)<\/script>/.exec(html)!;
    const { imports } = JSON.parse(json!) as { imports: Record<string, string> };
    for (const path of paths) {
      for (const specifier of staticImportsOf(await (await get(path)).text())) {
        const mapped = imports[specifier]?.replace(/^\.\/v\/[^/]+/, '');
        expect(paths).toContain(mapped ?? new URL(specifier, `http://host${path}`).pathname);
      }
    }
  });

  it('is sent compressed, as the client accepts it', async () => {
    for (const path of ['/', '/app.js', '/styles/base.css', '/icons/favicon.svg']) {
      const plain = await raw(path, {});
      expect([path, plain.headers['content-encoding']]).toEqual([path, undefined]);
      expect([path, plain.headers['vary']]).toEqual([path, 'accept-encoding']);
      for (const [accepted, encoding, decode] of [
        ['gzip, deflate, br', 'br', brotliDecompressSync],
        ['gzip, br;q=0', 'gzip', gunzipSync],
      ] as const) {
        const answer = await raw(path, { 'accept-encoding': accepted });
        expect([path, answer.headers['vary']]).toEqual([path, 'accept-encoding']);
        expect([path, answer.headers['etag']]).toEqual([path, plain.headers['etag']]);
        if (plain.body.length < 512) continue;
        expect([path, answer.headers['content-encoding']]).toEqual([path, encoding]);
        expect(answer.body.length).toBeLessThan(plain.body.length);
        expect(decode(answer.body)).toEqual(plain.body);
        const again = await raw(path, { 'accept-encoding': accepted });
        expect(again.body).toEqual(answer.body);
      }
    }
  });

  it('compresses what is requested often as well as possible', async () => {
    const accepting = { 'accept-encoding': 'br' };
    const first = await raw('/client/api.js', accepting);
    const sizeNow = async () => {
      const { body } = await raw('/client/api.js', accepting);
      expect(brotliDecompressSync(body)).toEqual(brotliDecompressSync(first.body));
      return body.length;
    };
    for (let i = 0; i < 20; i += 1) await sizeNow();
    await expect.poll(sizeNow).toBeLessThan(first.body.length * 0.95);
  });

  it('keeps HEAD, ranges and 304 right where the client accepts compression', async () => {
    const accepting = { 'accept-encoding': 'br' };
    for (const path of ['/', '/views/rooms.js']) {
      const full = await raw(path, accepting);
      const head = await raw(path, accepting, 'HEAD');
      expect([head.status, head.body.length]).toEqual([200, 0]);
      for (const name of ['content-encoding', 'content-length', 'etag', 'vary']) {
        expect([name, head.headers[name]]).toEqual([name, full.headers[name]]);
      }
      const fresh = await raw(path, { ...accepting, 'if-none-match': full.headers['etag']! });
      expect([fresh.status, fresh.body.length]).toEqual([304, 0]);
      expect(fresh.headers['content-encoding']).toBeUndefined();
      expect(fresh.headers['vary']).toBe('accept-encoding');
    }
    const plain = await raw('/views/rooms.js', {});
    const part = await raw('/views/rooms.js', { ...accepting, range: 'bytes=10-19' });
    expect(part.status).toBe(206);
    expect(part.headers['content-encoding']).toBeUndefined();
    expect(part.headers['content-range']).toBe(`bytes 10-19/${plain.body.length}`);
    expect(part.body).toEqual(plain.body.subarray(10, 20));
  });
});

/** The specifiers of a module's static imports and re-exports. */
function staticImportsOf(source: string): string[] {
  const code = source.replace(/\bimport\s*\(/g, '');
  return importsOf(code);
}

interface Raw {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Requests a path without decoding the response, as `fetch` would. */
async function raw(path: string, headers: Record<string, string>, method = 'GET'): Promise<Raw> {
  const sent = request(server.url + path, { method, headers }).end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: answer.statusCode!, headers: answer.headers, body: await buffer(answer) };
}

/** Returns the specifiers of a module's imports, dynamic imports and re-exports, if they are literals. */
function importsOf(source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const from = code.matchAll(/(?:^|[;}\s])(?:import|export)\b[^'"();]*?from\s*["']([^"']+)["']/g);
  const bare = code.matchAll(/(?:^|[;\s])import\s*\(?\s*["']([^"']+)["']/g);
  return [...from, ...bare].map(([, specifier]) => specifier!);
}

describe('the security headers', () => {
  it.each([
    ['the page', '/'],
    ['a script', '/app.js'],
    ['a library', '/vendor/htm/htm.mjs'],
    ['JSON', '/health'],
    ['a refusal', '/users/me'],
    ['an unknown path', '/nothing'],
  ])('are on %s', async (_, path) => {
    const { headers } = await get(path);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(policyOf(headers).get('default-src')).toEqual(["'self'"]);
    expect(policyOf(headers).get('connect-src')).toEqual(["'self'"]);
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('server')).toBeNull();
  });
});

const corsHeaders = (headers: Headers) =>
  [...headers.keys()].filter((name) => name.startsWith('access-control-'));

describe('pages of other origins', () => {
  const foreign = 'https://foreign.example';

  it('may read nothing by default', async () => {
    const headers = { origin: foreign };
    for (const path of ['/health', '/users/me', '/', '/app.js']) {
      expect([path, corsHeaders((await get(path, { headers })).headers)]).toEqual([path, []]);
    }
    const asked = { ...headers, 'access-control-request-method': 'POST' };
    const preflight = await get('/auth/login', { method: 'OPTIONS', headers: asked });
    expect(corsHeaders(preflight.headers)).toEqual([]);
  });

  it('may use the server only if ALLOWED_ORIGINS names them', async () => {
    const allowed = 'https://chat.example';
    const open = await startServer({ ALLOWED_ORIGINS: `https://other.example, ${allowed}` });
    const { token } = await signUp(open, 'Ana');
    const { headers } = await call(open, 'GET', '/users/me', {
      token,
      headers: { origin: allowed },
    });
    expect(headers.get('access-control-allow-origin')).toBe(allowed);
    expect(headers.get('vary')).toMatch(/origin/i);
    expect(headers.get('access-control-expose-headers')).toMatch(/retry-after/i);
    // A page must be able to read the reason of a refusal.
    const refused = await call(open, 'GET', '/users/me', { headers: { origin: allowed } });
    expect(refused.status).toBe(401);
    expect(refused.headers.get('access-control-allow-origin')).toBe(allowed);

    const asked = {
      origin: allowed,
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'authorization,content-type',
    };
    const preflight = await fetch(`${open.url}/users/me`, { method: 'OPTIONS', headers: asked });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe(allowed);
    expect(preflight.headers.get('access-control-allow-methods')).toContain('PATCH');
    expect(preflight.headers.get('access-control-allow-headers')).toMatch(/authorization/i);

    const others = [foreign, 'null', `${allowed}.evil.example`, 'http://chat.example'];
    for (const origin of others) {
      const answer = await call(open, 'GET', '/users/me', { token, headers: { origin } });
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
      const response = await fetch(`${open.url}/users/me`, {
        method: 'OPTIONS',
        headers: { ...asked, origin },
      });
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
    }
    const stream = await fetch(`${open.url}/notifications?token=${token}`, {
      headers: { origin: allowed },
    });
    expect(stream.headers.get('access-control-allow-origin')).toBe(allowed);
    await stream.body!.cancel();
    // A request that is not a preflight gets the contract's JSON, if anything.
    const plain = await fetch(`${open.url}/users/me`, { method: 'OPTIONS' });
    expect([204, 404]).toContain(plain.status);
  });
});
