import type { Config } from '../../config.ts';
import { findingsOf, type Finding } from './finding.ts';

const { ok, warning } = findingsOf('settings');
const LOOPBACK = /^(127\.|localhost$|::1$)/;

/** Settings that are valid, and yet may not be what was meant. */
export function checkSettings(config: Config): Finding[] {
  const { publicUrl, trustProxy, host, registration, databaseUrl, filesDir } = config;
  const found: Finding[] = [];
  if (publicUrl === null) {
    found.push(
      warning(
        'PUBLIC_URL is not set: requests for any host name are accepted, and links and notifications have no address; ' +
          'set it to what people open',
      ),
    );
  }
  if (publicUrl?.startsWith('https:') && trustProxy === false) {
    found.push(
      warning(
        'PUBLIC_URL is https, so a proxy is in front, and TRUST_PROXY is not set: all visitors share the limits of one ' +
          'address; set it to the number of proxies or to their addresses',
      ),
    );
  }
  if (publicUrl?.startsWith('http:') && !LOOPBACK.test(new URL(publicUrl).hostname)) {
    found.push(
      warning(
        'PUBLIC_URL is http: passwords cross the network unencrypted, and browsers allow no notifications; put a proxy ' +
          'with TLS in front',
      ),
    );
  }
  if (!LOOPBACK.test(host) && registration === 'open' && publicUrl === null) {
    found.push(
      warning(`HOST is ${host} and REGISTRATION is open: whoever reaches this machine can sign up`),
    );
  }
  if (databaseUrl !== null && filesDir === null) {
    found.push(
      warning(
        'FILES_DIR is not set: with several nodes, each would keep its uploads where the others do not find them; set ' +
          'it to a folder that all share',
      ),
    );
  }
  return found.length > 0 ? found : [ok('All settings are valid.')];
}
