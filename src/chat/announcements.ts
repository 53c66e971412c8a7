import type { User } from '../protocol/resources.ts';
import { findUsers } from '../store/queries/accounts.ts';
import { whoSharesRoom } from '../store/queries/members.ts';
import type { Services } from './services.ts';

/** Users whom, or whose rooms, one query reads: bounds how long the reader is busy with it. */
const PAGE = 500;

/**
 * Tells everybody who shares a room with a user, and the user's own connections, of their new name, colour or
 * right, on all nodes. Call it in the order of commit; it runs in the background.
 */
export function announceUser(services: Services, user: User): void {
  services.store.cluster.publish({ kind: 'user', userId: user.id });
  announceHere(services, user);
}

/** Tells the connections of this node. */
function announceHere(services: Services, user: User): void {
  services.manager.updateUser(user);
  announceToSharers(services, user).catch((error: unknown) => {
    services.log.warn({ err: error, userId: user.id }, 'a changed user was not announced to all');
  });
}

/**
 * Users who connect after the list is made read what is stored after the change. The manager cannot tell who shares
 * a room: of a user who follows no stream it knows only the room of their socket.
 */
async function announceToSharers({ manager, store }: Services, user: User): Promise<void> {
  manager.announceUser(user, [user.id]);
  const others = manager.userIds.filter((id) => id !== user.id);
  for (let at = 0; at < others.length; at += PAGE) {
    const page = others.slice(at, at + PAGE);
    // One page after the other: short queries of others run in between.
    manager.announceUser(user, await whoSharesRoom(store.pagesDb, user.id, page));
  }
}

/** Announces the users whom other nodes have changed, as they are in the database. */
export class ChangedUsers {
  readonly #services: Services;
  #ids = new Set<string>();
  #isReading = false;

  constructor(services: Services) {
    this.#services = services;
  }

  /** Another node has changed a user. */
  add(userId: string): void {
    this.#ids.add(userId);
    if (!this.#isReading) void this.#announce();
  }

  /** Announces those of the users whom clients see who are not as clients know them. */
  async check(): Promise<void> {
    const { manager, store } = this.#services;
    const known = [...manager.knownUsers().keys()];
    for (let at = 0; at < known.length; at += PAGE) {
      const users = await findUsers(store.pagesDb, known.slice(at, at + PAGE));
      const now = manager.knownUsers();
      for (const user of users) {
        if (isChanged(now.get(user.id), user)) this.add(user.id);
      }
    }
  }

  /** One read after the other: of two, the later must not be announced first. */
  async #announce(): Promise<void> {
    this.#isReading = true;
    while (this.#ids.size > 0) {
      const ids = [...this.#ids].slice(0, PAGE);
      for (const id of ids) this.#ids.delete(id);
      try {
        for (const user of await findUsers(this.#services.store.db, ids)) {
          announceHere(this.#services, user);
        }
      } catch (error) {
        // The node checks all users once the database is back.
        this.#services.log.warn({ err: error }, 'users whom another node changed were not read');
      }
    }
    this.#isReading = false;
  }
}

const isChanged = (known: User | undefined, user: User) =>
  known !== undefined &&
  (known.name !== user.name || known.color !== user.color || known.isAdmin !== user.isAdmin);
