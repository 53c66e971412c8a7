import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createRoom, openLiveSocket, signUp } from '../../support/client.ts';
import { sendAtOnce } from '../../support/until.ts';
import { PATIENCE, print, scaled, seeded, type Random } from '../support/scale.ts';
import { Site } from '../support/site.ts';

const MESSAGES = scaled(600, 10_000);

/** A text that repeats its name, so that every part of it can be found. */
const textOf = (name: string, length: number) =>
  name.repeat(Math.ceil(length / name.length)).slice(0, Math.max(length, name.length));

const lengthOf = (random: Random) =>
  random.pick([random.int(1, 60), random.int(1, 60), random.int(60, 900), random.int(900, 3900)]);

/** Returns those of the names that occur in any file of the folder. */
function namesIn(folder: string, names: ReadonlySet<string>): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  const found = new Set<string>();
  for (const file of files.filter((entry) => entry.isFile())) {
    const bytes = readFileSync(join(file.parentPath, file.name), 'latin1');
    for (const [name] of bytes.matchAll(/<\d{6}[a-z]>/g)) {
      if (names.has(name)) found.add(`${name} in ${file.name}`);
    }
  }
  return [...found];
}

it.each(['SIGTERM', 'SIGKILL'] as const)(
  'leaves no part of a deleted text in any file after a stop that follows a %s',
  { timeout: PATIENCE },
  async (signal) => {
    const random = seeded();
    const site = new Site();
    const server = await site.start();
    const { token } = await signUp(server, 'Ana');
    const room = await createRoom(server, token, 'secret');
    const socket = await openLiveSocket(server, token, room.id);
    socket.ws.setMaxListeners(0);

    const kept = new Map<number, string>();
    const deleted = new Set<string>();
    let last = 0;
    const newName = () => `<${String((last += 1)).padStart(6, '0')}${random.pick([...'abc'])}>`;
    // Texts grow, shrink and are deleted in random order, so that pages are split, merged and freed.
    for (let made = 0; made < MESSAGES; made += 100) {
      const changed = random.shuffle([...kept.keys()]).slice(0, 80);
      const commands = Array.from({ length: 180 }, (_, i) => {
        const name = newName();
        const text = textOf(name, lengthOf(random));
        const seq = i < 100 ? undefined : changed.pop();
        if (seq === undefined) return { type: 'send', text, name };
        return random.chance(0.4)
          ? { type: 'delete', seq, name }
          : { type: 'edit', seq, text, name };
      });
      const answers = await sendAtOnce(
        socket,
        commands.map(({ type, seq, text }) => ({ type, seq, text })),
      );
      commands.forEach(({ type, seq, name }, i) => {
        const answer = answers.get(i)!;
        if (answer['type'] !== 'ack') throw new Error(JSON.stringify(answer));
        // A text that an edit replaced must vanish, too.
        if (seq !== undefined) deleted.add(kept.get(seq)!);
        if (type === 'send') kept.set(Number(answer['seq']), name);
        else if (type === 'edit') kept.set(seq!, name);
        else kept.delete(seq!);
      });
    }
    expect(deleted.size).toBeGreaterThan(MESSAGES / 4);
    if (signal === 'SIGKILL') {
      await site.stop('SIGKILL');
      await site.start();
    }
    expect(await site.stop('SIGTERM')).toMatchObject({ code: 0 });

    expect(namesIn(site.dataDir, new Set(kept.values())).length).toBeGreaterThanOrEqual(kept.size);
    expect(namesIn(site.dataDir, deleted)).toEqual([]);
    print(
      `${deleted.size} texts deleted or replaced, ${kept.size} kept: after ${signal} no file contains a deleted text`,
    );
  },
);
