import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { call, createRoom, openLiveSocket, signUp, signUpAdmin } from './support/client.ts';
import { startServer } from './support/server.ts';

const root = new URL('../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, root), 'utf8');

interface Line {
  readonly level: string;
  readonly message: string;
  readonly fields: readonly string[];
}

/** The lines that docs/logs.md lists: `code` in the third column is a field, but for what stands in parentheses. */
const documented: Line[] = Array.from(
  read('docs/logs.md').matchAll(/^\| (fatal|error|warn|info|debug|trace) +\| (.+?) +\|(.*?)\| /gm),
  ([, level, message, fields]) => ({
    level: level!,
    message: message!,
    fields: Array.from(
      fields!.replaceAll(/\(.*?\)/g, '').matchAll(/`(\w+)`/g),
      ([, name]) => name!,
    ),
  }),
);
/** Those that a library writes. */
const isOfFastify = ({ message }: Line) => /^(?:incoming|request completed|Server)/.test(message);

/** The arguments of a call whose parenthesis opens before `start`, cut at the commas between them. */
function argumentsAt(source: string, start: number): string[] {
  const found: string[] = [];
  let [depth, quote, from] = [0, '', start];
  for (let i = start; ; i += 1) {
    const character = source[i];
    if (character === undefined) throw new Error('A call has no end');
    if (quote !== '') {
      if (character === '\\') i += 1;
      else if (character === quote) quote = '';
    } else if (`'"\``.includes(character)) quote = character;
    else if ('([{'.includes(character)) depth += 1;
    else if (depth === 0 && ',)'.includes(character)) {
      found.push(source.slice(from, i).trim());
      from = i + 1;
      if (character === ')') return found.filter((one) => one !== '');
    } else if (')]}'.includes(character)) depth -= 1;
  }
}

const stringsIn = (code: string) =>
  Array.from(code.matchAll(/'((?:[^'\\]|\\.)*)'/g), ([, text]) => text!);

/** The names of the fields of `{ err: error, roomId }`. */
const fieldsIn = (code: string) =>
  Array.from(code.matchAll(/(?:^\{|,)\s*(\w+)(?=\s*[:,}])/g), ([, name]) => name!);

const LOG = /(?:\blog|\blogger)\.(fatal|error|warn|info|debug|trace)\(/g;
/** What the store hands up to be logged as a warning: an error and a message. */
const WARN = /(?:\bonWarning|[.#\s]warn)\(/g;
/** Passes on the message that it was given. */
const PASSED_ON = ['{ err: error }, message', 'error, message'];

function logCallsIn(file: string): Line[] {
  const source = read(file);
  const lines: Line[] = [];
  const add = (level: string, all: string[], fields: string[]) => {
    if (PASSED_ON.includes(all.join(', '))) return;
    const messages = stringsIn(all.at(-1)!);
    expect([file, all, messages.length > 0]).toEqual([file, all, true]);
    for (const message of messages) lines.push({ level, message, fields });
  };
  for (const { 0: start, 1: level, index } of source.matchAll(LOG)) {
    const all = argumentsAt(source, index + start.length);
    add(level!, all, all.length > 1 ? fieldsIn(all[0]!) : []);
  }
  if (!file.startsWith('src/store/')) return lines;
  for (const { 0: start, index } of source.matchAll(WARN)) {
    add('warn', argumentsAt(source, index + start.length), ['err']);
  }
  return lines;
}

const key = ({ level, message, fields }: Line) =>
  `${level}: ${message} ${fields.toSorted().join()}`;

it('docs/logs.md lists every line that the sources log, with its level and fields, and no other', () => {
  const files = readdirSync(new URL('src/', root), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `src/${file}`);
  const logged = new Set(files.flatMap(logCallsIn).map(key));
  expect(logged.size).toBeGreaterThan(30);
  const listed = new Set(documented.filter((line) => !isOfFastify(line)).map(key));
  // The fields that differ from one kind of moderation to another stand in operations.md.
  const withoutSpread = (all: Set<string>) =>
    [...all].map((one) => one.replace(/,what$/, '')).toSorted();
  expect(withoutSpread(logged)).toEqual(withoutSpread(listed));
});

it('a running server logs only lines that docs/logs.md lists, with the fields that it names', async () => {
  const lines: Record<string, unknown>[] = [];
  const server = await startServer({ LOG_LEVEL: 'debug' }, (line) => {
    lines.push(JSON.parse(line) as Record<string, unknown>);
  });
  const [ana, bo] = [await signUpAdmin(server, 'Ana'), await signUp(server, 'Bo')];
  const room = await createRoom(server, bo.token, 'Kitchen');
  const socket = await openLiveSocket(server, bo.token, room.id);
  socket.ws.send('x'.repeat(70_000));
  await socket.closed;
  await call(server, 'DELETE', `/rooms/${room.id}`, ana);
  expect((await fetch(`${server.url}/metrics`)).status).toBe(200);
  await server.stop();

  const common = ['level', 'time', 'pid', 'hostname', 'msg', 'reqId'];
  const levels = new Map([
    [20, 'debug'],
    [30, 'info'],
    [40, 'warn'],
    [50, 'error'],
  ]);
  const ofModeration = ['roomId', 'userId', 'seq', 'role', 'changes'];
  const seen = new Set<string>();
  for (const { msg, level, ...more } of lines) {
    const message = String(msg).replace(/^(Server listening at).*/, '$1 …');
    seen.add(message);
    const name = levels.get(Number(level));
    const line = documented.find((one) => one.message === message && one.level === name);
    expect([message, name, line !== undefined]).toEqual([message, name, true]);
    const known = [...common, ...line!.fields, ...(message === 'moderation' ? ofModeration : [])];
    const unknown = Object.keys(more).filter((field) => !known.includes(field));
    expect([message, unknown]).toEqual([message, []]);
  }
  const expected = [
    'Server listening at …',
    'incoming request',
    'request completed',
    'moderation',
    'socket failed',
  ];
  expect([...seen]).toEqual(expect.arrayContaining(expected));
  const urls = lines.map(({ req }) => (req as { url?: string } | undefined)?.url);
  expect(urls).not.toContain('/metrics');
});
