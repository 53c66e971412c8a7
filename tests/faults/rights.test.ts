import { expect, it } from 'vitest';
import {
  createRoom,
  joinRoom,
  openLiveSocket,
  openSocket,
  signUp,
  type TestSocket,
} from '../support/client.ts';
import { assemble } from './support/assembled.ts';
import { PATIENCE } from './support/scale.ts';

/** More than two pages of a replay. */
const MESSAGES = 1100;

it(
  'ends the replay of a user who is banned meanwhile at the next page, even if the ban is not delivered yet',
  { timeout: PATIENCE },
  async () => {
    let stops = 0;
    let banAt = Number.POSITIVE_INFINITY;
    let ban: () => Promise<unknown> = () => Promise.resolve();
    const server = await assemble({
      aroundQuery: async () => {
        stops += 1;
        if (stops === banAt) await ban();
      },
      // The ban is never delivered, so only a check of the rights can find it.
      onCommit: (_, deliver) => {
        if (stops < banAt) deliver();
      },
    });
    const ana = await signUp(server, 'Ana');
    const bo = await signUp(server, 'Bo');
    const { id: roomId } = await createRoom(server, ana.token, 'Long');
    await joinRoom(server, bo.token, roomId);
    const send = { roomId, userId: ana.user.id, clientMsgId: undefined, replyTo: undefined };
    const writes = Array.from({ length: MESSAGES }, async (_, i) =>
      server.store.mutate('sendMessages', { ...send, text: `text ${i}` }),
    );
    await Promise.all(writes);
    ban = async () =>
      server.store.mutate('removeMember', {
        roomId,
        actorId: ana.user.id,
        userId: bo.user.id,
        ban: true,
      });
    const countMessages = (socket: TestSocket) =>
      socket.frames.filter(({ type }) => type === 'message.created').length;

    stops = 0;
    const whole = await openLiveSocket(server, bo.token, roomId, { after: 0 });
    expect(countMessages(whole)).toBe(MESSAGES);
    await whole.close();

    // Each page takes two queries, and each query two stops: this stop is within the second of three pages.
    [banAt, stops] = [stops - 6, 0];
    const cut = await openSocket(server, bo.token, roomId, { after: 0 });
    const end = await Promise.race([cut.closed, cut.next('live').catch(async () => cut.closed)]);
    expect(end).toEqual({ code: 4003, reason: 'removed' });
    expect(countMessages(cut)).toBeGreaterThan(0);
    expect(countMessages(cut)).toBeLessThan(MESSAGES);
  },
);
