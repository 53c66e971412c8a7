import { readFileSync } from 'node:fs';
import { Parser } from '@asyncapi/parser';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { closeKinds, errorKinds } from '../../src/protocol/errors.ts';
import { durableEvents, ephemeralEvents } from '../../src/protocol/events.ts';
import { socketFrames, streamFrames } from '../../src/protocol/frames.ts';
import { commands } from '../../src/protocol/socket-commands.ts';
import type { AsyncApiDocument } from '../../src/transports/docs/asyncapi.ts';
import { call } from '../support/client.ts';
import { shareServer } from '../support/server.ts';

const server = shareServer();

const get = async <T>(path: string) => (await call<T>(server, 'GET', path)).body;

describe.each([
  ['docs/openapi.json', '/docs/json'],
  ['docs/asyncapi.json', '/docs/asyncapi.json'],
])('%s', (file, path) => {
  it('is what a server sends (if it is not, run `npm run documents`)', async () => {
    const committed: unknown = JSON.parse(
      readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'),
    );
    expect(committed).toEqual(await get(path));
  });
});

/** Lints an OpenAPI document by the strict rules of Redocly, and returns what was found, as lines. */
async function lint(document: object): Promise<string[]> {
  const config = await createConfig({ extends: ['recommended-strict'] });
  const source = JSON.stringify(document);
  const found = await lintFromString({ source, config, absoluteRef: '/openapi.json' });
  return found.map(
    ({ ruleId, location, message }) => `${ruleId} at ${location[0]?.pointer}: ${message}`,
  );
}

describe('the OpenAPI document', () => {
  it('passes the strict rules of Redocly', async () => {
    const found = await lint(await get('/docs/json'));
    // A socket opens with 101, and a browser is sent away with 302.
    const isOther = (line: string) =>
      /^operation-2xx-response at #\/paths\/~1(?:ws~1|auth~1oidc)/.test(line);
    expect(found.filter((line) => !isOther(line))).toEqual([]);
  });

  it('has only operations with an id of their own', async () => {
    const { paths } = await get<{
      paths: Record<string, Record<string, { operationId?: string }>>;
    }>('/docs/json');
    const all = Object.values(paths).flatMap((methods) => Object.values(methods));
    const ids = all.map(({ operationId }) => operationId);
    expect(ids).not.toContain(undefined);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('the AsyncAPI document', () => {
  let document: AsyncApiDocument;
  beforeAll(async () => {
    document = await get('/docs/asyncapi.json');
  });

  it('is valid by the parser of AsyncAPI', async () => {
    const { diagnostics } = await new Parser().parse(JSON.stringify(document));
    const found = diagnostics.map(
      ({ code, path, message }) => `${code} at ${path.join('.')}: ${message}`,
    );
    // That there is a version 3.1 is no fault.
    expect(found.filter((line) => !line.startsWith('asyncapi-latest-version'))).toEqual([]);
  });

  it('has every command, event, frame, close code and error code', () => {
    const { channels, components } = document;
    const namesOf = (ids: string[]) => ids.map((id) => components.messages[id]!.name);
    const ofKind = (kind: string) =>
      namesOf(
        Object.keys(components.messages).filter((id) =>
          components.messages[id]!.tags.some(({ name }) => name === kind),
        ),
      );
    expect(ofKind('Commands')).toEqual(Object.keys(commands));
    expect(ofKind('Durable events')).toEqual(Object.keys(durableEvents));
    expect(ofKind('Ephemeral events')).toEqual([...Object.keys(ephemeralEvents), 'token_expiring']);
    const typesOf = (frames: object) => Object.keys(frames).map((name) => name.split('.')[0]!);
    const others = [...ofKind('Opening'), ...ofKind('Answers')];
    const wanted: string[] = [...typesOf(socketFrames), ...typesOf(streamFrames)];
    expect(others.toSorted()).toEqual(wanted.toSorted());
    const { 'x-close-codes': closes, 'x-error-codes': errors } = channels.room;
    expect(closes!.map(({ code }) => code)).toEqual(
      Object.values(closeKinds).map(({ code }) => code),
    );
    expect(errors!.map(({ code }) => code)).toEqual(Object.keys(errorKinds));
    for (const { code } of Object.values(closeKinds)) {
      expect(channels.room.description).toContain(String(code));
    }
  });

  it('says what only sockets send, and what only streams send', () => {
    const { room, notifications } = document.channels;
    const [inRoom, inStream] = [room, notifications].map(({ messages }) => Object.keys(messages));
    const isEvent = (id: string) =>
      !/Command$|^Stream|^Ack|^(Welcome|Live|Reset|Pong|ErrorFrame)$/.test(id);
    expect(inRoom!.filter((id) => isEvent(id) && !inStream!.includes(id))).toEqual(['Typing']);
    expect(inStream!.filter((id) => isEvent(id) && !inRoom!.includes(id))).toEqual(['Mention']);
  });
});

describe('the page of the AsyncAPI document', () => {
  it('loads nothing but its stylesheet and its icon, under a policy that allows no more', async () => {
    const response = await fetch(`${server.url}/docs/asyncapi`);
    const page = await response.text();
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = response.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|script-src|\*/);
    expect(page).not.toMatch(/<script|<style| style=| on\w+=/);
    const loaded = [...page.matchAll(/<link [^>]*href="([^"]+)"/g)].map(([, href]) => href!);
    expect(loaded).toHaveLength(2);
    const linked = [...page.matchAll(/<a [^>]*href="([^"#]+)"/g)].map(([, href]) => href!);
    expect(linked).toContain('./asyncapi.json');
    for (const href of [...loaded, ...linked]) {
      const { status } = await fetch(new URL(href, response.url));
      expect([href, status]).toEqual([href, 200]);
    }
  });

  it('has an anchor for each of its links, and every message and schema', async () => {
    const page = await (await fetch(`${server.url}/docs/asyncapi`)).text();
    const anchors = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!);
    expect(new Set(anchors).size).toBe(anchors.length);
    for (const [, id] of page.matchAll(/href="#([^"]+)"/g)) expect(anchors).toContain(id);
    const { components } = await get<AsyncApiDocument>('/docs/asyncapi.json');
    const names = [...Object.keys(components.messages), ...Object.keys(components.schemas)];
    expect(anchors).toEqual(expect.arrayContaining(names));
  });
});
