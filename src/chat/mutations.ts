import type { Mutations } from '../store/mutation.ts';
import * as accounts from './mutations/accounts.ts';
import { endSessionsOf, updateAccount } from './mutations/admin.ts';
import { blockUser, unblockUser } from './mutations/blocks.ts';
import * as bots from './mutations/bots.ts';
import { deleteAccount, departDeleted } from './mutations/delete-account.ts';
import * as files from './mutations/files.ts';
import * as invites from './mutations/invites.ts';
import * as hooks from './mutations/outgoing-hooks.ts';
import * as incomingHooks from './mutations/incoming-hooks.ts';
import * as members from './mutations/members.ts';
import { deleteMessage, editMessage } from './mutations/messages.ts';
import { openHostSession, openOutsideSession } from './mutations/outside-sign-in.ts';
import * as push from './mutations/push.ts';
import { react } from './mutations/reactions.ts';
import * as reset from './mutations/reset.ts';
import { deleteOutdated } from './mutations/retention.ts';
import * as rooms from './mutations/rooms.ts';
import { sendMessages } from './mutations/send.ts';
import * as summaries from './mutations/summaries.ts';
import { addToken } from './mutations/tokens.ts';

/**
 * Everything that changes the database, by name. The modules in `mutations/` run in the thread that writes, inside
 * the writing transaction: nothing can change between their checks and their writes. The main loop runs them by
 * `store.mutate`; the use cases beside that folder do.
 */
export const mutations = {
  register: accounts.register,
  keepSetupCode: accounts.keepSetupCode,
  openSession: accounts.openSession,
  openOutsideSession,
  openHostSession,
  extendSession: accounts.extendSession,
  endSession: accounts.endSession,
  touchSession: accounts.touchSession,
  updateMe: accounts.updateMe,
  updateAccount,
  endSessionsOf,
  deleteAccount,
  departDeleted,
  deleteOutdated,
  makeResetToken: reset.makeResetToken,
  makeResetLink: reset.makeResetLink,
  resetPassword: reset.resetPassword,
  addToken,
  addBot: bots.addBot,
  renewBotToken: bots.renewBotToken,
  deleteBot: bots.deleteBot,
  addIncomingHook: incomingHooks.addIncomingHook,
  touchIncomingHook: incomingHooks.touchIncomingHook,
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
  createInvite: invites.createInvite,
  revokeInvite: invites.revokeInvite,
  acceptInvite: invites.acceptInvite,
  setNotify: push.setNotify,
  keepVapidKeys: push.keepVapidKeys,
  putSubscription: push.putSubscription,
  deleteSubscription: push.deleteSubscription,
  claimPushes: push.claimPushes,
  claimSummary: summaries.claimSummary,
  noteSummary: summaries.noteSummary,
  stopSummaries: summaries.stopSummaries,
  confirmSummaries: summaries.confirmSummaries,
  addOutgoingHook: hooks.addOutgoingHook,
  resumeOutgoingHook: hooks.resumeOutgoingHook,
  saveHookProgress: hooks.saveHookProgress,
  disableHook: hooks.disableHook,
  deleteHook: hooks.deleteHook,
  keepFilesId: files.keepFilesId,
  addFile: files.addFile,
  deleteFile: files.deleteFile,
  removeUnsentFiles: files.removeUnsentFiles,
  forgetRemovals: files.forgetRemovals,
  sendMessages,
  editMessage,
  deleteMessage,
  react,
} as const satisfies Mutations;

export type ChatMutations = typeof mutations;
