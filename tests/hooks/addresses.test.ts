import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import type { Room } from '../../src/protocol/resources.ts';
import { call, createRoom, postMessage, signUp, type Account } from '../support/client.ts';
import { startNameServer } from '../support/name-server.ts';
import { addHook, hooksOf } from '../support/receiver.ts';
import { shareServer } from '../support/server.ts';

/* A server that keeps hooks out of its own network, as it does where nothing is set. */

const hookTimes = { tickMs: 50, requestMs: 3000, pausesMs: [60_000] };
const server = shareServer({}, undefined, undefined, { hookTimes });
let ana: Account;
let room: Room;
beforeAll(async () => {
  ana = await signUp(server, 'Ana');
  room = await createRoom(server, ana.token, 'Room');
});

it.each([
  ['plain http', 'http://hooks.example.org/'],
  ['another protocol', 'ftp://hooks.example.org/'],
  ['a file', 'file:///etc/passwd'],
  ['data', 'data:application/json,{}'],
  ['a user name', 'https://ana@hooks.example.org/'],
  ['a password', 'https://:secret@hooks.example.org/'],
  ['a host as a user name', 'https://hooks.example.org:443@127.0.0.1/'],
  ['a loopback address', 'https://127.0.0.1/'],
  ['another loopback address', 'https://127.8.9.1/'],
  ['a short address', 'https://127.1/'],
  ['a shorter one', 'https://127/'],
  ['zero', 'https://0/'],
  ['all interfaces', 'https://0.0.0.0/'],
  ['a decimal number', 'https://2130706433/'],
  ['a hexadecimal number', 'https://0x7f000001/'],
  ['hexadecimal parts', 'https://0x7f.0x0.0x0.0x1/'],
  ['an octal number', 'https://017700000001/'],
  ['octal parts', 'https://0177.0.0.01/'],
  ['parts of both kinds', 'https://0x7f.0.0.01/'],
  ['a trailing dot', 'https://127.0.0.1./'],
  ['percent encoding', 'https://127.0.0.%31/'],
  ['full-width digits', 'https://１２７.０.０.１/'],
  ['circled digits', 'https://①②⑦.⓪.⓪.①/'],
  ['ideographic dots', 'https://127。0。0。1/'],
  ['a private address', 'https://10.0.0.1/'],
  ['another private address', 'https://172.16.0.1/'],
  ['one of a home', 'https://192.168.1.1/'],
  ['one of a carrier', 'https://100.64.0.1/'],
  ['the metadata of a cloud', 'https://169.254.169.254/latest/meta-data/'],
  ['the same as a number', 'https://2852039166/'],
  ['multicast', 'https://224.0.0.1/'],
  ['broadcast', 'https://255.255.255.255/'],
  ['IPv6 loopback', 'https://[::1]/'],
  ['IPv6 loopback in full', 'https://[0000:0000:0000:0000:0000:0000:0000:0001]/'],
  ['IPv6 unspecified', 'https://[::]/'],
  ['IPv4-mapped loopback', 'https://[::ffff:127.0.0.1]/'],
  ['the same in hexadecimal', 'https://[::ffff:7f00:1]/'],
  ['IPv4-compatible', 'https://[::127.0.0.1]/'],
  ['translated (NAT64)', 'https://[64:ff9b::7f00:1]/'],
  ['6to4', 'https://[2002:7f00:1::]/'],
  ['Teredo', 'https://[2001:0:7f00:1::]/'],
  ['unique local', 'https://[fd00::1]/'],
  ['link-local', 'https://[fe80::1]/'],
  ['a zone', 'https://[fe80::1%25eth0]/'],
  ['localhost', 'https://localhost/'],
  ['LOCALHOST with a dot', 'https://LOCALHOST./'],
  ['a name below localhost', 'https://hooks.localhost/'],
  ['mDNS', 'https://printer.local/'],
  ['an internal name', 'https://metadata.google.internal/'],
  ['a name of the own network', 'https://intranet/'],
])('rejects %s: %s', async (_, url) => {
  const path = `/rooms/${room.id}/hooks/outgoing`;
  const answer = await call<{ code: string; details: { path: string }[] }>(server, 'POST', path, {
    token: ana.token,
    body: { url },
  });
  expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
  expect(answer.body.details).toMatchObject([{ path: '/url' }]);
});

it.each(['127.0.0.1', '10.1.2.3', '169.254.169.254'])(
  'connects to no public name that leads to %s when the event is sent',
  async (address) => {
    let connections = 0;
    const inside = createServer(() => (connections += 1)).listen(0, '127.0.0.1');
    await once(inside, 'listening');
    onTestFinished(() => void inside.close());
    const { port } = inside.address() as AddressInfo;
    const asked = await startNameServer(address);
    const own = await createRoom(server, ana.token, `To ${address}`);
    await addHook(server, ana.token, own.id, { url: `https://hooks.example.org:${port}/` });
    await postMessage(server, ana.token, own.id, 'hello');
    await vi.waitFor(async () => {
      const [hook] = await hooksOf(server, ana.token, own.id);
      expect(hook!.lastAnswer).toMatchObject({ reason: 'not_public' });
      expect(hook!.lastAnswer?.error).toContain('hooks.example.org has no public address');
    }, 10_000);
    expect([...asked]).toEqual(['hooks.example.org']);
    expect(connections).toBe(0);
  },
);
