import { expect, it } from 'vitest';
import { mutations } from '../../src/chat/mutations.ts';
import { commitGroup } from '../../src/store/group.ts';
import { readHeadPos } from '../../src/store/queries/log.ts';
import { readUserLog } from '../../src/store/queries/replay.ts';
import { openDatabase } from '../support/database.ts';
import { createRoomJob, registerJob } from '../support/filling.ts';

it('returns the creation of rooms that exist, and not of one that is being purged', async () => {
  const { db, writable } = await openDatabase();
  const people = ['ana', 'bo'].map((id) => registerJob({ id }));
  const rooms = ['kept', 'gone'].map((id) => createRoomJob({ id, userId: 'ana' }));
  const deletion = { mutation: 'deleteRoom', input: { roomId: 'gone', actorId: 'ana' } };
  const { outcomes } = await commitGroup(writable, mutations, [...people, ...rooms, deletion]);
  expect(outcomes.every((outcome) => 'value' in outcome)).toBe(true);

  const page = { after: 0, head: await readHeadPos(db), limit: 500 };
  const { entries } = await readUserLog(db, 'bo', page, () => true);
  const created = entries.filter(({ type }) => type === 'room.created').map(({ roomId }) => roomId);
  expect(created).toContain('kept');
  expect(created).not.toContain('gone');
});
