import { once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { At } from './client.ts';

/** A reverse proxy that serves a server below `/chat/`, which the server does not know of. */
export async function startSubPath({ url }: At): Promise<At> {
  const forward = ({ method, url: path = '', headers }: IncomingMessage) =>
    request(new URL(path.slice('/chat'.length), url), { method, headers });
  const proxy = createServer((incoming, response) => {
    const path = incoming.url ?? '';
    if (path === '/chat') return response.writeHead(301, { location: '/chat/' }).end();
    if (!path.startsWith('/chat/')) return response.writeHead(404).end();
    const outgoing = forward(incoming);
    outgoing.on('response', (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    response.on('close', () => outgoing.destroy());
    return incoming.pipe(outgoing);
  });
  proxy.on('upgrade', (incoming, socket) => {
    const outgoing = forward(incoming);
    outgoing.on('upgrade', ({ rawHeaders }, upstream) => {
      const fields = Array.from({ length: rawHeaders.length / 2 }, (_, i) =>
        rawHeaders.slice(2 * i, 2 * i + 2).join(': '),
      );
      socket.write(['HTTP/1.1 101 Switching Protocols', ...fields, '', ''].join('\r\n'));
      upstream.pipe(socket).pipe(upstream);
      upstream.on('error', () => socket.destroy());
      socket.on('error', () => upstream.destroy());
    });
    outgoing.on('error', () => socket.destroy());
    outgoing.end();
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  onTestFinished(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/chat` };
}
