import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Agent, request } from 'node:http';

/*
 * How long the pages of a server with a long life take, asked for one after the other over HTTP.
 *
 *   npm run bench:pages -- <DATA_DIR that bench/seed.ts has filled>
 */
const ROUNDS = Number(process.env['ROUNDS'] ?? 300);
const root = new URL('..', import.meta.url).pathname;

const dataDir = process.argv[2];
if (!dataDir) throw new Error('Name the folder that bench/seed.ts has filled');

const server = spawn(process.execPath, ['--import', './scripts/typescript.mjs', 'src/main.ts'], {
  cwd: root,
  env: { PATH: process.env['PATH'], DATA_DIR: dataDir, PORT: '0' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const exited = once(server, 'exit');
const url = await new Promise<string>((resolve, reject) => {
  createInterface(server.stdout).on('line', (line) => {
    const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
    if (address) resolve(address);
  });
  void exited.then(() => reject(new Error('the server did not start')));
});

const agent = new Agent({ keepAlive: true });
let token = '';

async function call(method: string, path: string, body?: object): Promise<string> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const asked = request(url + path, { method, agent, headers });
  asked.end(body && JSON.stringify(body));
  const [response] = (await once(asked, 'response')) as [
    AsyncIterable<Buffer> & { statusCode: number },
  ];
  let text = '';
  for await (const chunk of response) text += chunk.toString();
  if (response.statusCode >= 300) throw new Error(`${path}: ${text}`);
  return text;
}

const percentile = (sorted: readonly number[], p: number) =>
  sorted[Math.ceil(sorted.length * p) - 1] ?? Number.NaN;

async function measure(name: string, ask: (round: number) => Promise<string>): Promise<void> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    await ask(round);
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const ms = (p: number) => percentile(times, p).toFixed(1).padStart(8);
  console.log(`${name.padEnd(44)}${ms(0.5)}${ms(0.99)}${ms(1)}`);
}

const get = (path: string) => call('GET', path);

try {
  const session = await call('POST', '/auth/login', {
    email: 'ana@example.org',
    password: 'correct horse battery',
  });
  token = (JSON.parse(session) as { token: string }).token;
  const { lastSeq } = JSON.parse(await call('GET', '/rooms/big')) as { lastSeq: number };
  console.log(`${'milliseconds'.padEnd(44)}     p50     p99     max`);
  await measure('the newest 50 messages', () => get('/rooms/big/messages'));
  for (const depth of [0.01, 0.5, 0.99]) {
    await measure(`50 messages, ${depth * 100} % down`, (round) => {
      const before = Math.floor(lastSeq * (1 - depth)) + 60 + round * 7;
      return get(`/rooms/big/messages?before=${before}`);
    });
  }
  await measure('50 events, anywhere', (round) => {
    return get(`/rooms/big/events?after=${Math.floor((lastSeq * round) / ROUNDS)}`);
  });
  await measure('a room with its counts', () => get('/rooms/big'));
  for (const scope of ['mine', 'public', 'all']) {
    await measure(`the first 50 rooms, ${scope}`, () => get(`/rooms?scope=${scope}`));
    let cursor = '';
    await measure(`50 rooms, ${scope}, page after page`, async () => {
      const page = await get(`/rooms?scope=${scope}${cursor && `&cursor=${cursor}`}`);
      cursor = (JSON.parse(page) as { nextCursor: string | null }).nextCursor ?? '';
      return page;
    });
  }
  await measure('50 rooms, by a part of the name', () => get('/rooms?query=99'));
  for (const [name, q] of [
    ['a word of every other message', 'w0'],
    ['two common words', 'w0 w1'],
    ['a rare word', 'needle'],
    ['a common and a rare word', 'w0 needle'],
    ['a word that is not there', 'nowhere'],
    ['one letter', 'w'],
    ['the beginning of many words', 'w1'],
  ] as const) {
    await measure(`search: ${name}`, () => get(`/search?q=${encodeURIComponent(q)}`));
    await measure(`search in one room: ${name}`, () =>
      get(`/search?roomId=big&q=${encodeURIComponent(q)}`),
    );
  }
  await measure('people, by a part of the name', () => get('/users?query=99'));
} finally {
  agent.destroy();
  server.kill('SIGTERM');
  await exited;
}
