import type { Config } from '../../config.ts';
import type { MailSettings } from '../../outside-settings.ts';
import { ask } from './ask.ts';
import { findingsOf, type Finding } from './finding.ts';

const mail = findingsOf('mail');
const signIn = findingsOf('sign-in');

/** How long each step of a connection to the mail server may take, in milliseconds. */
const STEP_MS = 3000;

/** Whether those answer that deliver mail and sign people in. Nothing where the settings name nobody. */
export async function checkOutside(
  config: Pick<Config, 'mail' | 'openId' | 'hostTokens'>,
): Promise<Finding[]> {
  const found = await Promise.all([
    config.mail && checkMail(config.mail),
    config.openId &&
      checkDocument(
        `${config.openId.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
        'issuer',
        'OIDC_ISSUER',
      ),
    config.hostTokens && checkDocument(config.hostTokens.jwksUrl, 'keys', 'AUTH_JWKS_URL'),
  ]);
  return found.filter((one) => one !== null);
}

/** Connects and signs in, as for a mail. */
async function checkMail({ url }: MailSettings): Promise<Finding> {
  const { host } = new URL(url);
  const { createTransport } = await import('nodemailer');
  const transporter = createTransport({
    url,
    connectionTimeout: STEP_MS,
    greetingTimeout: STEP_MS,
    socketTimeout: STEP_MS,
    dnsTimeout: STEP_MS,
  } as Parameters<typeof createTransport>[0]);
  try {
    await transporter.verify();
    return mail.ok(`The mail server at ${host} takes mail.`);
  } catch (error) {
    return mail.fault(
      `The mail server at ${host} takes no mail (${(error as Error).message}): nobody gets a link for a forgotten ` +
        'password; see that it runs, and that SMTP_URL has its name, port, user and password',
    );
  } finally {
    transporter.close();
  }
}

/** Fetches what a service publishes, which has a certain field. */
async function checkDocument(url: string, field: string, setting: string): Promise<Finding> {
  const answer = await ask(url);
  const problem = answer instanceof Error ? answer.message : problemOf(answer, field);
  if (problem === null) return signIn.ok(`${setting} answers at ${url}.`);
  return signIn.fault(
    `${setting} does not answer at ${url} as it should (${problem}): nobody can sign in by it; see that it runs, and ` +
      'that this machine reaches it',
  );
}

function problemOf(
  { status, text }: { status: number; text: string },
  field: string,
): string | null {
  if (status !== 200) return `status ${status}`;
  try {
    return field in (JSON.parse(text) as object) ? null : `there is no "${field}" in it`;
  } catch {
    return 'it is no JSON';
  }
}
