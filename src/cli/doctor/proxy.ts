import type { Config } from '../../config.ts';
import { ask } from './ask.ts';
import { findingsOf, type Finding } from './finding.ts';

const { ok, warning } = findingsOf('proxy');

/** Whether requests come from a proxy that TRUST_PROXY does not trust, as the running server has counted them. */
export async function proxyFinding(
  local: string,
  { metricsToken }: Pick<Config, 'metricsToken'>,
): Promise<Finding> {
  const headers = metricsToken === null ? undefined : { authorization: `Bearer ${metricsToken}` };
  const answer = await ask(`${local}/metrics`, headers);
  const [, count] =
    answer instanceof Error
      ? []
      : (/^charla_untrusted_forwards_total (\d+)$/m.exec(answer.text) ?? []);
  if (count === undefined) {
    return warning(
      `The metrics at ${local} cannot be read, so it is not known whether a proxy is trusted; set METRICS_TOKEN as the server has it`,
    );
  }
  if (count === '0') return ok('No request came from a proxy that TRUST_PROXY does not trust.');
  return warning(
    `${count} requests had X-Forwarded-For, and came from an address that TRUST_PROXY does not trust: if that is your ` +
      'proxy, all its visitors share the limits of one address; set TRUST_PROXY to it, or to the number of proxies',
  );
}
