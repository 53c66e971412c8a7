import { WebSocketServer, WebSocket } from 'ws';

/*
 * The broadcast example of the README of `ws`, with rooms: sends each incoming frame to everybody in the
 * room, one `send` per socket. It parses, checks, numbers and stores nothing.
 */
const rooms = new Map();
const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });

server.on('connection', (socket, request) => {
  const name = request.url;
  const room = rooms.get(name) ?? new Set();
  rooms.set(name, room.add(socket));
  socket.on('message', (data, isBinary) => {
    for (const client of room) {
      if (client.readyState === WebSocket.OPEN) client.send(data, { binary: isBinary });
    }
  });
  socket.on('close', () => room.delete(socket));
  socket.send('ready');
});

server.on('listening', () => console.log(`http://127.0.0.1:${server.address().port}`));
process.on('SIGTERM', () => process.exit());
