import { accessSync, constants, mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import fastifyCors from '@fastify/cors';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { fastify } from 'fastify';
import type { Logger } from 'pino';
import { FileRemoval, type FileTimes } from './chat/file-removal.ts';
import { claimStorage, FileSweep } from './chat/file-sweep.ts';
import type { ChatMutations } from './chat/mutations.ts';
import { FileLinks } from './chat/services/file-links.ts';
import { LoginThrottle } from './chat/services/login-throttle.ts';
import type { Services } from './chat/services.ts';
import { Limits } from './chat/services/limits.ts';
import { Mailer } from './chat/services/mailer.ts';
import { Passwords } from './chat/services/passwords.ts';
import { Transfers } from './chat/services/transfers.ts';
import { SummaryLinks } from './chat/services/summary-links.ts';
import { nodeOf } from './chat/node.ts';
import type { HookTimes } from './chat/hooks/schedule.ts';
import { HookWorker } from './chat/hooks/worker.ts';
import { openPushKeys } from './chat/push/keys.ts';
import { PushWatcher, type PushTimes } from './chat/push/watcher.ts';
import { startPurging } from './chat/purge.ts';
import { startRetention } from './chat/retention.ts';
import { openSetup } from './chat/setup.ts';
import { SummaryWorker, type SummaryTimes } from './chat/summary-worker.ts';
import type { Config } from './config.ts';
import { FolderStorage } from './files/folder-storage.ts';
import { Media } from './files/media.ts';
import { loadJwtSecret } from './jwt-secret.ts';
import { version } from './package.ts';
import { ChatError } from './protocol/errors.ts';
import { MAX_PAYLOAD_BYTES } from './protocol/limits.ts';
import { ConnectionManager } from './realtime/connection-manager.ts';
import type { BeatTimes } from './store/postgres/cluster/heartbeat.ts';
import { openSqliteStore } from './store/sqlite/open.ts';
import type { Store } from './store/store.ts';
import type { App } from './transports/app-type.ts';
import { registerAuth } from './transports/auth.ts';
import { registerCounts } from './transports/counts.ts';
import { registerErrors, sendError } from './transports/errors.ts';
import { requireHost } from './transports/hardening/host.ts';
import { registerAccounts } from './transports/http/accounts.ts';
import { registerAdmin } from './transports/http/admin.ts';
import { registerAdminSessions } from './transports/http/admin-sessions.ts';
import { registerBots } from './transports/http/bots.ts';
import { registerDocs } from './transports/http/docs.ts';
import { registerFiles } from './transports/http/files.ts';
import { registerInvites } from './transports/http/invites.ts';
import { registerHooks } from './transports/http/hooks.ts';
import { registerIncoming } from './transports/http/incoming.ts';
import { registerMembers } from './transports/http/members.ts';
import { registerMessages } from './transports/http/messages.ts';
import { registerMetrics } from './transports/http/metrics.ts';
import { registerOpenId } from './transports/http/open-id.ts';
import { registerOperations } from './transports/http/operations.ts';
import { registerOwnData } from './transports/http/own-data.ts';
import { registerPage } from './transports/http/page.ts';
import { registerPasswordReset } from './transports/http/password-reset.ts';
import { registerPush } from './transports/http/push.ts';
import { registerRooms } from './transports/http/rooms.ts';
import { registerSearch } from './transports/http/search.ts';
import { registerServerLists } from './transports/http/server-lists.ts';
import { registerStreams, streamHeaders, type StreamTimes } from './transports/http/streams.ts';
import { registerTokens } from './transports/http/tokens.ts';
import { registerSignInHelp } from './transports/http/sign-in-help.ts';
import { registerSummaryLinks } from './transports/http/summary-links.ts';
import { registerUploads } from './transports/http/uploads.ts';
import { registerUsers } from './transports/http/users.ts';
import { registerJsonBody } from './transports/hardening/json-body.ts';
import { rejectMalformedRequest, replaceNodeErrors } from './transports/hardening/node-errors.ts';
import { registerNotifications } from './transports/notifications.ts';
import { registerSchemas } from './transports/schemas.ts';
import { registerSecurityHeaders } from './transports/security-headers.ts';
import { ServerRequest } from './transports/server-request.ts';
import { sharedAddresses } from './transports/hardening/shared-addresses.ts';
import { limitUnauthenticatedConnections } from './transports/hardening/unauthenticated-connections.ts';
import { limitUnreadResponses } from './transports/hardening/unread-responses.ts';
import { registerUpgrades } from './transports/hardening/upgrades.ts';
import { registerWebSocket } from './transports/websocket.ts';

/**
 * How long the headers of a request, and the whole request, may take to arrive, in milliseconds. A body has at most
 * 64 KiB, so a slower client only occupies a connection.
 */
const HEADERS_MS = 10_000;
const REQUEST_MS = 30_000;
/** How long a connection may be idle, in milliseconds. WebSockets and streams have health checks of their own. */
const STALL_MS = 120_000;
/** How often these are checked, in milliseconds. */
const CHECK_MS = 1000;

/** Stands for what makes validators and serializers, which `registerSchemas` sets before fastify asks. */
const isSet = () => {
  throw new Error('registerSchemas comes before the first route');
};

export interface AppOptions {
  readonly config: Config;
  readonly logger: Logger;
  /** Called when the database is lost for good. The process should then restart. */
  readonly onLost: (error: Error) => void;
  /** How often a node tells the others that it is alive; given by tests. */
  readonly beatTimes?: BeatTimes;
  /** When messages are pushed to those who have not read them; given by tests. */
  readonly pushTimes?: PushTimes;
  /** When outgoing hooks are tried; given by tests. */
  readonly hookTimes?: HookTimes;
  /** When files are deleted that nobody sends; given by tests. */
  readonly fileTimes?: FileTimes;
  /** How long those who follow a log wait; given by tests. */
  readonly streamTimes?: StreamTimes;
  /** How long after a failure a mail is sent again, in milliseconds; given by tests. */
  readonly mailRetryMs?: readonly number[];
  /** When those who missed something get a summary by mail; given by tests. */
  readonly summaryTimes?: SummaryTimes;
}

/**
 * Assembles the server: the store, the connections, the rules and the transports, in this order. `close()` of the
 * returned app stops them in reverse order and loses no request that was accepted.
 */
export async function createApp({
  config,
  logger,
  onLost,
  beatTimes,
  pushTimes,
  hookTimes,
  fileTimes,
  streamTimes,
  mailRetryMs,
  summaryTimes,
}: AppOptions): Promise<App> {
  makeFolder(config.dataDir);
  const secret = config.jwtSecret ?? loadJwtSecret(config.dataDir);
  const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const storeOptions = {
    dataDir: config.dataDir,
    mutations: new URL(`./chat/mutations${ending}`, import.meta.url),
    onLost,
    onWarning: (error: unknown, message: string) => logger.warn({ err: error }, message),
  };
  const { databaseUrl } = config;
  const store =
    databaseUrl === null
      ? await openSqliteStore<ChatMutations>(storeOptions)
      : // A server on SQLite does not load the sixty modules of the other.
        await (
          await import('./store/postgres/open.ts')
        ).openPostgresStore<ChatMutations>({ ...storeOptions, url: databaseUrl, beatTimes });
  const storage = await openStorage(config, store).catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  const { epoch, cluster } = store;
  const { presenceGraceMs } = config;
  const manager = new ConnectionManager({ epoch, presenceGraceMs, cluster });
  const hooks = new HookWorker({ store, log: logger, config }, hookTimes);
  store.follow({
    deliver: (entries) => {
      manager.deliver(entries);
      hooks.deliver(entries);
    },
    reset: (newEpoch) => {
      manager.reset(newEpoch);
      hooks.reset();
    },
  });
  const passwords = new Passwords(config.bcryptCost);
  const media = new Media();
  const fileRemoval = new FileRemoval({ store, storage, log: logger }, fileTimes);
  let stopping = false;
  const isStopping = () => stopping;
  const services: Services = {
    config,
    log: logger,
    store,
    manager,
    passwords,
    loginThrottle: new LoginThrottle(config.rateLimitAuth, cluster),
    limits: new Limits(config, cluster),
    storage,
    media,
    fileLinks: new FileLinks(secret),
    fileRemoval,
    transfers: new Transfers(),
    hooks,
    arriving: new Set(),
    isStopping,
  };

  const { trustProxy } = config;
  const app = fastify({
    loggerInstance: logger,
    bodyLimit: MAX_PAYLOAD_BYTES,
    // Otherwise fastify would load Ajv.
    schemaController: { compilersFactory: { buildValidator: isSet, buildSerializer: isSet } },
    trustProxy: typeof trustProxy === 'number' ? (_, hop) => hop < trustProxy : trustProxy,
    // While stopping, a hook below rejects requests in the contract's shape.
    return503OnClosing: false,
    requestTimeout: REQUEST_MS,
    connectionTimeout: STALL_MS,
    http: {
      IncomingMessage: ServerRequest,
      // Node's rejection of a request without Host has no body. That of `requireHost` has one, with the reason.
      requireHostHeader: false,
      headersTimeout: HEADERS_MS,
      connectionsCheckingInterval: CHECK_MS,
    },
    frameworkErrors: (error, request, reply) => void sendError(error, request, reply),
    clientErrorHandler: (error, socket) => rejectMalformedRequest(app, error, socket),
  }).withTypeProvider<TypeBoxTypeProvider>() as unknown as App;

  registerCounts(app);
  limitUnreadResponses(app);
  const closeUnused = limitUnauthenticatedConnections(app, sharedAddresses(trustProxy));
  await registerUpgrades(app);
  replaceNodeErrors(app);
  registerSecurityHeaders(app);
  app.addHook('onRequest', requireHost(config.publicUrl));
  app.addHook('onRequest', async (request) => {
    const { url } = request.routeOptions;
    if (stopping && url !== '/health' && url !== '/ready') throw new ChatError('shutting_down');
  });
  app.addHook('onSend', async (_request, reply) => {
    // Connections that are kept alive would delay the stop.
    if (stopping) reply.header('connection', 'close');
  });
  registerErrors(app);
  registerJsonBody(app);
  registerSchemas(app);
  if (config.allowedOrigins.length > 0) {
    await app.register(fastifyCors, {
      origin: [...config.allowedOrigins],
      strictPreflight: false,
      methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      exposedHeaders: ['retry-after', ...Object.keys(streamHeaders)],
    });
  }
  const auth = await registerAuth(app, services, secret);
  await registerDocs(app, version);
  await registerPage(app);
  registerWebSocket(app, { services, auth });
  registerNotifications(app, { services, auth });
  registerAccounts(app, { services, auth });
  registerOpenId(app, { services, auth, secret });
  const mailer = config.mail && new Mailer(config.mail, logger, mailRetryMs);
  registerSignInHelp(app, { services, mailer });
  const links = new SummaryLinks(secret);
  await registerSummaryLinks(app, { services, links });
  registerOwnData(app, { services, auth });
  registerUsers(app, { services, auth });
  registerTokens(app, { services, auth });
  registerBots(app, { services, auth });
  registerAdmin(app, { services, auth });
  registerAdminSessions(app, { services, auth });
  registerServerLists(app, { services, auth });
  registerPasswordReset(app, { services, auth });
  registerRooms(app, { services, auth });
  registerMembers(app, { services, auth });
  registerInvites(app, { services, auth });
  registerMessages(app, { services, auth });
  registerStreams(app, { services, auth }, streamTimes);
  registerFiles(app, { services, auth });
  await registerUploads(app, { services, auth });
  registerHooks(app, { services, auth });
  registerSearch(app, { services, auth });
  await registerIncoming(app, { services, auth });
  const pushKeys = await openPushKeys(services);
  registerPush(app, { services, auth, publicKey: pushKeys.publicKey });
  registerOperations(app, { services });
  const pushWatcher = new PushWatcher(services, pushKeys, pushTimes);
  const sources = { services, counts: app.counts, pushes: pushWatcher.queue, hooks };
  registerMetrics(app, sources, config.metricsToken);

  const setupCode = await openSetup(services);
  if (setupCode !== null) {
    app.addHook('onListen', async () => {
      const url = `${config.publicUrl ?? addressOf(app)}/?setup=${encodeURIComponent(setupCode)}`;
      // A warning, so that it also shows at quieter log levels: without it, nobody can become admin.
      logger.warn({ url }, 'this server has no admin yet: open this URL to become admin');
    });
  }
  await cluster.join(nodeOf(services));
  const stopPurging = startPurging(services);
  const stopRetention = startRetention(services);
  fileRemoval.start();
  const fileSweep = new FileSweep(services);
  app.addHook('onListen', async () => fileSweep.start());
  pushWatcher.start();
  hooks.start();
  const summaries = mailer && new SummaryWorker(services, { mailer, links }, summaryTimes);
  summaries?.start();
  const stopSweeping = manager.startSweeping();
  app.addHook('preClose', async () => {
    stopping = true;
    // Requests that were accepted are completed before connections close: their acks are sent within this turn.
    await store.settled();
    await setImmediate();
    manager.stop();
    closeUnused();
    // Requests in progress may finish, for half of SHUTDOWN_MS.
    setTimeout(() => app.server.closeAllConnections(), config.shutdownMs / 2).unref();
  });
  app.addHook('onClose', async () => {
    stopSweeping();
    await Promise.all([stopPurging(), stopRetention()]);
    await Promise.all([pushWatcher.stop(), hooks.stop(), fileRemoval.stop(), fileSweep.stop()]);
    await Promise.all([passwords.close(), media.close(), mailer?.stop(), summaries?.stop()]);
    await cluster.leave();
    await store.close();
  });
  return app;
}

/** Returns the URL of the server, as far as it knows, from the address that it listens on. */
function addressOf(app: App): string {
  const { address, family, port } = app.server.address() as AddressInfo;
  if (address === '0.0.0.0' || address === '::') return `http://localhost:${port}`;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

async function openStorage(
  { filesDir, dataDir }: Config,
  store: Store<ChatMutations>,
): Promise<FolderStorage> {
  const folder = filesDir ?? join(dataDir, 'files');
  const storage = await FolderStorage.open(folder).catch((error: Error) => {
    throw new Error(`FILES_DIR=${folder} cannot be used: ${error.message}`, { cause: error });
  });
  await claimStorage({ store, storage }, folder);
  return storage;
}

function makeFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    accessSync(dataDir, constants.W_OK);
  } catch (error) {
    throw new Error(`DATA_DIR=${dataDir} cannot be used: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
