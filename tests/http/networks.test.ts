import { expect, it } from 'vitest';
import { sharedAddresses } from '../../src/transports/hardening/shared-addresses.ts';

it.each<[trustProxy: false | number | string, shared: string[], own: string[]]>([
  [
    false,
    ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'],
    ['10.0.0.1', '::2', 'fe80::1%eth0', ''],
  ],
  [0, ['127.0.0.1'], ['10.0.0.1']],
  [1, ['127.0.0.1', '203.0.113.7', '2001:db8::1'], []],
  ['10.0.0.0/8, fd00::/8', ['127.0.0.1', '10.9.9.9', 'fd12::1'], ['11.0.0.1', 'fc00::1']],
  ['10.1.2.3', ['10.1.2.3', '::ffff:10.1.2.3'], ['10.1.2.4']],
  ['loopback, uniquelocal', ['192.168.3.4', '172.31.0.1', 'fc00::1'], ['172.32.0.1', '8.8.8.8']],
  ['linklocal', ['169.254.1.1', 'fe80::1%eth0'], ['192.168.3.4']],
])('with TRUST_PROXY=%s it knows whose connections are many people’s', (trust, shared, own) => {
  const isShared = sharedAddresses(trust);
  expect(shared.filter((address) => !isShared(address))).toEqual([]);
  expect(own.filter(isShared)).toEqual([]);
});
