import { pino, type DestinationStream, type Logger } from 'pino';
import { Gathering } from './gathering.ts';

/** Names in a query whose values open doors: a token, and what makes the admin. */
const SECRETS = ['token', 'setup'];

/** A secret in a query reaches no log, however its name is spelled. */
export function withoutToken(url: string): string {
  return url.replace(/([?&])([^=&#]*)=[^&#]*/g, (whole, mark: string, name: string) =>
    SECRETS.includes(decodes(name)) ? `${mark}${name}=…` : whole,
  );
}

function decodes(name: string): string {
  try {
    return decodeURIComponent(name).toLowerCase();
  } catch {
    return name;
  }
}

/** Logs as JSON lines, to standard output unless told where, without secrets. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    serializers: {
      req: (request: { method: string; url: string; ip: string }) => ({
        method: request.method,
        url: withoutToken(request.url),
        remoteAddress: request.ip,
      }),
    },
  };
  return pino(options, destination ?? standardOutput());
}

/** Lines are written many at once: a write takes longer than a line. */
function standardOutput(): DestinationStream {
  const output = pino.destination({ sync: true });
  const lines = new Gathering<string>((all) => output.write(all.join('')));
  process.on('exit', () => lines.flush());
  return { write: (line) => lines.add(line) };
}
