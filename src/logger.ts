import { pino, type DestinationStream, type Logger } from 'pino';
import { Batcher } from './batcher.ts';

/** Query parameters that are logged, with values that cannot contain anything else. */
const LOGGED = /^(?:(?:limit|after|before)=\d{0,16}|scope=(?:all|mine|public)|ban=(?:true|false))$/;
/** The characters of ids, seqs, route names and emoji. No path needs others. */
const HARMLESS = /^[\w.:\x80-\xff-]*$/;
/**
 * A part of a token (its header is `eyJ…`), an API token, a ticket or the secret of a webhook. Ids have 16 characters and routes consist of short words.
 * Half of a signature is useless.
 */
const SECRET = /eyJ|ticket-|chr_|[\w-]{20}/;
/** How many times a path may be percent-encoded. */
const MAX_DECODINGS = 4;

/**
 * Returns a request's target without secrets. Targets contain tokens, tickets and search words, by mistake also in the
 * path or under unknown parameters. So only query parameters known to be harmless remain, and only parts of
 * the path that cannot contain a secret. `…` replaces the rest.
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
    // Byte by byte, as Latin-1: only ASCII matters here, and no input can fail to decode.
    decoded = decoded.replace(/%([\da-f]{2})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  }
  return HARMLESS.test(decoded) && !SECRET.test(decoded);
}

/** Tokens, tickets and the URLs of webhooks anywhere in a line: an error's message may contain one. */
const CREDENTIALS =
  /eyJ[\w-]+(?:\.[\w-]*){0,2}|(?:ticket-|chr_)[\w-]{20,}|(?<=\/hooks\/)[\w-]{20,}/g;

/** Creates a logger that writes JSON lines without secrets, by default to standard output. */
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

/** Writes lines in batches: a write takes longer than making a line. */
function standardOutput(): DestinationStream {
  const output = pino.destination({ sync: true });
  const lines = new Batcher<string>((all) => output.write(all.join('')));
  process.on('exit', () => lines.flush());
  return { write: (line) => lines.add(line) };
}
