import type { SummaryLanguage } from '../protocol/mail-summaries.ts';
import type { Mail } from './services/mailer.ts';

/* What mails say, in the languages of the page. */

const texts = {
  en: {
    subject: 'A new password for Charla',
    hello: (name: string) => `Hello ${name},`,
    why: 'somebody, most likely you, wants to set a new password for your account. This link does it, once and within an hour:',
    ignore: 'If it was not you, you need do nothing: your password stays as it is.',
    button: 'Set a new password',
  },
  es: {
    subject: 'Una contraseña nueva para Charla',
    hello: (name: string) => `Hola, ${name}:`,
    why: 'Alguien, seguramente tú, quiere cambiar la contraseña de tu cuenta. Este enlace lo hace, una sola vez y durante una hora:',
    ignore: 'Si no has sido tú, no tienes que hacer nada: tu contraseña sigue siendo la misma.',
    button: 'Elegir una contraseña nueva',
  },
} satisfies Record<MailLanguage, unknown>;

export type MailLanguage = SummaryLanguage;

/** The language that a reader wants most of those there are, by Accept-Language (RFC 9110, 12.5.4). */
export function languageFrom(header = ''): MailLanguage {
  const wanted = header.split(',').map((entry) => {
    const [tag = '', ...parameters] = entry.trim().toLowerCase().split(';');
    const weight = parameters
      .find((one) => one.trim().startsWith('q='))
      ?.trim()
      .slice(2);
    return { code: tag.split('-', 1)[0]!, weight: weight === undefined ? 1 : Number(weight) || 0 };
  });
  const known = wanted.filter(({ code, weight }) => code in texts && weight > 0);
  const [best] = known.toSorted((a, b) => b.weight - a.weight);
  return (best?.code ?? 'en') as MailLanguage;
}

/** A mail with a link that sets a new password. */
export function resetMail(
  language: MailLanguage,
  { to, name, url }: { to: string; name: string; url: string },
): Mail {
  const { subject, hello, why, ignore, button } = texts[language];
  const [greeting, link] = [escapeHtml(hello(name)), escapeHtml(url)];
  return {
    to,
    subject,
    text: `${hello(name)}\n\n${why}\n\n${url}\n\n${ignore}\n`,
    html:
      `<!doctype html><html lang="${language}"><body><p>${greeting}</p><p>${why}</p>` +
      `<p><a href="${link}">${button}</a></p><p>${ignore}</p></body></html>`,
  };
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

export const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"]/g, (one) => ENTITIES[one]!);
