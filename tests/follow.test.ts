import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { createRoom, postMessage, signUp } from './support/client.ts';
import { startServer, temporaryFolder, type TestServer } from './support/server.ts';

/*
 * The programs of examples/ follow a room in other languages, with nothing but their standard libraries. They run where
 * the machine has the language; the name of the test says where it has not.
 */

const examples = fileURLToPath(new URL('../examples/', import.meta.url));

/** What compiles each program into a folder, if anything does, and what runs it from there. */
const languages = {
  python3: { run: ['python3', join(examples, 'follow.py')] },
  java: {
    compile: [
      'javac',
      '-J-XX:TieredStopAtLevel=1',
      '-proc:none',
      '-d',
      '.',
      join(examples, 'Follow.java'),
    ],
    // It starts in half the time, and a short program needs no better code.
    run: ['java', '-XX:TieredStopAtLevel=1', 'Follow'],
  },
  go: { compile: ['go', 'build', '-o', 'follow', join(examples, 'follow.go')], run: ['./follow'] },
} as const;

/** Whether the first command of a language is there. */
function isThere(language: { compile?: readonly string[]; run: readonly string[] }): boolean {
  const [command] = language.compile ?? language.run;
  return process.env['PATH']!.split(':').some((folder) => existsSync(join(folder, command!)));
}

const present = Object.entries(languages).filter(([, language]) => isThere(language));
const names = present.map(([name]) => name).join(', ');
const absent = Object.keys(languages).filter((name) => !present.some(([one]) => one === name));
const title = absent.length > 0 ? ` (not tried, not on this machine: ${absent.join(', ')})` : '';

interface Event {
  readonly seq: number;
  readonly message?: { readonly text: string };
}

/** A program that follows a room in a folder of its own. */
class Follower {
  readonly events: Event[] = [];
  readonly #command: readonly string[];
  readonly #folder = temporaryFolder();
  #stop: () => Promise<void> = async () => {};

  constructor({ compile, run }: { compile?: readonly string[]; run: readonly string[] }) {
    const [file, ...args] = compile ?? [];
    if (file) execFileSync(file, args, { cwd: this.#folder });
    this.#command = run;
    onTestFinished(() => this.stop());
  }

  start(env: Record<string, string>): void {
    const [file, ...args] = this.#command;
    const { PATH, HOME } = process.env;
    const child = spawn(file!, args, {
      cwd: this.#folder,
      env: { PATH, HOME, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const closed = once(child, 'close');
    createInterface(child.stdout).on('line', (line) => {
      this.events.push(...(JSON.parse(line) as Event[]));
    });
    this.#stop = async () => {
      child.kill('SIGKILL');
      await closed;
    };
  }

  /** Kills the program. */
  stop(): Promise<void> {
    return this.#stop();
  }

  /** Waits until the program has printed a text, and has noted where it is. */
  async reach(text: string, offset: string): Promise<void> {
    const texts = () => this.events.map(({ message }) => message?.text);
    await expect.poll(texts, { timeout: 60_000 }).toContain(text);
    const place = () => readFileSync(join(this.#folder, 'follow.offset'), 'utf8');
    await expect.poll(place, { timeout: 60_000 }).toBe(offset);
  }
}

it(`the examples in ${names} follow a room, through a restart of the server and of themselves${title}`, async () => {
  expect(present).not.toEqual([]);
  const DATA_DIR = temporaryFolder();
  let server: TestServer = await startServer({ DATA_DIR });
  const { token } = await signUp(server, 'Ana');
  const { id } = await createRoom(server, token, 'kitchen');
  const env = { CHARLA: server.url, TOKEN: token, ROOM: id };
  const say = (text: string) => postMessage(server, token, id, text);
  const head = async () => {
    const url = `${server.url}/streams/rooms/${id}?offset=now`;
    const { headers } = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    return headers.get('Stream-Next-Offset')!;
  };
  await say('said before');
  const followers = present.map(([, language]) => new Follower(language));
  const all = async (text: string) => {
    const offset = await head();
    await Promise.all(followers.map((follower) => follower.reach(text, offset)));
  };

  followers.forEach((follower) => follower.start(env));
  await all('said before');
  await say('¡Hola! 👋');
  await all('¡Hola! 👋');
  await server.stop();
  server = await startServer({ DATA_DIR, PORT: new URL(server.url).port });
  await say('after the restart');
  await all('after the restart');
  await Promise.all(followers.map((follower) => follower.stop()));
  await say('while nobody followed');
  followers.forEach((follower) => follower.start(env));
  await all('while nobody followed');

  const seqs = Array.from({ length: (await say('the end')).body.seq }, (_, i) => i + 1);
  await all('the end');
  for (const { events } of followers) expect(events.map(({ seq }) => seq)).toEqual(seqs);
});

it('docs/embedding.md shows the program in Python as it is', () => {
  const guide = readFileSync(join(examples, '../docs/embedding.md'), 'utf8');
  const [, shown] = /```python\n([^]*?)```/.exec(guide)!;
  expect(shown).toBe(readFileSync(join(examples, 'follow.py'), 'utf8'));
});
