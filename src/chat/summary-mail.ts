import { escapeHtml, type MailLanguage } from './mail-texts.ts';
import type { Mail } from './services/mailer.ts';

/* What a summary of missed mentions looks like: plain text, and HTML without pictures, scripts or styles. */

/** A message that was missed. */
export interface Excerpt {
  readonly author: string;
  /** The beginning of its text, in one line. */
  readonly text: string;
  /** ISO 8601. */
  readonly at: string;
  readonly url: string;
}

/** What was missed in one room. */
export interface MissedPart {
  /** Of the room, or of the other one in a direct room. */
  readonly name: string;
  readonly isDirect: boolean;
  readonly url: string;
  /** In order. */
  readonly excerpts: readonly Excerpt[];
  /** Whether there are earlier ones. */
  readonly hasMore: boolean;
}

export interface Summary {
  readonly to: string;
  readonly name: string;
  readonly parts: readonly MissedPart[];
  /** Whether there are more rooms. */
  readonly hasMore: boolean;
  /** Where everything is. */
  readonly url: string;
  readonly unsubscribeUrl: string;
}

const texts = {
  en: {
    subject: 'What you missed in Charla',
    hello: (name: string) => `Hello ${name},`,
    intro: 'these messages are waiting for you:',
    direct: (name: string) => `Direct messages from ${name}`,
    earlier: 'There are earlier ones.',
    moreRooms: 'There is more in other rooms:',
    open: 'Open Charla',
    why: 'You turned on summaries of missed mentions and direct messages in your profile. There is one a day at most.',
    stop: 'Stop these mails',
    ask: {
      subject: 'Summaries of what you miss in Charla?',
      intro:
        'messages are waiting for you. Somebody, most likely you, wants summaries of missed mentions and direct messages at this address, one a day at most. Open this link if you do:',
      button: 'Send me summaries',
      ignore: 'If it was not you, you need do nothing: no summary comes.',
    },
  },
  es: {
    subject: 'Lo que te has perdido en Charla',
    hello: (name: string) => `Hola, ${name}:`,
    intro: 'Estos mensajes te están esperando:',
    direct: (name: string) => `Mensajes directos de ${name}`,
    earlier: 'Hay otros anteriores.',
    moreRooms: 'Hay más en otras salas:',
    open: 'Abrir Charla',
    why: 'Has activado en tu perfil los resúmenes de menciones y mensajes directos sin leer. Llega uno al día, como mucho.',
    stop: 'No recibir más correos como este',
    ask: {
      subject: '¿Resúmenes de lo que te pierdes en Charla?',
      intro:
        'Hay mensajes esperándote. Alguien, seguramente tú, quiere recibir en esta dirección resúmenes de menciones y mensajes directos sin leer, uno al día como mucho. Si es así, abre este enlace:',
      button: 'Enviarme resúmenes',
      ignore: 'Si no has sido tú, no tienes que hacer nada: no llegará ningún resumen.',
    },
  },
} satisfies Record<MailLanguage, unknown>;

/** Writes a summary, with the headers by which mail programs offer to end them (RFC 8058). */
export function summaryMail(language: MailLanguage, summary: Summary): Mail {
  return {
    to: summary.to,
    subject: texts[language].subject,
    text: textOf(language, summary),
    html: htmlOf(language, summary),
    headers: headersOf(summary.unsubscribeUrl),
  };
}

const headersOf = (unsubscribeUrl: string) => ({
  'List-Unsubscribe': `<${unsubscribeUrl}>`,
  'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  // Nobody's holiday reply should answer it (RFC 3834).
  'Auto-Submitted': 'auto-generated',
});

/** What comes before the first summary: anybody can sign up with the email of others. Has no word of any message. */
export function askMail(
  language: MailLanguage,
  {
    to,
    name,
    url,
    unsubscribeUrl,
  }: Pick<Summary, 'to' | 'name' | 'unsubscribeUrl'> & {
    /** Where the reader confirms. */
    readonly url: string;
  },
): Mail {
  const { hello, ask, stop } = texts[language];
  return {
    to,
    subject: ask.subject,
    text: `${hello(name)}\n\n${ask.intro}\n\n${url}\n\n${ask.ignore}\n\n-- \n${stop}: ${unsubscribeUrl}\n`,
    html:
      `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${ask.subject}</title></head><body>` +
      `<p>${escapeHtml(hello(name))}</p><p>${ask.intro}</p><p>${linkTo(url, ask.button)}</p><p>${ask.ignore}</p>` +
      `<hr><p><small>${linkTo(unsubscribeUrl, stop)}</small></p></body></html>`,
    headers: headersOf(unsubscribeUrl),
  };
}

const linkTo = (url: string, text: string) =>
  `<a href="${escapeHtml(url)}">${escapeHtml(text)}</a>`;

function textOf(language: MailLanguage, summary: Summary): string {
  const t = texts[language];
  const timeOf = timesIn(language);
  const parts = summary.parts.flatMap(({ name, isDirect, url, excerpts, hasMore }) => [
    `${isDirect ? t.direct(name) : name}\n${url}`,
    ...(hasMore ? [`  ${t.earlier}`] : []),
    ...excerpts.map(({ author, text, at }) => `  ${author} (${timeOf(at)}):\n  > ${text}`),
  ]);
  return `${[
    t.hello(summary.name),
    t.intro,
    ...parts,
    `${summary.hasMore ? t.moreRooms : t.open}\n${summary.url}`,
    `-- \n${t.why}\n${t.stop}: ${summary.unsubscribeUrl}`,
  ].join('\n\n')}\n`;
}

function htmlOf(language: MailLanguage, summary: Summary): string {
  const t = texts[language];
  const timeOf = timesIn(language);
  const parts = summary.parts.flatMap(({ name, isDirect, url, excerpts, hasMore }) => [
    `<h2 dir="auto">${linkTo(url, isDirect ? t.direct(name) : name)}</h2>`,
    ...(hasMore ? [`<p>${t.earlier}</p>`] : []),
    ...excerpts.map(
      (one) =>
        `<p><b dir="auto">${escapeHtml(one.author)}</b> ${linkTo(one.url, timeOf(one.at))}</p>` +
        `<blockquote dir="auto">${escapeHtml(one.text)}</blockquote>`,
    ),
  ]);
  return [
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${t.subject}</title></head><body>`,
    `<p>${escapeHtml(t.hello(summary.name))}</p><p>${t.intro}</p>`,
    ...parts,
    `<p>${summary.hasMore ? `${t.moreRooms} ` : ''}${linkTo(summary.url, t.open)}</p>`,
    `<hr><p><small>${t.why} ${linkTo(summary.unsubscribeUrl, t.stop)}</small></p></body></html>`,
  ].join('\n');
}

/** Writes times, in UTC: the server does not know where its readers are. */
function timesIn(language: MailLanguage): (iso: string) => string {
  const format = new Intl.DateTimeFormat(language, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'UTC',
  });
  return (iso) => `${format.format(new Date(iso))} UTC`;
}
