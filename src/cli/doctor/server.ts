import type { Config } from '../../config.ts';
import { ask, type Answer } from './ask.ts';
import { findingsOf, type Finding } from './finding.ts';
import { proxyFinding } from './proxy.ts';

const { ok, warning, fault } = findingsOf('server');

/** Asks the server that runs with these settings, as a browser would, at its own address and at PUBLIC_URL. */
export async function checkServer(config: Config): Promise<Finding[]> {
  const local = localUrl(config);
  const alive = await ask(`${local}/health`);
  if (alive instanceof Error) {
    return [
      warning(
        `No server answers at ${local} (${alive.message}); if it runs, set HOST and PORT as it has them`,
      ),
    ];
  }
  const found = [await readiness(local)];
  const origins = config.allowedOrigins.map((origin) => ({ origin, name: 'ALLOWED_ORIGINS' }));
  for (const { origin, name } of [...origins, { origin: config.publicUrl, name: 'PUBLIC_URL' }]) {
    if (origin !== null) found.push(await originFinding(local, origin, name));
  }
  if (config.publicUrl !== null) found.push(...(await checkPublic(config.publicUrl)));
  // Last: what came over PUBLIC_URL is counted, too.
  return [...found, await proxyFinding(local, config)];
}

function localUrl({ host, port }: Config): string {
  const address = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
}

async function readiness(local: string): Promise<Finding> {
  const ready = await ask(`${local}/ready`);
  if (!(ready instanceof Error) && ready.status === 200)
    return ok(`A server is ready at ${local}.`);
  const why = ready instanceof Error ? ready.message : `it answers ${ready.status}`;
  return fault(
    `The server at ${local} is not ready (${why}): it stops, or cannot reach its database; see its log`,
  );
}

/** Whether pages of an origin may open sockets and streams. */
async function originFinding(local: string, origin: string, name: string): Promise<Finding> {
  const answer = await ask(`${local}/notifications`, { origin });
  if (answer instanceof Error) return fault(`The server at ${local} broke off: ${answer.message}`);
  if (answer.status === 401) return ok(`Pages of ${origin} may connect.`);
  return fault(
    `A browser on ${origin} is refused (${messageOf(answer)}); restart the server with ${name} as it is set here`,
  );
}

/** The way over PUBLIC_URL, through whatever is in front. */
async function checkPublic(publicUrl: string): Promise<Finding[]> {
  const alive = await ask(`${publicUrl}/health`);
  if (alive instanceof Error || !alive.text.includes('"status":"ok"')) {
    const why = alive instanceof Error ? alive.message : `it answers ${alive.status}`;
    return [
      warning(
        `${publicUrl} does not lead to the server from this machine (${why}); check DNS, the proxy and its certificate`,
      ),
    ];
  }
  const page = await ask(`${publicUrl}/`, { origin: publicUrl });
  if (page instanceof Error || page.status !== 200) {
    const why = page instanceof Error ? page.message : messageOf(page);
    return [
      fault(
        `${publicUrl} is refused (${why}); let the proxy pass on Host, or set TRUST_PROXY to it`,
      ),
    ];
  }
  const socket = await ask(`${publicUrl}/ws/chat/doctor`, { origin: publicUrl, ...UPGRADE });
  if (!(socket instanceof Error) && socket.status === 401) {
    return [ok(`${publicUrl} leads to the server, also for WebSockets.`)];
  }
  const why = socket instanceof Error ? socket.message : messageOf(socket);
  return [
    fault(
      `WebSockets do not pass through ${publicUrl} (${why}); let the proxy pass on Upgrade and Connection`,
    ),
  ];
}

/** The headers of a WebSocket handshake. */
const UPGRADE = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'ZG9jdG9yIG9mIGNoYXJsYQ==',
};

/** What the server says in an answer; its status where a proxy answers instead. */
function messageOf({ status, text }: Answer): string {
  const [, message] = /"message":"([^"]+)"/.exec(text) ?? [];
  return message ?? `status ${status}`;
}
