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

/** Quoted-printable (RFC 2045, 6.7) and its form in headers (RFC 2047), as UTF-8. */
function decoded(raw: string): string {
  const bytes = raw
    .replaceAll(/=\?UTF-8\?Q\?(.*?)\?=/gi, (_, text: string) => text.replaceAll('_', ' '))
    .replaceAll(/=\r?\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  return Buffer.from(bytes, 'latin1').toString();
}

/** Runs a mail server for all tests of a file. */
export function shareMailServer(): MailServer {
  const server = new MailServer();
  beforeAll(async () => {
    await server.start();
    return () => server.stop();
  });
  return server;
}
