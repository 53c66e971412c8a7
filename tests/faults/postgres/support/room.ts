import type { Room } from '../../../../src/protocol/resources.ts';
import { createRoom, joinRoom, signUp, type Account, type At } from '../../../support/client.ts';

let count = 0;

/** Makes a room with two new members. */
export async function newRoom(at: At): Promise<{ ana: Account; bo: Account; room: Room }> {
  count += 1;
  const ana = await signUp(at, `Ana ${count}`);
  const bo = await signUp(at, `Bo ${count}`);
  const { id } = await createRoom(at, ana.token, `room ${count}`);
  const { body: room } = await joinRoom(at, bo.token, id);
  return { ana, bo, room };
}
