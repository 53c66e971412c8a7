import { once } from 'node:events';
import type { TestSocket } from './client.ts';

/** Resolves once `met` holds, which is looked at after every frame of the socket. */
export async function until(socket: TestSocket, met: () => boolean): Promise<void> {
  while (!met()) await once(socket.ws, 'message');
}

/** Sends all commands at once, with refs of their number, and waits for the answer to each. */
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
