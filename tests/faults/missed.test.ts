import { expect, it } from 'vitest';
import { call, createRoom, joinRoom, openLiveSocket, signUp } from '../support/client.ts';
import { sendAtOnce } from '../support/until.ts';
import { PATIENCE, print, scaled, seeded } from './support/scale.ts';
import { Site } from './support/site.ts';
import { isDurable, parse, tapRoom, tapStream } from './support/taps.ts';
import { readLog } from './support/trail.ts';

const EVENTS = scaled(2500, 50_000);
const BATCH = 500;

it(
  `delivers ${EVENTS} missed events, edits and deletions among them, once and in order, over WebSocket, SSE and polling`,
  { timeout: PATIENCE },
  async () => {
    const random = seeded();
    const site = new Site();
    const server = await site.start();
    const ana = await signUp(server, 'Ana');
    const bo = await signUp(server, 'Bo');
    const room = await createRoom(server, ana.token, 'long');
    await joinRoom(server, bo.token, room.id);
    // Bo reads up to the head and disconnects.
    let cursor = '';
    const stream = tapStream(server, bo.token, undefined, (_, id) => (cursor = id ?? cursor));
    await stream.live;
    stream.end();
    const { body } = await call<{ lastSeq: number }>(server, 'GET', `/rooms/${room.id}`, {
      token: bo.token,
    });
    const after = body.lastSeq;

    const socket = await openLiveSocket(server, ana.token, room.id);
    socket.ws.setMaxListeners(0);
    const texts = new Map<number, string>();
    const deleted = new Map<number, string>();
    for (let made = 0; made < EVENTS; made += BATCH) {
      const known = random.shuffle([...texts.keys()].slice(-2 * BATCH));
      const commands = Array.from({ length: Math.min(BATCH, EVENTS - made) }, (_, i) => {
        const seq = random.chance(0.2) ? known.pop() : undefined;
        const text = `text ${made + i} ${'x'.repeat(random.int(0, 80))}`;
        if (seq === undefined) return { type: 'send', text };
        return random.chance(0.5) ? { type: 'edit', seq, text } : { type: 'delete', seq };
      });
      const answers = await sendAtOnce(socket, commands);
      commands.forEach((command, i) => {
        const { type, seq } = answers.get(i)!;
        if (type !== 'ack') throw new Error(JSON.stringify(answers.get(i)));
        if (command.type === 'send') {
          texts.set(Number(seq), command.text!);
        } else if (command.type === 'edit') {
          texts.set(command.seq!, command.text!);
        } else {
          deleted.set(command.seq!, texts.get(command.seq!)!);
          texts.delete(command.seq!);
        }
      });
    }
    expect(deleted.size).toBeGreaterThan(EVENTS / 20);

    const check = (way: string, frames: readonly string[], ms: number) => {
      const events = frames.filter(isDurable).map(parse);
      const numbers = events.map((event) => Number(event['seq']));
      expect(numbers, way).toEqual(Array.from({ length: EVENTS }, (_, i) => after + 1 + i));
      for (const { message } of events) {
        const seq = Number(message.seq);
        // Every event carries the current message, never a former text.
        expect(message.text).toBe(texts.get(seq) ?? '');
        expect(message.deletedAt !== null).toBe(deleted.has(seq));
      }
      const all = frames.join('\n');
      expect([...deleted.values()].filter((text) => all.includes(`"${text}"`))).toEqual([]);
      print(`${EVENTS} missed events over ${way}: ${Math.round(ms)} ms`);
    };

    const resume = async (way: 'WebSocket' | 'SSE') => {
      const frames: string[] = [];
      const since = performance.now();
      const take = (json: string) => void frames.push(json);
      const tap =
        way === 'WebSocket'
          ? tapRoom(server, bo.token, room.id, { after }, take)
          : tapStream(server, bo.token, cursor, take);
      expect(await tap.live).toBe(true);
      const ms = performance.now() - since;
      tap.end();
      check(way, frames, ms);
    };
    await resume('WebSocket');
    await resume('SSE');
    const since = performance.now();
    const log = await readLog(server, bo.token, room.id, after);
    const polled = performance.now() - since;
    check(
      'GET events',
      log.map((event) => JSON.stringify(event)),
      polled,
    );
  },
);
