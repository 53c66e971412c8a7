import type { Acts } from '../store/group-commit.ts';
import * as accounts from './acts/accounts.ts';
import { deleteMessage, editMessage } from './acts/changes.ts';
import { sendMessages } from './acts/messages.ts';
import * as rooms from './acts/rooms.ts';

/**
 * Everything that anybody can do that changes the database: by these names the main loop asks the
 * writing thread, which loads this module.
 */
export const acts = {
  register: accounts.register,
  openSession: accounts.openSession,
  extendSession: accounts.extendSession,
  endSession: accounts.endSession,
  updateMe: accounts.updateMe,
  createRoom: rooms.createRoom,
  joinRoom: rooms.joinRoom,
  leaveRoom: rooms.leaveRoom,
  sendMessages,
  editMessage,
  deleteMessage,
} as const satisfies Acts;

export type ChatActs = typeof acts;
