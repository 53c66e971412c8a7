import type { Transporter } from 'nodemailer';
import type { Logger } from 'pino';
import type { MailSettings } from '../../outside-settings.ts';

/* Mail leaves in the background: a mail server that is slow or gone holds up nobody who asked for a mail. */

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Headers of its own, in ASCII. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Makes a mail when its turn comes; null where there is nothing to send. */
export type Compose = () => Promise<Mail | null>;

interface Letter {
  readonly compose: Compose;
  mail: Mail | null;
  attempts: number;
}

/** How long one step of a delivery may take, in milliseconds. */
const STEP_MS = 10_000;
/** Mails that wait, those for another attempt included. */
const MAX_WAITING = 1000;
/** How long after a failure the next attempt is made, in milliseconds. Links in mails are good for an hour. */
const RETRY_MS: readonly number[] = [5000, 60_000, 600_000];

/** Sends mail by SMTP, one after the other. */
export class Mailer {
  readonly #settings: MailSettings;
  readonly #log: Pick<Logger, 'warn'>;
  readonly #retryMs: readonly number[];
  readonly #queue: Letter[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();
  #transporter: Promise<Transporter> | null = null;
  #sending: Promise<void> | null = null;
  #isStopped = false;

  /** `retryMs` is given by tests. */
  constructor(settings: MailSettings, log: Pick<Logger, 'warn'>, retryMs = RETRY_MS) {
    this.#settings = settings;
    this.#log = log;
    this.#retryMs = retryMs;
  }

  /** Sends a mail when its turn comes. Returns at once. */
  send(compose: Compose): void {
    if (this.#queue.length + this.#timers.size >= MAX_WAITING) {
      this.#log.warn({ waiting: MAX_WAITING }, 'a mail was dropped: too many wait');
      return;
    }
    this.#add({ compose, mail: null, attempts: 0 });
  }

  /** Sends a mail now, once. Rejects with nodemailer's error where the mail server does not take it. */
  async deliver(mail: Mail): Promise<void> {
    this.#transporter ??= this.#open();
    await (await this.#transporter).sendMail({ from: this.#settings.from, ...mail });
  }

  /** Resolves once nothing is being sent. What waits is dropped. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    const waiting = this.#queue.length + this.#timers.size;
    if (waiting > 0) this.#log.warn({ waiting }, 'mails were dropped: the server stops');
    this.#queue.length = 0;
    for (const timer of this.#timers) clearTimeout(timer);
    (await this.#transporter)?.close();
    await this.#sending;
  }

  #add(letter: Letter): void {
    if (this.#isStopped) return;
    this.#queue.push(letter);
    this.#sending ??= this.#sendAll().finally(() => (this.#sending = null));
  }

  async #sendAll(): Promise<void> {
    for (let letter = this.#queue.shift(); letter; letter = this.#queue.shift()) {
      await this.#attempt(letter);
    }
  }

  async #attempt(letter: Letter): Promise<void> {
    try {
      letter.mail ??= await letter.compose();
      if (!letter.mail) return;
      await this.deliver(letter.mail);
    } catch (error) {
      const wait = this.#retryMs[letter.attempts];
      letter.attempts += 1;
      // An answer from 500 on is for good (RFC 5321, 4.2.1).
      const { responseCode = 0 } = error as { responseCode?: number };
      if (wait === undefined || responseCode >= 500) {
        this.#log.warn({ err: error, attempts: letter.attempts }, 'a mail could not be sent');
        return;
      }
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        this.#add(letter);
      }, wait).unref();
      this.#timers.add(timer);
    }
  }

  async #open(): Promise<Transporter> {
    const { createTransport } = await import('nodemailer');
    return createTransport({
      url: this.#settings.url,
      connectionTimeout: STEP_MS,
      greetingTimeout: STEP_MS,
      socketTimeout: STEP_MS,
      dnsTimeout: STEP_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    } as Parameters<typeof createTransport>[0]);
  }
}
