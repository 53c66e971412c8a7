import { anySummaryReader, listSummaryReaders } from '../store/queries/summaries.ts';
import type { Services } from './services.ts';
import type { Mailer } from './services/mailer.ts';
import type { SummaryLinks } from './services/summary-links.ts';
import { composeSummary, MAX_AGE_MS } from './summaries.ts';

/** In milliseconds. Tests give shorter ones. */
export interface SummaryTimes {
  /** How long a message may remain unread before it is worth a mail. */
  readonly waitMs: number;
  /** The least time between two summaries of one person. */
  readonly everyMs: number;
  /** How often unread messages are looked for. */
  readonly tickMs: number;
  /** When a summary is tried again that the mail server did not take. */
  readonly retryMs: number;
}

/** Once a day: a summary replaces no alert, and more mails than that are what makes people turn them off. */
const SUMMARY_TIMES: SummaryTimes = {
  waitMs: 3_600_000,
  everyMs: 24 * 3_600_000,
  tickMs: 300_000,
  retryMs: 1_800_000,
};

/** How long nobody is asked again whether they want summaries, in milliseconds: who does not answer wants none. */
const ASK_AGAIN_MS = 30 * 24 * 3_600_000;

/** People that one query looks at. */
const PAGE = 200;

/**
 * Mails people who want it a summary of what they have missed, one after the other. One node does it. A summary is
 * claimed before it is sent, for as long as an attempt is put off, and noted once the mail server has taken it: a crash
 * in between sends it twice rather than never.
 */
export class SummaryWorker {
  readonly #services: Services;
  readonly #mailer: Mailer;
  readonly #links: SummaryLinks;
  readonly #times: SummaryTimes;
  #timer: NodeJS.Timeout | null = null;
  #ticking: Promise<void> | null = null;
  #isStopped = false;

  constructor(
    services: Services,
    { mailer, links }: { mailer: Mailer; links: SummaryLinks },
    times = SUMMARY_TIMES,
  ) {
    this.#services = services;
    this.#mailer = mailer;
    this.#links = links;
    this.#times = times;
  }

  start(): void {
    this.#timer = setTimeout(() => {
      this.#ticking = this.#tick().finally(() => {
        if (!this.#isStopped) this.start();
      });
    }, this.#times.tickMs).unref();
  }

  /** Resolves once nothing is being sent. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#ticking;
  }

  async #tick(): Promise<void> {
    try {
      await this.#look();
    } catch (error) {
      this.#services.log.warn({ err: error }, 'summaries wait: the database was not read');
    }
  }

  async #look(): Promise<void> {
    const { store } = this.#services;
    if (!this.#mayWork() || !(await anySummaryReader.first(store.db, {}))) return;
    let after = '';
    while (this.#mayWork()) {
      const now = Date.now();
      const span = { since: now - MAX_AGE_MS, before: now - this.#times.waitMs };
      const page = { ...span, after, now, limit: PAGE };
      const readers = await listSummaryReaders(store.searchDb, page);
      for (const { id, isDue } of readers) {
        if (isDue && this.#mayWork() && !(await this.#send(id))) return;
      }
      const last = readers.at(-1);
      if (!last || readers.length < PAGE) return;
      after = last.id;
    }
  }

  #mayWork(): boolean {
    return !this.#isStopped && this.#services.store.cluster.isLeader();
  }

  /** Sends somebody their summary. False where the mail server takes none, so that the others wait for the next look. */
  async #send(userId: string): Promise<boolean> {
    const { store, log } = this.#services;
    const { waitMs, everyMs, retryMs } = this.#times;
    const summary = await composeSummary(this.#services, this.#links, userId, waitMs);
    if (!summary) return true;
    const now = Date.now();
    const claim = { userId, now, until: now + retryMs };
    if (!(await store.mutate('claimSummary', claim, { isBackground: true }))) return true;
    const note = (pos: number | null, pauseMs: number) => {
      const dueAt = Date.now() + pauseMs;
      return store.mutate('noteSummary', { userId, pos, dueAt }, { isBackground: true });
    };
    try {
      await this.#mailer.deliver(summary.mail);
    } catch (error) {
      log.warn({ err: error, userId }, 'a summary could not be sent');
      const { isOfMail, isForGood } = refusalOf(error);
      if (isForGood) await note(null, everyMs);
      return isOfMail;
    }
    await note(summary.pos, summary.pos === null ? ASK_AGAIN_MS : everyMs);
    return true;
  }
}

/** Whether the mail server has refused this mail, rather than all mails, and whether for good (RFC 5321, 4.2.1). */
function refusalOf(error: unknown): { isOfMail: boolean; isForGood: boolean } {
  const { code, responseCode = 0 } = error as { code?: string; responseCode?: number };
  const isOfMail = responseCode > 0 && (code === 'EENVELOPE' || code === 'EMESSAGE');
  return { isOfMail, isForGood: isOfMail && responseCode >= 500 };
}
