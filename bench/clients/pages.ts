import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { percentiles, type Percentiles } from '../figures.ts';
import { BIG_ROOM } from '../long-life.ts';
import { readPlan, sendResult } from '../processes.ts';
import { tokenOf } from '../world.ts';

/* Requests pages of the long-life server in sequence, and measures how long each takes. */

export interface PagesPlan {
  readonly url: string;
  /** Pages of each kind. */
  readonly rounds: number;
}

export type PagesResult = readonly { readonly name: string; readonly ms: Percentiles }[];

const plan = readPlan() as PagesPlan;
const agent = new Agent({ keepAlive: true });
const headers = { authorization: `Bearer ${tokenOf(0)}` };
const times: { name: string; ms: Percentiles }[] = [];

async function get(path: string): Promise<string> {
  const sent = request(plan.url + path, { agent, headers }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk as string;
  if (response.statusCode !== 200) throw new Error(`${path}: ${text}`);
  return text;
}

/** Pages that are requested first, so that compiled code is measured. */
const WARM_UP = 4000;

async function measure(name: string, fetchPage: (round: number) => Promise<string>): Promise<void> {
  const taken: number[] = [];
  // The first pages are not timed: they fill the disk cache.
  for (let round = -plan.rounds / 10; round < plan.rounds; round += 1) {
    const start = performance.now();
    await fetchPage(Math.max(round, 0));
    if (round >= 0) taken.push(performance.now() - start);
  }
  times.push({ name, ms: percentiles(taken) });
}

const big = `/rooms/${BIG_ROOM}`;
const { lastSeq } = JSON.parse(await get(big)) as { lastSeq: number };

for (let i = 0; i < WARM_UP; i += 1) await get(`${big}/messages?before=${lastSeq - i * 100}`);

await measure('50 messages, the newest', () => get(`${big}/messages`));
for (const depth of [0.01, 0.5, 0.99]) {
  await measure(`50 messages, ${depth * 100} % of the way back`, (round) => {
    const before = Math.floor(lastSeq * (1 - depth)) + 60 + round * 7;
    return get(`${big}/messages?before=${before}`);
  });
}
await measure('50 events, anywhere', (round) =>
  get(`${big}/events?after=${Math.floor((lastSeq * round) / plan.rounds)}`),
);
await measure('a room with its counts', () => get(big));
for (const scope of ['mine', 'public', 'all']) {
  let cursor = '';
  await measure(`50 rooms with their counts, ${scope}, page after page`, async () => {
    const page = await get(`/rooms?scope=${scope}${cursor && `&cursor=${cursor}`}`);
    cursor = (JSON.parse(page) as { nextCursor: string | null }).nextCursor ?? '';
    return page;
  });
}
await measure('50 rooms, by part of the name', () => get('/rooms?query=99'));
for (const [name, q] of [
  ['a word of every other message', 'w0'],
  ['two common words', 'w0 w1'],
  ['a rare word', 'needle'],
  ['a common and a rare word', 'w0 needle'],
  ['a word that occurs nowhere', 'nowhere'],
  ['one letter', 'w'],
  ['the prefix of many words', 'w1'],
]) {
  await measure(`search: ${name}`, () => get(`/search?q=${encodeURIComponent(q!)}`));
  await measure(`search in one room: ${name}`, () =>
    get(`/search?roomId=${BIG_ROOM}&q=${encodeURIComponent(q!)}`),
  );
}
await measure('people, by part of the name', () => get('/users?query=99'));
agent.destroy();
sendResult(times satisfies PagesResult);
