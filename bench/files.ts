import { randomBytes } from 'node:crypto';
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { WebSocket } from 'ws';
import type { FileInfo } from '../src/protocol/resources.ts';
import { openSqlite } from '../tests/support/database.ts';
import { fillingOf } from '../tests/support/filling.ts';
import { median, percentiles } from './figures.ts';
import {
  cpuSeconds,
  cpuSecondsWithChildren,
  keepToClientCore,
  root,
  spawnPinned,
} from './processes.ts';
import { startServer } from './servers.ts';
import { people, roomId, roomsOf, tokenOf } from './world.ts';

/*
 * Measures uploads and downloads of files beside nginx, and how long others wait for acks meanwhile:
 * `npm run build && npm run bench:files`. nginx takes uploads by PUT, and leaves them to the system's cache unless they
 * are synced after. It needs nginx and curl. Each server has one core, curl the other one. ROUNDS sets how often each is
 * measured; the median counts. What a round uploads is deleted after it: memory that the system has never used before
 * costs it ten times as much to fill, and would be counted against whoever keeps the most files.
 */
const ROUNDS = Number(process.env['ROUNDS'] ?? 5);
const MIB = 2 ** 20;
const FILE_MIB = 20;
/** Files that curl moves in one round, one after the other over one connection, and how many curls run at once. */
const FILES = 8;
const CURLS = 4;
/** People who upload while another one sends. */
const UPLOADERS = 10;
const SENDS_A_SECOND = 50;

interface Target {
  readonly name: string;
  readonly pid: number;
  /** CPU seconds so far. */
  readonly cpu: () => number;
  /** The arguments of curl that upload a file under a number, and that download one. */
  readonly upload: (file: string, nth: number) => string[];
  readonly download: readonly string[];
  /** Waits until what was uploaded is on disk. */
  readonly sync?: () => Promise<unknown>;
  /** Deletes what was uploaded; `responses` are those to the uploads. */
  readonly forget: (responses: string) => Promise<unknown>;
}

interface Rate {
  readonly mibPerSecond: number;
  readonly cpuMsPerMib: number;
}

const run = promisify(execFile);

/** Runs several curls at once, each with some transfers. Returns the bodies of the responses, unless they go elsewhere. */
async function curl(transfers: (nth: number) => readonly string[]): Promise<string> {
  const outputs = await Promise.all(
    Array.from({ length: CURLS }, async (_, i) => {
      const all = Array.from({ length: FILES }, (__, j) => transfers(i * FILES + j));
      const args = all.flatMap((one, j) => [
        ...(j > 0 ? ['--next'] : []),
        '--silent',
        '--show-error',
        '--fail',
        ...one,
      ]);
      return (await run('curl', args)).stdout;
    }),
  );
  return outputs.join('');
}

async function rateOf(
  { cpu, sync, forget }: Target,
  transfers: (nth: number) => readonly string[],
): Promise<Rate> {
  const [start, startCpu] = [performance.now(), cpu()];
  const responses = await curl(transfers);
  await sync?.();
  const seconds = (performance.now() - start) / 1000;
  const cpuMs = (cpu() - startCpu) * 1000;
  await forget(responses);
  const mib = FILE_MIB * FILES * CURLS;
  return { mibPerSecond: mib / seconds, cpuMsPerMib: cpuMs / mib };
}

