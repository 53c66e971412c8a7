import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { asyncApiDocument } from '../src/transports/docs/asyncapi.ts';
import { closeKinds } from '../src/protocol/errors.ts';
import { shareServer, startServer } from './support/server.ts';
import { playTranscript, transcriptOf } from './support/transcript.ts';

const markdown = readFileSync(new URL('../docs/protocol.md', import.meta.url), 'utf8');
const [lasting, ending] = markdown.split('\n## When a token ends\n') as [string, string];
const server = shareServer();

it('docs/protocol.md shows what a server sends, line by line', () =>
  playTranscript(transcriptOf(lasting), server));

it('docs/protocol.md shows what a server sends as a token ends', async () => {
  const [, TOKEN_TTL] = /`TOKEN_TTL=(\w+)`/.exec(ending)!;
  await playTranscript(transcriptOf(ending), await startServer({ TOKEN_TTL: TOKEN_TTL! }));
});

it('docs/protocol.md shows every kind of frame and event, and names every close code', () => {
  const { messages } = asyncApiDocument('0.0.0').components;
  const shown = transcriptOf(markdown).map(({ text }) => /"type":"([\w.]+)"/.exec(text)?.[1]);
  expect(Object.values(messages).map(({ name }) => name)).toContain('welcome');
  for (const { name } of Object.values(messages)) expect(shown).toContain(name);
  for (const { code } of Object.values(closeKinds)) expect(markdown).toContain(String(code));
});
