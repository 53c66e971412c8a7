import { RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import { caseFold } from '../../public/shared/case-fold.js';
import { ChatError } from '../protocol/errors.ts';
import { findAccountByEmail } from '../store/queries/accounts.ts';
import { resetMail, type MailLanguage } from './mail-texts.ts';
import { newResetToken, resetPath } from './reset.ts';
import type { Services } from './services.ts';
import type { Mail, Mailer } from './services/mailer.ts';

/** Mails that an account gets in an hour: as many as its links that work at once. */
const PER_HOUR = { prefix: 'forgot', points: 3, seconds: 3600 };

/** Sends links that set a new password to whoever has forgotten theirs. */
export class ForgottenPasswords {
  readonly #services: Services;
  readonly #mailer: Mailer;
  readonly #limiter: RateLimiterAbstract;

  constructor(services: Services, mailer: Mailer) {
    this.#services = services;
    this.#mailer = mailer;
    this.#limiter = services.store.cluster.limiter(PER_HOUR);
  }

  /**
   * Sends a link where the email is that of an account. Resolves before it is known whether it is: neither the result nor
   * the time tells. Throws `rate_limited` for an address that asks too often.
   */
  async send(
    email: string,
    { address, language }: { address: string; language: MailLanguage },
  ): Promise<void> {
    await this.#services.loginThrottle.count(`forgot from ${address}`);
    this.#mailer.send(() => this.#compose(caseFold(email.trim()), language));
  }

  async #compose(emailKey: string, language: MailLanguage): Promise<Mail | null> {
    const { store, config } = this.#services;
    const account = await findAccountByEmail(store.db, emailKey);
    if (!account?.email || account.isDisabled || (await this.#isTooOften(account.id))) return null;
    const { token, kept } = newResetToken();
    try {
      await store.mutate('makeResetToken', { ...kept, userId: account.id });
    } catch (error) {
      // It was disabled or deleted a moment ago.
      if (error instanceof ChatError && error.status < 500) return null;
      throw error;
    }
    const url = config.publicUrl + resetPath(token);
    return resetMail(language, { to: account.email, name: account.name, url });
  }

  async #isTooOften(userId: string): Promise<boolean> {
    try {
      await this.#limiter.consume(userId);
      return false;
    } catch (exceeded) {
      if (exceeded instanceof RateLimiterRes) return true;
      throw exceeded;
    }
  }
}
