import { BlockList, isIP } from 'node:net';
import type { Config } from '../../config.ts';

/** The names that TRUST_PROXY accepts in place of addresses, as defined by @fastify/proxy-addr. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/**
 * Returns a function that tells whether many people may connect from an address: trusted proxies, and this machine,
 * where an unconfigured proxy may run. With a number of hops, every address may be a proxy.
 */
export function sharedAddresses(trustProxy: Config['trustProxy']): (address: string) => boolean {
  if (typeof trustProxy === 'number' && trustProxy > 0) return () => true;
  const list = typeof trustProxy === 'string' ? trustProxy.split(',').map((one) => one.trim()) : [];
  const shared = new BlockList();
  for (const subnet of ['loopback', ...list].flatMap((one) => NAMED[one] ?? [one])) {
    const [address = '', prefix] = subnet.split('/');
    const version = isIP(address);
    shared.addSubnet(
      address,
      Number(prefix ?? (version === 4 ? 32 : 128)),
      `ipv${version as 4 | 6}`,
    );
  }
  return (address) => {
    const plain = plainOf(address);
    return shared.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4');
  };
}

/** Removes the zone of an address, and turns IPv4 within IPv6 into IPv4. */
const plainOf = (address: string) => address.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '');
