import { pino, type DestinationStream, type Logger } from 'pino';

/** A token in a query reaches no log, however its name is spelled. */
export function withoutToken(url: string): string {
  return url.replace(/([?&])([^=&#]*)=[^&#]*/g, (whole, mark: string, name: string) =>
    decodes(name) === 'token' ? `${mark}${name}=…` : whole,
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

/** Bytes of lines that are written at once at the latest. */
const MAX_LINES_BYTES = 8 * 1024;

/** The lines of a turn of the event loop are written together: a write takes longer than a line. */
function standardOutput(): DestinationStream {
  const output = pino.destination({ minLength: MAX_LINES_BYTES, sync: true });
  let isPlanned = false;
  const flush = () => {
    isPlanned = false;
    output.flushSync();
  };
  process.on('exit', flush);
  return {
    write(line) {
      output.write(line);
      if (isPlanned) return;
      isPlanned = true;
      setImmediate(flush);
    },
  };
}
