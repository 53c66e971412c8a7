import { expect, it } from 'vitest';
import { call, openLiveSocket } from '../../support/client.ts';
import { PATIENCE } from '../support/scale.ts';
import { startNodes, type Node } from './support/nodes.ts';
import { newRoom } from './support/room.ts';

it(
  'stops in order, and closes sockets with 1012, while its database refuses connections or is silent',
  { timeout: PATIENCE },
  async () => {
    const [refused, silent] = (await startNodes(2)) as [Node, Node];
    const { ana, room } = await newRoom(silent);
    const sockets = [
      await openLiveSocket(refused, ana.token, room.id),
      await openLiveSocket(silent, ana.token, room.id),
    ];
    refused.link.refuse();
    refused.link.cut();
    silent.link.freeze();
    expect((await call(refused, 'GET', '/ready')).status).toBe(503);
    const since = performance.now();
    await Promise.all([refused.stop(), silent.stop()]);
    // The default of SHUTDOWN_MS: after that the process exits with an error.
    expect(performance.now() - since).toBeLessThan(10_000);
    const closed = await Promise.all(sockets.map((socket) => socket.closed));
    expect(closed.map(({ code }) => code)).toEqual([1012, 1012]);
  },
);
