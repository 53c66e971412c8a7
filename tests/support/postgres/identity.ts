import { execFileSync } from 'node:child_process';

/** The user that a process runs as; empty for this process's own. */
export type Identity = { readonly uid: number; readonly gid: number } | Record<string, never>;

/** PostgreSQL refuses to run as root: then it runs as its own user where there is one, or as nobody. */
export function unprivileged(): Identity {
  if (process.getuid?.() !== 0) return {};
  for (const name of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = ['-u', '-g'].map((option) =>
        Number(execFileSync('id', [option, name], { encoding: 'utf8', stdio: 'pipe' })),
      );
      return { uid: uid!, gid: gid! };
    } catch {
      // There is no such user.
    }
  }
  throw new Error('PostgreSQL cannot run as root, and there is neither a user postgres nor nobody');
}
