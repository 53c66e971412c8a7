import { once } from 'node:events';
import type { TestSocket } from './client.ts';

/** Resolves once `isMet` returns true; checks it after every frame of the socket. */
export async function until(socket: TestSocket, isMet: () => boolean): Promise<void> {
  while (!isMet()) await once(socket.ws, 'message');
}

/** Sends all commands at once and resolves with the ack or error of each, by its index. */
export async function sendAtOnce(
  socket: TestSocket,
  commands: readonly object[],
): Promise<Map<number, TestSocket['frames'][number]>> {
  let seen = socket.frames.length;
  commands.forEach((command, i) => socket.send({ ...command, ref: String(i) }));
  const answers = new Map<number, TestSocket['frames'][number]>();
  await until(socket, () => {
    for (; seen < socket.frames.length; seen += 1) {
      const frame = socket.frames[seen]!;
      if (frame['ref'] !== undefined) answers.set(Number(frame['ref']), frame);
    }
    return answers.size === commands.length;
  });
  return answers;
}
