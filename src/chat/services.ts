import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { User } from '../protocol/resources.ts';
import type { ConnectionManager } from '../realtime/connection-manager.ts';
import type { Store } from '../store/store.ts';
import type { ChatMutations } from './mutations.ts';
import type { LoginThrottle } from './services/login-throttle.ts';
import type { Limits } from './services/limits.ts';
import type { Passwords } from './services/passwords.ts';
import type { SearchIndex } from './search-index.ts';

/** What the rules work with. */
export interface Services {
  readonly config: Config;
  readonly log: Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;
  readonly store: Store<ChatMutations>;
  readonly manager: ConnectionManager;
  readonly searchIndex: SearchIndex;
  readonly passwords: Passwords;
  readonly attempts: LoginThrottle;
  readonly limits: Limits;
  /** From the moment that the server is told to stop: doors take no new work then. */
  readonly isStopping: () => boolean;
}

/** Who asks. */
export interface Viewer {
  readonly user: User;
  readonly sessionId: string;
  /** When the token was made and when it ends, in milliseconds since 1970. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}
