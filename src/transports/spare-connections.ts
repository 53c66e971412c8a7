import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Browsers open connections ahead of any need for them. Node does not count one that has asked for
 * nothing yet as idle, so it would hold up the end of the server. Answers the function that ends
 * those of this kind.
 */
export function trackSpareConnections(server: Server): () => void {
  const spare = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    spare.add(socket);
    socket.once('close', () => spare.delete(socket));
  });
  const isUsed = ({ socket }: { socket: Socket }) => void spare.delete(socket);
  server.on('request', isUsed);
  server.on('upgrade', isUsed);
  return () => {
    for (const socket of spare) socket.destroy();
  };
}
