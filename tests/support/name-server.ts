import { createSocket } from 'node:dgram';
import dns from 'node:dns';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

/** A name server that answers every question for an IPv4 address with the same one; returns the names it was asked for. */
export async function startNameServer(address: string): Promise<Set<string>> {
  const asked = new Set<string>();
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    let end = 12;
    const labels: string[] = [];
    for (; query[end] !== 0; end += 1 + query[end]!) {
      labels.push(query.toString('latin1', end + 1, end + 1 + query[end]!));
    }
    asked.add(labels.join('.'));
    const question = query.subarray(12, end + 5);
    const isForIpv4 = query.readUInt16BE(end + 1) === 1;
    const header = Buffer.from(query.subarray(0, 12));
    header.writeUInt16BE(0x8180, 2);
    header.writeUInt16BE(isForIpv4 ? 1 : 0, 6);
    header.writeUInt16BE(0, 10);
    const answer = Buffer.from([
      0xc0,
      12,
      0,
      1,
      0,
      1,
      0,
      0,
      0,
      0,
      0,
      4,
      ...address.split('.').map(Number),
    ]);
    socket.send(
      Buffer.concat([header, question, ...(isForIpv4 ? [answer] : [])]),
      from.port,
      from.address,
    );
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const before = dns.getServers();
  dns.setServers([`127.0.0.1:${socket.address().port}`]);
  onTestFinished(() => {
    dns.setServers(before);
    socket.close();
  });
  return asked;
}
