import { isIPv6 } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { Origin } from '../chat/accounts.ts';

/** The key by which requests without a user are counted. */
export const addressOf = (request: FastifyRequest): string =>
  // An injected upgrade has no address.
  addressKey(request.ip ?? '');

/** Where a request comes from, for sessions and for the counts of guesses. */
export const originOf = (request: FastifyRequest): Origin => ({
  address: addressOf(request),
  userAgent: request.headers['user-agent'] ?? '',
});

/**
 * Returns the key by which an address is counted: an IPv4 address itself, or the network of an IPv6 address (its
 * first 64 bits, RFC 4291 section 2.5.4), since one machine has all addresses of that network. Accepts what
 * proxies write, too: a port, brackets, a zone, IPv4 within IPv6.
 */
export function addressKey(address: string): string {
  const [, bare = address] =
    /^\[(.*)\](?::\d+)?$/.exec(address) ?? /^([\d.]+):\d+$/.exec(address) ?? [];
  const [withoutZone = bare] = bare.split('%', 1);
  if (!isIPv6(withoutZone)) return withoutZone;
  const groups = groupsOf(withoutZone);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped) return ipv4Of(groups[6]!, groups[7]!);
  const network = groups.slice(0, 4).map((group) => group.toString(16));
  return `${network.join(':')}::/64`;
}

/** Returns the eight 16-bit groups of an IPv6 address. */
function groupsOf(address: string): number[] {
  // URL normalizes the address, without dots.
  const text = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [before = '', after] = text.split('::');
  const parse = (part: string) => part.split(':').flatMap((hex) => (hex ? parseInt(hex, 16) : []));
  const [start, end] = [parse(before), parse(after ?? '')];
  return [...start, ...Array<number>(8 - start.length - end.length).fill(0), ...end];
}

const ipv4Of = (high: number, low: number) =>
  [high >> 8, high & 255, low >> 8, low & 255].join('.');
