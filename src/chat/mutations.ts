import type { Mutations } from '../store/group.ts';
import * as accounts from './mutations/accounts.ts';
import { updateAccount } from './mutations/admin.ts';
import { blockUser, unblockUser } from './mutations/blocks.ts';
import { deleteMessage, editMessage, react } from './mutations/changes.ts';
import * as members from './mutations/members.ts';
import { sendMessages } from './mutations/messages.ts';
import * as rooms from './mutations/rooms.ts';
import { indexMessages, removeWords, tidyIndex } from './mutations/search.ts';

/**
 * Everything that anybody can do that changes the database: by these names the main loop asks the
 * writing thread, which loads this module.
 */
export const mutations = {
  register: accounts.register,
  keepSetupCode: accounts.keepSetupCode,
  openSession: accounts.openSession,
  replaceHash: accounts.replaceHash,
  extendSession: accounts.extendSession,
  endSession: accounts.endSession,
  touchSession: accounts.touchSession,
  updateMe: accounts.updateMe,
  updateAccount,
  blockUser,
  unblockUser,
  createRoom: rooms.createRoom,
  openDirect: rooms.openDirect,
  updateRoom: rooms.updateRoom,
  deleteRoom: rooms.deleteRoom,
  purgeRoom: rooms.purgeRoom,
  joinRoom: members.joinRoom,
  leaveRoom: members.leaveRoom,
  putMember: members.putMember,
  removeMember: members.removeMember,
  liftBan: members.liftBan,
  markRead: members.markRead,
  indexMessages,
  removeWords,
  tidyIndex,
  sendMessages,
  editMessage,
  deleteMessage,
  react,
} as const satisfies Mutations;

export type ChatMutations = typeof mutations;
