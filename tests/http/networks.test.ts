import { expect, it } from 'vitest';
import { networkOf, sharedAddresses } from '../../src/transports/networks.ts';

it.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['::FFFF:203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
  ['2001:db8::9', '2001:db8:0:0::/64'],
  ['2001:db8::1:0:0:0:9', '2001:db8:0:1::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['64:ff9b::203.0.113.7', '64:ff9b:0:0::/64'],
  ['', ''],
])('counts an address with its network: %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

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
