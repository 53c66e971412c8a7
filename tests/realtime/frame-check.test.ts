import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import {
  checkStreamText,
  EventSource,
  takeUnknownFrames,
  WebSocket,
} from '../support/frame-check.ts';

/* What would fail a test that received it: frames and events that the AsyncAPI document does not have. */

const typing = {
  type: 'typing',
  roomId: 'kX3b9_RtQm0aZ7wE',
  user: {
    id: 'kX3b9_RtQm0aZ7wE',
    name: 'Ada',
    color: '#0f766e',
    createdAt: '2026-11-20T18:30:00.000Z',
    isAdmin: false,
    isBot: false,
  },
};
const userUpdated = { type: 'user.updated', user: typing.user };

it('finds frames of a socket that are not in the document', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => server.close());
  await once(server, 'listening');
  const frames = [typing, { ...typing, secret: 1 }, { ...typing, roomId: 7 }, { type: 'nonsense' }];
  server.on('connection', (socket) => {
    for (const frame of frames) socket.send(JSON.stringify(frame));
    socket.close();
  });
  const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await once(socket, 'close');
  expect(takeUnknownFrames()).toEqual([
    expect.stringContaining('additional properties'),
    expect.stringContaining('data/roomId must be string'),
    expect.stringContaining('room has no message of the type nonsense'),
  ]);
});

const eventOf = (type: string, event: object) =>
  `event: ${type}\ndata: ${JSON.stringify(event)}\n\n`;
const stream =
  eventOf('user.updated', userUpdated) +
  eventOf('user.updated', { ...userUpdated, secret: 1 }) +
  eventOf('mention', userUpdated) +
  eventOf('typing', typing);
const foundInStream = [
  expect.stringContaining('additional properties'),
  'event: mention has the type user.updated',
  expect.stringContaining('notifications has no message of the type typing'),
];

it('finds events of an EventSource that are not in the document', async () => {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(stream);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const source = new EventSource(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  onTestFinished(() => {
    source.close();
    server.closeAllConnections();
    server.close();
  });
  await new Promise((resolve) => source.addEventListener('typing', resolve));
  expect(takeUnknownFrames()).toEqual(foundInStream);
});

it('finds events in the text of a stream, but for one that is not complete', () => {
  checkStreamText(`${stream}event: nonsense\ndata: {"type":`);
  expect(takeUnknownFrames()).toEqual(foundInStream);
});
