import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { fastify } from 'fastify';
import {
  Kysely,
  PostgresAdapter,
  PostgresQueryCompiler,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type QueryResult,
} from 'kysely';
import { onTestFinished } from 'vitest';
import type { ChatMutations } from '../../../src/chat/mutations.ts';
import { LoginThrottle } from '../../../src/chat/services/login-throttle.ts';
import type { Services } from '../../../src/chat/services.ts';
import { FileRemoval } from '../../../src/chat/file-removal.ts';
import { FileLinks } from '../../../src/chat/services/file-links.ts';
import { Transfers } from '../../../src/chat/services/transfers.ts';
import { FolderStorage } from '../../../src/files/folder-storage.ts';
import { Media } from '../../../src/files/media.ts';
import { Limits } from '../../../src/chat/services/limits.ts';
import { Passwords } from '../../../src/chat/services/passwords.ts';
import { readConfig } from '../../../src/config.ts';
import { createLogger } from '../../../src/logger.ts';
import { ConnectionManager } from '../../../src/realtime/connection-manager.ts';
import type { LogEntry } from '../../../src/store/log-entry.ts';
import type { Database } from '../../../src/store/tables.ts';
import { ThreadAdapter } from '../../../src/store/sqlite/reader.ts';
import type { Store } from '../../../src/store/store.ts';
import type { App } from '../../../src/transports/app-type.ts';
import { registerAuth } from '../../../src/transports/auth.ts';
import { registerCounts } from '../../../src/transports/counts.ts';
import { registerErrors } from '../../../src/transports/errors.ts';
import { registerAccounts } from '../../../src/transports/http/accounts.ts';
import { registerMembers } from '../../../src/transports/http/members.ts';
import { registerMessages } from '../../../src/transports/http/messages.ts';
import { registerRooms } from '../../../src/transports/http/rooms.ts';
import { registerNotifications } from '../../../src/transports/notifications.ts';
import { registerSchemas } from '../../../src/transports/schemas.ts';
import { registerUpgrades } from '../../../src/transports/hardening/upgrades.ts';
import { registerWebSocket } from '../../../src/transports/websocket.ts';
import { dialect } from '../../support/dialect.ts';
import { databaseSettings } from '../../support/postgres/databases.ts';
import { temporaryFolder } from '../../support/server.ts';
import { openStore } from '../../support/store.ts';
import { unlimited } from './site.ts';

/** Hooks that a test may put between the parts of a server. */
export interface Seams {
  /** The module of the mutations that the writer runs. */
  readonly mutations?: URL;
  /** Called before each query of the transports and after its result; the query waits for both calls. */
  readonly aroundQuery?: (step: 'before' | 'after') => Promise<void>;
  /** Called after each mutation; its caller waits. */
  readonly afterMutation?: (name: string) => Promise<void>;
  /** Receives committed entries instead of the connections; `deliver` delivers them, now or later. */
  readonly onCommit?: (entries: readonly LogEntry[], deliver: () => void) => void;
}

export interface Assembled {
  readonly url: string;
  readonly dataDir: string;
  readonly store: Store<ChatMutations>;
  readonly manager: ConnectionManager;
}

/** Assembles the real transports, rules and store as `app.ts` does, with the hooks of a test in between. */
export async function assemble(seams: Seams): Promise<Assembled> {
  const { mutations, aroundQuery, afterMutation, onCommit } = seams;
  const dataDir = temporaryFolder();
  const database = await databaseSettings(dataDir);
  const config = readConfig({ BCRYPT_COST: '4', ...unlimited, ...database, DATA_DIR: dataDir });
  const store = await openStore<ChatMutations>({
    dataDir,
    mutations: mutations ?? new URL('../../../src/chat/mutations.ts', import.meta.url),
    onLost: (error) => {
      throw error;
    },
    onWarning: () => {},
  });
  const manager = new ConnectionManager({
    epoch: store.epoch,
    presenceGraceMs: 0,
    cluster: store.cluster,
  });
  store.follow({
    deliver(entries) {
      const deliver = () => manager.deliver(entries);
      if (onCommit) onCommit(entries, deliver);
      else deliver();
    },
    reset: (epoch) => manager.reset(epoch),
  });
  let isStopping = false;
  const passwords = new Passwords(config.bcryptCost);
  const storage = await FolderStorage.open(join(dataDir, 'files'));
  const media = new Media();
  const log = createLogger('silent');
  const services: Services = {
    config,
    log,
    store: {
      ...store,
      ...(aroundQuery && {
        db: withQueryHook(store.db, aroundQuery),
        pagesDb: withQueryHook(store.pagesDb, aroundQuery),
      }),
      ...(afterMutation && { mutate: withMutationHook(store, afterMutation) }),
    },
    manager,
    passwords,
    loginThrottle: new LoginThrottle(0, store.cluster),
    limits: new Limits(config, store.cluster),
    storage,
    media,
    fileLinks: new FileLinks('no link is made here'),
    fileRemoval: new FileRemoval({ store, storage, log }),
    transfers: new Transfers(),
    hooks: { lookNow: () => {} },
    arriving: new Set(),
    isStopping: () => isStopping,
  };
  const app = fastify().withTypeProvider<TypeBoxTypeProvider>() as unknown as App;
  registerCounts(app);
  registerErrors(app);
  registerSchemas(app);
  await registerUpgrades(app);
  const auth = await registerAuth(app, services, 'the secret of a test, which is long enough');
  registerWebSocket(app, { services, auth });
  registerNotifications(app, { services, auth });
  registerAccounts(app, { services, auth });
  registerRooms(app, { services, auth });
  registerMembers(app, { services, auth });
  registerMessages(app, { services, auth });
  await app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(async () => {
    isStopping = true;
    manager.stop();
    app.server.closeAllConnections();
    await app.close();
    await Promise.all([passwords.close(), media.close()]);
    await store.close();
  });
  const { port } = app.server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, dataDir, store, manager };
}

/** Wraps `store.mutate` to call the hook after each mutation. */
function withMutationHook(
  store: Store<ChatMutations>,
  afterMutation: (name: string) => Promise<void>,
): Store<ChatMutations>['mutate'] {
  return async (name, ...rest) => {
    const value = await store.mutate(name, ...rest);
    await afterMutation(name);
    return value;
  };
}

/** Wraps a database to call the hook before and after each query. */
function withQueryHook(
  db: Kysely<Database>,
  around: (step: 'before' | 'after') => Promise<void>,
): Kysely<Database> {
  const connection: DatabaseConnection = {
    async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      await around('before');
      const result = await db.executeQuery<R>(query);
      await around('after');
      return result;
    },
    streamQuery: () => {
      throw new Error('The reader streams nothing');
    },
  };
  const nothing = () => Promise.resolve();
  const isSqlite = dialect() === 'sqlite';
  return new Kysely<Database>({
    dialect: {
      createAdapter: () => (isSqlite ? new ThreadAdapter() : new PostgresAdapter()),
      createDriver: () => ({
        init: nothing,
        acquireConnection: () => Promise.resolve(connection),
        releaseConnection: nothing,
        beginTransaction: nothing,
        commitTransaction: nothing,
        rollbackTransaction: nothing,
        destroy: nothing,
      }),
      createIntrospector: (of) => new SqliteIntrospector(of),
      createQueryCompiler: () =>
        isSqlite ? new SqliteQueryCompiler() : new PostgresQueryCompiler(),
    },
  });
}
