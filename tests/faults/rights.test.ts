import { expect, it } from 'vitest';
import { call, createRoom, openSocket, signUp, type TestSocket } from '../support/client.ts';
import { assemble } from './support/assembled.ts';
import { PATIENCE } from './support/scale.ts';

/** More than two pages of a replay. */
const MESSAGES = 1100;

it(
  'ends a replay at the next page for whom was banned meanwhile, also before the news of it comes',
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
      // The news of the ban never comes: only a look at the rights can tell.
      onCommit: (_, deliver) => {
        if (stops < banAt) deliver();
      },
    });
    const ana = await signUp(server, 'Ana');
    const bo = await signUp(server, 'Bo');
    const { id: roomId } = await createRoom(server, ana.token, 'Long');
    await call(server, 'POST', `/rooms/${roomId}/join`, { token: bo.token });
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
    const told = (socket: TestSocket) =>
      socket.frames.filter(({ type }) => type === 'message.created').length;

    stops = 0;
    const whole = await openSocket(server, bo.token, roomId, { after: 0 });
    await whole.next('live');
    expect(told(whole)).toBe(MESSAGES);
    await whole.close();

    // Each page takes two queries, and each query two stops: this is within the second of three.
    [banAt, stops] = [stops - 6, 0];
    const cut = await openSocket(server, bo.token, roomId, { after: 0 });
    const end = await Promise.race([cut.closed, cut.next('live').catch(async () => cut.closed)]);
    expect(end).toEqual({ code: 4003, reason: 'removed' });
    expect(told(cut)).toBeGreaterThan(0);
    expect(told(cut)).toBeLessThan(MESSAGES);
  },
);
