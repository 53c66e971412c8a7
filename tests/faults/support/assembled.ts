import type { AddressInfo } from 'node:net';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { fastify } from 'fastify';
import {
  Kysely,
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
import { Limits } from '../../../src/chat/services/limits.ts';
import { Passwords } from '../../../src/chat/services/passwords.ts';
import { readConfig } from '../../../src/config.ts';
import { createLogger } from '../../../src/logger.ts';
import { ConnectionManager } from '../../../src/realtime/connection-manager.ts';
import type { LogEntry } from '../../../src/store/log-entry.ts';
import type { Database } from '../../../src/store/tables.ts';
import { ThreadAdapter } from '../../../src/store/sqlite/reader.ts';
import { openSqliteStore } from '../../../src/store/sqlite/open.ts';
import type { Store } from '../../../src/store/store.ts';
import type { App } from '../../../src/transports/app-type.ts';
import { registerAuth } from '../../../src/transports/auth.ts';
import { registerErrors } from '../../../src/transports/errors.ts';
import { registerAccounts } from '../../../src/transports/http/accounts.ts';
import { registerMembers } from '../../../src/transports/http/members.ts';
import { registerMessages } from '../../../src/transports/http/messages.ts';
import { registerRooms } from '../../../src/transports/http/rooms.ts';
import { registerNotifications } from '../../../src/transports/notifications.ts';
import { registerSchemas } from '../../../src/transports/schemas.ts';
import { registerUpgrades } from '../../../src/transports/hardening/upgrades.ts';
import { registerWebSocket } from '../../../src/transports/websocket.ts';
import { temporaryFolder } from '../../support/server.ts';
import { unlimited } from './site.ts';

/** What a test may put between the parts of a server. */
export interface Seams {
  /** The module of the mutations that the writing thread performs. */
  readonly mutations?: URL;
  /** Is called before each query of the doors and after its answer, which waits for it. */
  readonly aroundQuery?: (step: 'before' | 'after') => Promise<void>;
  /** Is called when an act has been performed; whoever asked for it waits. */
  readonly afterWrite?: (act: string) => Promise<void>;
  /** Is given what was committed in place of the connections, and may hold it up. */
  readonly onCommit?: (entries: readonly LogEntry[], deliver: () => void) => void;
}

export interface Assembled {
  readonly url: string;
  readonly dataDir: string;
  readonly store: Store<ChatMutations>;
  readonly manager: ConnectionManager;
}

/** The real doors, rules and store, put together as `app.ts` does, with a test's hand in between. */
export async function assemble(seams: Seams): Promise<Assembled> {
  const { mutations, aroundQuery, afterWrite, onCommit } = seams;
  const dataDir = temporaryFolder();
  const config = readConfig({ BCRYPT_COST: '4', ...unlimited, DATA_DIR: dataDir });
  const store = await openSqliteStore<ChatMutations>({
    dataDir,
    mutations: mutations ?? new URL('../../../src/chat/mutations.ts', import.meta.url),
    onLost: (error) => {
      throw error;
    },
    onWarning: () => {},
  });
  const manager = new ConnectionManager({ epoch: store.epoch, presenceGraceMs: 0 });
  store.follow((entries) => {
    const deliver = () => manager.deliver(entries);
    if (onCommit) onCommit(entries, deliver);
    else deliver();
  });
  let isStopping = false;
  const passwords = new Passwords(config.bcryptCost);
  const services: Services = {
    config,
    log: createLogger('silent'),
    store: {
      ...store,
      ...(aroundQuery && {
        db: gated(store.db, aroundQuery),
        pagesDb: gated(store.pagesDb, aroundQuery),
      }),
      ...(afterWrite && { mutate: followed(store, afterWrite) }),
    },
    manager,
    passwords,
    loginThrottle: new LoginThrottle(0),
    limits: new Limits(config),
    isStopping: () => isStopping,
  };
  const app = fastify().withTypeProvider<TypeBoxTypeProvider>() as unknown as App;
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
    manager.closeAll('restarting');
    app.server.closeAllConnections();
    await app.close();
    await passwords.close();
    await store.close();
  });
  const { port } = app.server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, dataDir, store, manager };
}

/** The same way to write, with a stop after each act. */
function followed(
  store: Store<ChatMutations>,
  afterWrite: (act: string) => Promise<void>,
): Store<ChatMutations>['mutate'] {
  return async (act, ...rest) => {
    const value = await store.mutate(act, ...rest);
    await afterWrite(act);
    return value;
  };
}

/** The same database, with a stop before and after each query. */
function gated(
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
  return new Kysely<Database>({
    dialect: {
      createAdapter: () => new ThreadAdapter(),
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
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
}
