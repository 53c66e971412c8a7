import { expect, vi } from 'vitest';
import { openSocket, type At } from '../../support/client.ts';

/** Resolves once a node refuses another socket of a user who has as many as allowed. One that it lets in is closed. */
export async function waitUntilFull(node: At, token: string, roomId: string): Promise<void> {
  await vi.waitFor(
    async () => {
      const another = openSocket(node, token, roomId).then((socket) => socket.close());
      await expect(another).rejects.toThrow('429');
    },
    { timeout: 10_000, interval: 250 },
  );
}
