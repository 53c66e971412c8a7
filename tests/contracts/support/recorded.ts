import * as accounts from '../../../src/store/queries/accounts.ts';
import * as administration from '../../../src/store/queries/administration.ts';
import * as audit from '../../../src/store/queries/audit.ts';
import * as apiTokens from '../../../src/store/queries/api-tokens.ts';
import * as bans from '../../../src/store/queries/bans.ts';
import * as blocks from '../../../src/store/queries/blocks.ts';
import * as bots from '../../../src/store/queries/bots.ts';
import * as deletion from '../../../src/store/queries/deletion.ts';
import * as files from '../../../src/store/queries/files.ts';
import * as identities from '../../../src/store/queries/identities.ts';
import * as invites from '../../../src/store/queries/invites.ts';
import * as incomingHooks from '../../../src/store/queries/incoming-hooks.ts';
import * as knownAddresses from '../../../src/store/queries/known-addresses.ts';
import * as log from '../../../src/store/queries/log.ts';
import * as members from '../../../src/store/queries/members.ts';
import * as messages from '../../../src/store/queries/messages.ts';
import * as meta from '../../../src/store/queries/meta.ts';
import * as notifyLevels from '../../../src/store/queries/notify-levels.ts';
import * as outgoingHooks from '../../../src/store/queries/outgoing-hooks.ts';
import * as ownData from '../../../src/store/queries/own-data.ts';
import * as pushes from '../../../src/store/queries/pushes.ts';
import * as pushSubscriptions from '../../../src/store/queries/push-subscriptions.ts';
import * as replay from '../../../src/store/queries/replay.ts';
import * as resetTokens from '../../../src/store/queries/reset-tokens.ts';
import * as roomsForUser from '../../../src/store/queries/rooms-for-user.ts';
import * as rooms from '../../../src/store/queries/rooms.ts';
import * as sessions from '../../../src/store/queries/sessions.ts';
import * as summaries from '../../../src/store/queries/summaries.ts';
import { PreparedQuery } from '../../../src/store/query.ts';

const modules = {
  accounts,
  administration,
  audit,
  'api-tokens': apiTokens,
  bans,
  blocks,
  bots,
  deletion,
  files,
  identities,
  invites,
  'incoming-hooks': incomingHooks,
  'known-addresses': knownAddresses,
  log,
  members,
  messages,
  meta,
  'notify-levels': notifyLevels,
  'outgoing-hooks': outgoingHooks,
  'own-data': ownData,
  'push-subscriptions': pushSubscriptions,
  pushes,
  replay,
  'reset-tokens': resetTokens,
  'rooms-for-user': roomsForUser,
  rooms,
  sessions,
  summaries,
};

/** The modules of src/store/queries, to be compared with its files. */
export const moduleNames = Object.keys(modules).map((name) => `${name}.ts`);

/** The functions and prepared queries that no `recorded` module has handed out. */
export const unused = new Set<string>();

/** A module each of whose functions is struck off `unused` when it is taken. */
function record<M extends object>(name: string, module: M): M {
  const isQuery = (value: unknown) => typeof value === 'function' || value instanceof PreparedQuery;
  for (const [key, value] of Object.entries(module)) {
    if (isQuery(value)) unused.add(`${name}.${key}`);
  }
  return new Proxy(
    {},
    {
      get: (_, key) => {
        unused.delete(`${name}.${String(key)}`);
        return module[key as keyof M];
      },
    },
  ) as M;
}

export const recorded = {
  accounts: record('accounts', accounts),
  administration: record('administration', administration),
  audit: record('audit', audit),
  apiTokens: record('api-tokens', apiTokens),
  bans: record('bans', bans),
  blocks: record('blocks', blocks),
  bots: record('bots', bots),
  deletion: record('deletion', deletion),
  files: record('files', files),
  identities: record('identities', identities),
  invites: record('invites', invites),
  incomingHooks: record('incoming-hooks', incomingHooks),
  knownAddresses: record('known-addresses', knownAddresses),
  log: record('log', log),
  members: record('members', members),
  messages: record('messages', messages),
  meta: record('meta', meta),
  notifyLevels: record('notify-levels', notifyLevels),
  outgoingHooks: record('outgoing-hooks', outgoingHooks),
  ownData: record('own-data', ownData),
  pushSubscriptions: record('push-subscriptions', pushSubscriptions),
  pushes: record('pushes', pushes),
  replay: record('replay', replay),
  resetTokens: record('reset-tokens', resetTokens),
  roomsForUser: record('rooms-for-user', roomsForUser),
  rooms: record('rooms', rooms),
  sessions: record('sessions', sessions),
  summaries: record('summaries', summaries),
};
