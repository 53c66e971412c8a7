import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { ConnectionManager } from '../realtime/connection-manager.ts';
import type { Media } from '../files/media.ts';
import type { FileStorage } from '../files/storage.ts';
import type { Store } from '../store/store.ts';
import type { FileRemoval } from './file-removal.ts';
import type { HookWorker } from './hooks/worker.ts';
import type { ChatMutations } from './mutations.ts';
import type { FileLinks } from './services/file-links.ts';
import type { Limits } from './services/limits.ts';
import type { LoginThrottle } from './services/login-throttle.ts';
import type { Passwords } from './services/passwords.ts';
import type { Transfers } from './services/transfers.ts';

/** What the use cases work with. */
export interface Services {
  readonly config: Config;
  readonly log: Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;
  readonly store: Store<ChatMutations>;
  readonly manager: ConnectionManager;
  readonly passwords: Passwords;
  readonly loginThrottle: LoginThrottle;
  readonly limits: Limits;
  readonly storage: FileStorage;
  readonly media: Media;
  readonly fileLinks: FileLinks;
  readonly fileRemoval: FileRemoval;
  readonly transfers: Transfers;
  /** Delivers to outgoing hooks. */
  readonly hooks: Pick<HookWorker, 'lookNow'>;
  /** The ids of the files that are being uploaded to this node. */
  readonly arriving: Set<string>;
  /** True from the moment the server begins to stop: transports accept no new work then. */
  readonly isStopping: () => boolean;
}
