import type { Services } from './services.ts';

/** How long entries of the audit log are kept, in milliseconds: 180 days. */
const AUDIT_MS = 180 * 24 * 3_600_000;
/** How often outdated rows are looked for, in milliseconds. */
const CHECK_MS = 3_600_000;

type Used = Pick<Services, 'store' | 'log' | 'isStopping'>;

/**
 * Deletes what is kept for a time only, once it is over: entries of the audit log, and links that set a password. One
 * node does it. The returned function stops it.
 */
export function startRetention(services: Used): () => Promise<void> {
  let running: Promise<void> | null = null;
  const run = () => {
    if (!services.store.cluster.isLeader()) return;
    running ??= deleteOutdated(services).finally(() => (running = null));
  };
  run();
  const timer = setInterval(run, CHECK_MS).unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}

async function deleteOutdated({ store, log, isStopping }: Used): Promise<void> {
  const now = Date.now();
  const input = { auditBefore: now - AUDIT_MS, now };
  const deletePart = () => store.mutate('deleteOutdated', input, { isBackground: true });
  try {
    while (!isStopping() && (await deletePart()));
  } catch (error) {
    log.error({ err: error }, 'outdated entries of the audit log were not deleted yet');
  }
}
