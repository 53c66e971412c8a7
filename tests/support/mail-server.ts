import { SMTPServer } from 'smtp-server';
import type { AddressInfo } from 'node:net';
import { beforeAll } from 'vitest';

/** A mail server on a loopback port, which keeps what it is given. */
export class MailServer {
  url = '';
  readonly received: { readonly to: string; readonly raw: string }[] = [];
  /** What it answers the sender with; null: it takes the mail. */
  refusal: number | null = null;
  attempts = 0;
  readonly #server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    authOptional: true,
    onMailFrom: (_address, _session, callback) => {
      this.attempts += 1;
      const { refusal } = this;
      callback(refusal === null ? null : Object.assign(new Error('No'), { responseCode: refusal }));
    },
    onData: (stream, session, callback) => {
      let raw = '';
      stream.on('data', (chunk: Buffer) => (raw += chunk.toString()));
      stream.on('end', () => {
        this.received.push({ to: session.envelope.rcptTo[0]!.address, raw });
        callback();
      });
    },
  });

  async start(): Promise<void> {
    await new Promise<void>((resolve) => void this.#server.listen(0, '127.0.0.1', resolve));
    const { port } = this.#server.server.address() as AddressInfo;
    this.url = `smtp://127.0.0.1:${port}`;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(resolve));
  }

  /** The mails to an address, each with its headers and its texts decoded. */
  to(address: string): string[] {
    const mine = this.received.filter(({ to }) => to === address);
    return mine.map(({ raw }) => decoded(raw));
  }
}

/**
 * The headers decoded (RFC 2047), then the parts (quoted-printable, RFC 2045, 6.7), as UTF-8. A link in a header is not
 * quoted: its `=` means itself there.
 */
function decoded(raw: string): string {
  const end = raw.indexOf('\r\n\r\n');
  const head = raw
    .slice(0, end)
    .replaceAll(/=\?UTF-8\?Q\?(.*?)\?=/gi, (_, text: string) =>
      unquoted(text.replaceAll('_', ' ')),
    );
  const parts = unquoted(raw.slice(end).replaceAll(/=\r?\n/g, ''));
  return Buffer.from(head + parts, 'latin1').toString();
}

const unquoted = (text: string) =>
  text.replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );

/** Runs a mail server for all tests of a file. */
export function shareMailServer(): MailServer {
  const server = new MailServer();
  beforeAll(async () => {
    await server.start();
    return () => server.stop();
  });
  return server;
}
