import { pino, type DestinationStream, type Logger } from 'pino';
import { Batcher } from './batcher.ts';

/** Query parameters that are worth a line of the log, and cannot hold anything else. */
const LOGGED = /^(?:(?:limit|after|before)=\d{0,16}|scope=(?:all|mine|public)|ban=(?:true|false))$/;
/** What ids, seqs and names of routes are made of, and emoji. A path has nothing else to tell. */
const HARMLESS = /^[\w.:\x80-\xff-]*$/;
/**
 * A part of a token (its header is `eyJ…`), or of a ticket: ids have 16 characters, and routes short words. With
 * half of a signature nobody gets in.
 */
const SECRET = /eyJ|ticket-|[\w-]{20}/;
/** So often may a path be percent-encoded. */
const MAX_DECODINGS = 4;

/**
 * A request's target as it may be logged: tokens, tickets and search words stand in targets, by mistake also in
 * paths or under names that nobody reads. So of the query only what is known to be harmless stays, and of
 * the path every part that cannot hold a secret; `…` stands for the rest.
 */
export function loggedTarget(target: string): string {
  const [, path = '', mark = '', rest = ''] = /^([^?#]*)(\??)([^]*)$/.exec(target)!;
  const parts = path.split('/').map((part) => (isHarmless(part) ? part : '…'));
  if (mark === '') return parts.join('/') + (rest === '' ? '' : '#…');
  const query = rest.split('&').map((one) => (LOGGED.test(one) ? one : '…'));
  return `${parts.join('/')}?${[...new Set(query)].join('&')}`;
}

function isHarmless(part: string): boolean {
  let decoded = part;
  for (let i = 0; i < MAX_DECODINGS && decoded.includes('%'); i += 1) {
    // As Latin-1, byte by byte: what is not ASCII is of no interest, and nothing is too broken to be decoded.
    decoded = decoded.replace(/%([\da-f]{2})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  }
  return HARMLESS.test(decoded) && !SECRET.test(decoded);
}

/** Tokens and tickets as they are made, wherever they stand in a line: an error's message may hold one. */
const CREDENTIALS = /eyJ[\w-]+(?:\.[\w-]*){0,2}|ticket-[\w-]{20,}/g;

/** Logs as JSON lines, to standard output unless told where, without secrets. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    serializers: {
      req: (request: { method: string; url: string; ip: string }) => ({
        method: request.method,
        url: loggedTarget(request.url),
        remoteAddress: request.ip,
      }),
    },
    hooks: { streamWrite: (line: string) => line.replace(CREDENTIALS, '…') },
  };
  return pino(options, destination ?? standardOutput());
}

/** Lines are written many at once: a write takes longer than a line. */
function standardOutput(): DestinationStream {
  const output = pino.destination({ sync: true });
  const lines = new Batcher<string>((all) => output.write(all.join('')));
  process.on('exit', () => lines.flush());
  return { write: (line) => lines.add(line) };
}
