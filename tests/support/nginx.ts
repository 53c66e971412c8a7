import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { At } from './client.ts';
import { temporaryFolder } from './server.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Debian's nginx is not in the PATH of every user. */
const PATH = `${process.env['PATH']}:/usr/sbin`;

export const hasNginx = spawnSync('nginx', ['-v'], { env: { PATH } }).status === 0;

/** An nginx that runs deploy/nginx.conf in front of a server. */
export interface Nginx extends At {
  /** Where it answers with TLS, for chat.example.org. */
  readonly tlsPort: number;
  /** Where it sends people on to https. */
  readonly redirectPort: number;
  /** The certificate, which signs itself. */
  readonly certificate: string;
  /** The lines of the logs so far. */
  log(): string;
}

/**
 * Runs deploy/nginx.conf as Debian would, in a temporary folder and on free ports, and without TLS at `url` besides.
 * `change` changes the site first. Stops it when the test is over.
 */
export async function startNginx(
  { url }: At,
  change: (site: string) => string = (site) => site,
): Promise<Nginx> {
  const folder = temporaryFolder();
  const [plain, tlsPort, redirectPort] = await freePorts(3);
  for (const name of ['snippets', 'body', 'proxy']) mkdirSync(join(folder, name));
  cpSync(join(root, 'deploy/nginx-proxy.conf'), join(folder, 'snippets/charla.conf'));
  const certificate = join(folder, 'fullchain.pem');
  const subject = [
    '-subj',
    '/CN=chat.example.org',
    '-addext',
    'subjectAltName=DNS:chat.example.org',
  ];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const files = ['-keyout', join(folder, 'privkey.pem'), '-out', certificate];
  execFileSync('openssl', ['req', '-x509', ...key, ...subject, ...files], { stdio: 'pipe' });
  const site = change(readFileSync(join(root, 'deploy/nginx.conf'), 'utf8'))
    .replaceAll('/etc/letsencrypt/live/chat.example.org', folder)
    .replaceAll('/var/log/nginx', folder)
    .replaceAll(/listen \[::\].*;\n/g, '')
    .replace('listen 80;', `listen 127.0.0.1:${redirectPort};`)
    .replace('listen 443 ssl', `listen 127.0.0.1:${plain}; listen 127.0.0.1:${tlsPort} ssl`)
    .replace('127.0.0.1:3000', new URL(url).host);
  const file = join(folder, 'nginx.conf');
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  const main = `daemon off; master_process off; worker_processes 1; pid ${folder}/pid; ${user}
error_log ${folder}/error.log; events {}
http { client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; include ${folder}/site; }\n`;
  writeFileSync(file, main);
  writeFileSync(join(folder, 'site'), site);
  const child = spawn('nginx', ['-c', file, '-p', folder], { env: { PATH }, stdio: 'pipe' });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const exited = once(child, 'exit').then(() => true);
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await exited;
  });
  while (!(await isOpen(plain!))) {
    if (child.exitCode !== null) throw new Error(`nginx does not start: ${stderr}`);
    await sleep(20);
  }
  const logs = ['charla.log', 'charla-error.log', 'error.log'].map((name) => join(folder, name));
  return {
    url: `http://127.0.0.1:${plain}`,
    tlsPort: tlsPort!,
    redirectPort: redirectPort!,
    certificate,
    log: () => logs.map((name) => (existsSync(name) ? readFileSync(name, 'utf8') : '')).join(''),
  };
}

/** Ports that nothing listens on, all different. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

const isOpen = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(socket.destroy() === socket));
    socket.on('error', () => resolve(false));
  });
