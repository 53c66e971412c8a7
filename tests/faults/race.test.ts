import { expect, it } from 'vitest';
import { createRoom, openLiveSocket, postMessage, signUp } from '../support/client.ts';
import { Asker } from './support/asker.ts';
import { times } from '../support/times.ts';
import { PATIENCE, print, scaled, seeded } from './support/scale.ts';
import { Site } from './support/site.ts';
import { readLog, seqsById } from './support/trail.ts';

const IDS = scaled(500, 10_000);
const SOCKETS = 32;
/** Ids that race at the same time. */
const BATCH = 250;

interface Reply {
  readonly text: string;
  readonly seq: number | null;
  readonly duplicate: boolean;
  readonly code: string | null;
}

it(
  `writes each of ${IDS} ids once when 32 sockets and HTTP race to send it, and returns the same seq to all`,
  { timeout: PATIENCE },
  async () => {
    const random = seeded();
    const site = new Site();
    const server = await site.start();
    const { token } = await signUp(server, 'Ana');
    const room = await createRoom(server, token, 'race');
    const before = room.lastSeq;

    const overHttp = async (clientMsgId: string, text: string): Promise<Reply> => {
      const { status, body } = await postMessage(server, token, room.id, { text, clientMsgId });
      return status < 300
        ? { text, seq: body.seq, duplicate: status === 200, code: null }
        : { text, seq: null, duplicate: false, code: (body as unknown as { code: string }).code };
    };
    const sockets = await times(SOCKETS, () => openLiveSocket(server, token, room.id));
    const askers = sockets.map(({ ws }) => new Asker(ws.removeAllListeners('message')));
    const overSocket = async (clientMsgId: string, text: string): Promise<Reply> => {
      const answer = await random.pick(askers).ask({ type: 'send', text, clientMsgId });
      const { seq = null, duplicate = false, code = null } = answer;
      return { text, seq, duplicate, code };
    };

    const replies = new Map<string, Reply[]>();
    let sends = 0;
    let refused = 0;
    for (let from = 0; from < IDS; from += BATCH) {
      const ids = Array.from({ length: Math.min(BATCH, IDS - from) }, (_, i) => `id ${from + i}`);
      const attempts = ids.flatMap((id) => {
        const texts = Array.from({ length: random.int(2, 6) }, () => `text of ${id}`);
        if (random.chance(0.2)) texts.push(`another text of ${id}`);
        return texts.map((text) => ({ id, text }));
      });
      await Promise.all(
        random.shuffle(attempts).map(async ({ id, text }) => {
          const reply = random.chance(0.05) ? await overHttp(id, text) : await overSocket(id, text);
          replies.set(id, [...(replies.get(id) ?? []), reply]);
        }),
      );
      sends += attempts.length;
    }

    const log = await readLog(server, token, room.id, before);
    const written = seqsById(log);
    const texts = new Map(log.map(({ seq, message }) => [Number(seq), String(message.text)]));
    const violations: string[] = [];
    for (const [id, all] of replies) {
      const seqs = written.get(id) ?? [];
      const same = all.filter(({ text }) => text === texts.get(seqs[0]!));
      const others = all.filter((reply) => !same.includes(reply));
      refused += others.length;
      const isRight =
        seqs.length === 1 &&
        same.every(({ seq }) => seq === seqs[0]) &&
        same.filter(({ duplicate }) => !duplicate).length === 1 &&
        others.every(({ code }) => code === 'idempotency_mismatch');
      if (!isRight) violations.push(`${id} has the seqs ${seqs.join()}: ${JSON.stringify(all)}`);
    }
    expect(violations).toEqual([]);
    // Nothing else was written, and no seq was skipped: the log has one event per id.
    expect(log).toHaveLength(IDS);
    expect(refused).toBeGreaterThan(IDS / 20);
    print(
      `${IDS} ids in ${sends} sends over ${SOCKETS} sockets and HTTP: ${IDS} rows, ${refused} mismatches refused`,
    );
  },
);
