import { BlockList, isIP, isIPv4 } from 'node:net';

/*
 * Which addresses the server may send requests to where a user names the URL (push services, webhooks): those of the
 * public internet. Everything else could be a service of the operator's own network that trusts whoever reaches it.
 */

/** What is not public of IPv4 (IANA's registry of special-purpose addresses, multicast, reserved). */
const SPECIAL_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
];
/** Of IPv6 only this is in use, without the parts below: protocols, documentation, and 6to4, which holds IPv4. */
const GLOBAL_IPV6 = ['2000::/3'];
const SPECIAL_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];
/** These hold an IPv4 address in their last 32 bits: IPv4-mapped, and the translation of IPv6-only networks. */
const HOLDS_IPV4 = ['::ffff:0:0/96', '64:ff9b::/96'];

const specialIpv4 = blockList(SPECIAL_IPV4, 'ipv4');
const globalIpv6 = blockList(GLOBAL_IPV6, 'ipv6');
const specialIpv6 = blockList(SPECIAL_IPV6, 'ipv6');
const holdsIpv4 = blockList(HOLDS_IPV4, 'ipv6');

function blockList(networks: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address, prefix] = network.split('/');
    list.addSubnet(address!, Number(prefix), family);
  }
  return list;
}

/** Whether an IPv4 or IPv6 address, as text, is one of the public internet. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !specialIpv4.check(address, 'ipv4');
  // An address with a zone (`%eth0`) is of a local network.
  if (isIP(address) !== 6 || address.includes('%')) return false;
  if (holdsIpv4.check(address, 'ipv6')) return isPublicAddress(lastIpv4Of(address));
  return globalIpv6.check(address, 'ipv6') && !specialIpv6.check(address, 'ipv6');
}

/** The last 32 bits of an IPv6 address, as IPv4. */
function lastIpv4Of(address: string): string {
  // The URL parser writes every form of an address in one way, without dots.
  const groups = new URL(`http://[${address}]`).hostname.slice(1, -1).split(':').slice(-2);
  const [high, low] = groups.map((group) => Number.parseInt(group || '0', 16)) as [number, number];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** Names that never lead to the public internet (RFC 6761, 6762, 8375, ICANN's `internal`). */
const LOCAL_NAME = /(?:^|\.)(?:localhost|local|internal|home\.arpa)\.?$/;

/**
 * Why the server sends nothing to a URL, as far as the URL tells; null where it does not. What its host resolves to is
 * checked when the connection is made.
 */
export function refusalOf(url: URL, { toPrivate }: { toPrivate: boolean }): string | null {
  const { protocol, hostname, username, password } = url;
  if (protocol !== 'https:' && !(toPrivate && protocol === 'http:')) return 'must be an https URL';
  if (username !== '' || password !== '') return 'must not have a user name or a password';
  if (toPrivate) return null;
  // The URL parser has turned numbers (`2130706433`, `0x7f.1`) into dotted decimals.
  const host = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  const isPublic = isIP(host)
    ? isPublicAddress(host)
    : host.includes('.') && !LOCAL_NAME.test(host);
  return isPublic ? null : 'must lead to a public address';
}
