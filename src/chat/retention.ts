import { finishDeletions } from './delete-account.ts';
import type { Services } from './services.ts';

/** How long entries of the audit log are kept, in milliseconds: 180 days. */
const AUDIT_MS = 180 * 24 * 3_600_000;
/** How often outdated rows are looked for, in milliseconds. */
const CHECK_MS = 3_600_000;

/**
 * Deletes what is kept for a time only, once it is over: entries of the audit log, and links that set a password. It
 * also finishes deletions of accounts that were interrupted. One node does it. The returned function stops it.
 */
export function startRetention(services: Services): () => Promise<void> {
  let running: Promise<void> | null = null;
  const run = () => {
    if (!services.store.cluster.isLeader()) return;
    running ??= clean(services).finally(() => (running = null));
  };
  run();
  const timer = setInterval(run, CHECK_MS).unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}

async function clean(services: Services): Promise<void> {
  const { store, log, isStopping } = services;
  const now = Date.now();
  const input = { auditBefore: now - AUDIT_MS, now };
  const deletePart = () => store.mutate('deleteOutdated', input, { isBackground: true });
  try {
    while (!isStopping() && (await deletePart()));
    await finishDeletions(services);
  } catch (error) {
    log.error({ err: error }, 'what is outdated was not deleted yet');
  }
}
