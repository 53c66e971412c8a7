import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { WebSocket } from 'ws';

/*
 * How late the server's event loop is while 5,000 messages a second are committed, on this disk and
 * on one where each fsync takes 20 ms longer (which takes strace).
 *
 *   node --import ./scripts/typescript.mjs bench/event-loop.ts
 */
const RATE = Number(process.env['RATE'] ?? 5000);
const SECONDS = Number(process.env['SECONDS'] ?? 10);
const SOCKETS = 4;
const WARM_UP_MS = 3000;
const TEXT = 'x'.repeat(100);

const SLOW_DISK = [
  'strace',
  '-D',
  '-f',
  '--seccomp-bpf',
  '-qq',
  '--output=/dev/null',
  '--trace=fsync,fdatasync',
  '--inject=fsync,fdatasync:delay_enter=20000',
];

const root = new URL('..', import.meta.url).pathname;
const percentile = (values: readonly number[], p: number) =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * p) - 1] ?? Number.NaN;

async function startServer(wrapper: readonly string[], dataDir: string) {
  const imports = ['./scripts/typescript.mjs', './bench/event-loop-probe.mjs'];
  const [command, ...args] = [
    ...wrapper,
    process.execPath,
    ...imports.flatMap((file) => ['--import', file]),
    'src/main.ts',
  ];
  const server = spawn(command, args, {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      DATA_DIR: dataDir,
      PORT: '0',
      BCRYPT_COST: '4',
      RATE_LIMIT_MESSAGES: '0',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(server, 'exit');
  let measured = '';
  createInterface(server.stderr).on('line', (line) => {
    const [, json] = /^event loop delay (.*)$/.exec(line) ?? [];
    if (json) measured = json;
    else process.stderr.write(`${line}\n`);
  });
  const url = await new Promise<string>((resolve, reject) => {
    createInterface(server.stdout).on('line', (line) => {
      const [, address] = /Server listening at (http:[^"]+)"/.exec(line) ?? [];
      if (address) resolve(address);
    });
    void exited.then(() => reject(new Error('the server has ended')));
  });
  return {
    url,
    startMeasuring: () => server.kill('SIGUSR2'),
    stop: async () => {
      server.kill('SIGTERM');
      await exited;
      return JSON.parse(measured) as { p50: number; p99: number; max: number };
    },
  };
}

async function post<T>(url: string, body: object, token?: string): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as T;
}

/** Sends at the wanted rate for so long; answers how many were acked a second, and how soon. */
async function measure(url: string, startMeasuring: () => void) {
  const account = { email: 'bench@example.org', password: 'a long password', name: 'Bench' };
  const { token } = await post<{ token: string }>(`${url}/auth/register`, account);
  const { id } = await post<{ id: string }>(`${url}/rooms`, { name: 'bench' }, token);
  const sentAt = new Map<string, number>();
  const delays: number[] = [];
  let acks = 0;
  const sockets = await Promise.all(
    Array.from({ length: SOCKETS }, async () => {
      const ws = new WebSocket(`${url.replace('http', 'ws')}/ws/chat/${id}?token=${token}`);
      ws.on('message', (data: Buffer) => {
        if (data.toString('latin1', 0, 13) !== '{"type":"ack"') return;
        const { ref } = JSON.parse(data.toString()) as { ref: string };
        delays.push(performance.now() - sentAt.get(ref)!);
        sentAt.delete(ref);
        acks += 1;
      });
      await once(ws, 'open');
      return ws;
    }),
  );
  const start = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - start) / 1000) * RATE);
    for (; sent < due; sent += 1) {
      const ref = String(sent);
      sentAt.set(ref, performance.now());
      sockets[sent % SOCKETS]?.send(JSON.stringify({ type: 'send', text: TEXT, ref }));
    }
  }, 1);
  await setTimeout(WARM_UP_MS);
  startMeasuring();
  [acks, delays.length] = [0, 0];
  const since = performance.now();
  await setTimeout(SECONDS * 1000);
  const rate = acks / ((performance.now() - since) / 1000);
  clearInterval(timer);
  const [p50, p99] = [percentile(delays, 0.5), percentile(delays, 0.99)];
  for (const ws of sockets) ws.terminate();
  return { rate, p50, p99 };
}

for (const [disk, wrapper] of [
  ['this disk', []],
  ['20 ms more for each fsync', SLOW_DISK],
] as const) {
  const dataDir = mkdtempSync(join(tmpdir(), 'charla-bench-'));
  const server = await startServer(wrapper, dataDir);
  const acked = await measure(server.url, server.startMeasuring);
  const loop = await server.stop();
  rmSync(dataDir, { recursive: true });
  const ms = (value: number) => `${value.toFixed(1)} ms`;
  console.log(
    `${disk}: ${Math.round(acked.rate)} messages/s acked, after ${ms(acked.p50)} (p99 ${ms(acked.p99)}); ` +
      `event loop delay p50 ${ms(loop.p50)}, p99 ${ms(loop.p99)}, max ${ms(loop.max)}`,
  );
}
