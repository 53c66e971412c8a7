import { Type, type Static } from 'typebox';

/** The languages of mails. */
export const SummaryLanguage = Type.Enum(['en', 'es']);
export type SummaryLanguage = Static<typeof SummaryLanguage>;

export const MailSummaries = Type.Enum(['off', ...SummaryLanguage.enum], {
  description:
    'The language of the mails that tell, once a day at most, which mentions and direct messages you have missed; ' +
    '`off` for no such mails',
  examples: ['off'],
});
export type MailSummaries = Static<typeof MailSummaries>;