async function measure(targets: readonly Target[], file: string): Promise<void> {
  for (const what of ['upload', 'download'] as const) {
    const measured = what === 'upload' ? targets : targets.filter(({ sync }) => !sync);
    const rates = measured.map((): Rate[] => []);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [i, target] of measured.entries()) {
        const transfers = (nth: number) =>
          what === 'upload' ? target.upload(file, nth) : target.download;
        rates[i]!.push(await rateOf(target, transfers));
      }
    }
    for (const [i, { name }] of measured.entries()) {
      const speed = median(rates[i]!.map(({ mibPerSecond }) => mibPerSecond));
      const cpu = median(rates[i]!.map(({ cpuMsPerMib }) => cpuMsPerMib));
      console.log(
        `| ${what} | ${name} | ${speed.toFixed(0)} MiB/s | ${cpu.toFixed(2)} ms of CPU per MiB |`,
      );
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts nginx with one worker on a folder. */
async function startNginx(
  folder: string,
): Promise<{ target: Target; synced: Target; stop: () => void }> {
  const port = await freePort();
  mkdirSync(join(folder, 'www'));
  mkdirSync(join(folder, 'incoming'));
  const conf = join(folder, 'nginx.conf');
  writeFileSync(
    conf,
    `daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
${process.getuid?.() === 0 ? 'user root;' : ''}
events {}
http {
  access_log off; sendfile on; tcp_nopush on; client_max_body_size 1g;
  client_body_temp_path ${folder}/incoming;
  server { listen 127.0.0.1:${port}; root ${folder}/www; location / { dav_methods PUT; } }
}\n`,
  );
  const nginx = spawnPinned('server', ['nginx', '-c', conf, '-p', folder], {});
  const url = `http://127.0.0.1:${port}`;
  while (spawnSync('curl', ['--silent', '--output', '/dev/null', url]).status !== 0) await wait(50);
  const pid = nginx.pid!;
  const target: Target = {
    name: 'nginx',
    pid,
    cpu: () => cpuSecondsWithChildren(pid),
    upload: (file, nth) => ['--upload-file', file, `${url}/upload-${nth}`],
    download: [...discarded, `${url}/file.bin`],
    forget: async () => {
      for (const one of files) rmSync(one, { force: true });
    },
  };
  const files = Array.from({ length: FILES * CURLS }, (_, nth) => `${folder}/www/upload-${nth}`);
  const sync = async () => run('sync', files);
  const synced = { ...target, name: 'nginx, then fsync of all files', sync };
  return { target, synced, stop: () => void nginx.kill() };
}

/** Sends messages while ten people upload, and measures how long their acks take. */
async function measureAcks(url: string, file: string): Promise<void> {
  const socket = new WebSocket(
    `${url.replace('http', 'ws')}/ws/chat/${roomId(0)}?token=${tokenOf(0)}`,
  );
  await new Promise((resolve) => socket.once('open', resolve));
  const sentAt = new Map<string, number>();
  const waits: number[] = [];
  socket.on('message', (data: Buffer) => {
    const frame = JSON.parse(data.toString()) as { type: string; clientMsgId?: string };
    if (frame.type === 'ack') waits.push(performance.now() - sentAt.get(frame.clientMsgId!)!);
  });
  let sends = 0;
  const send = () => {
    const clientMsgId = `while-uploading-${(sends += 1)}`;
    sentAt.set(clientMsgId, performance.now());
    socket.send(JSON.stringify({ type: 'send', clientMsgId, text: 'all is well' }));
  };
  for (const isBusy of [false, true]) {
    waits.length = 0;
    const timer = setInterval(send, 1000 / SENDS_A_SECOND);
    if (isBusy) {
      await Promise.all(
        Array.from({ length: UPLOADERS }, async (_, i) => {
          const one = uploadTo(url, file, tokenOf(i + 1));
          const args = Array.from({ length: 10 }, (__, j) => [
            ...(j > 0 ? ['--next'] : []),
            '--silent',
            '--fail',
            '--output',
            '/dev/null',
            ...one,
          ]);
          await run('curl', args.flat());
        }),
      );
    } else await wait(5000);
    clearInterval(timer);
    await wait(200);
    const { p50, p99, max } = percentiles(waits);
    const while_ = isBusy ? `while ${UPLOADERS} people upload` : 'with nothing else';
    console.log(
      `| acks ${while_} | ${waits.length} sends | p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, at most ${max.toFixed(1)} ms |`,
    );
  }
  socket.terminate();
}

const discarded = ['--output', '/dev/null'];
const authorized = (token: string) => ['--header', `Authorization: Bearer ${token}`];

const uploadTo = (url: string, file: string, token: string) => [
  ...authorized(token),
  '--form',
  `file=@${file}`,
  `${url}/rooms/${roomId(0)}/files`,
];

/** Deletes the files that these responses name; they are in the order of the uploads. */
async function deleteFiles(url: string, responses: string): Promise<void> {
  for (const [nth, [, id]] of [...responses.matchAll(/"id":"([\w-]{16})"/g)].entries()) {
    const headers = { authorization: `Bearer ${tokenOf(nth % UPLOADERS)}` };
    const { status } = await fetch(`${url}/files/${id}`, { method: 'DELETE', headers });
    if (status !== 204) throw new Error(`a file could not be deleted: ${status}`);
  }
}

keepToClientCore();
const folder = `${root}bench/data`;
mkdirSync(folder, { recursive: true });
const dataDir = mkdtempSync(join(folder, 'files-'));
const file = join(dataDir, 'file.bin');
// Bytes that are no text and no picture.
writeFileSync(file, Buffer.concat([Buffer.from([0]), randomBytes(FILE_MIB * MIB - 1)]));
const filling = fillingOf(await openSqlite(join(dataDir, 'charla.db')));
await filling.perform(people(UPLOADERS + 1));
await filling.perform(roomsOf(1, UPLOADERS + 1));
await filling.close();
const nginx = await startNginx(mkdtempSync(join(folder, 'nginx-')));
try {
  const server = await startServer('charla', { dataDir, databaseUrl: null });
  try {
    const [{ url, pid }] = server.nodes as [(typeof server.nodes)[0]];
    const { stdout } = await run('curl', [
      '--silent',
      '--fail',
      ...uploadTo(url, file, tokenOf(0)),
    ]);
    const { id } = JSON.parse(stdout) as FileInfo;
    const stored = nginx.target.download.at(-1)!;
    await run('curl', ['--silent', '--fail', '--upload-file', file, stored]);
    const charla: Target = {
      name: 'charla',
      pid,
      cpu: () => cpuSeconds(pid),
      upload: (one, nth) => uploadTo(url, one, tokenOf(nth % UPLOADERS)),
      download: [...discarded, ...authorized(tokenOf(0)), `${url}/files/${id}`],
      forget: (responses) => deleteFiles(url, responses),
    };
    await measure([nginx.target, nginx.synced, charla], file);
    await measureAcks(url, file);
  } finally {
    await server.stop();
  }
} finally {
  nginx.stop();
  rmSync(dataDir, { recursive: true });
}
