import { getMeta } from '../../store/queries/meta.ts';
import type { Services } from '../services.ts';

/** Signs what is sent to push services (VAPID, RFC 8292). A subscription is only good for the key it was made with. */
export interface PushKeys {
  readonly publicKey: string;
  readonly privateKey: string;
}

/** The keys of this database, made at its first start. All nodes share them; of two that start at once, one makes them. */
export async function openPushKeys({ store }: Pick<Services, 'store'>): Promise<PushKeys> {
  const kept = (await getMeta(store.db, 'vapid_keys')) ?? (await makeKeys());
  return JSON.parse(kept) as PushKeys;

  async function makeKeys(): Promise<string> {
    const { default: webPush } = await import('web-push');
    return await store.mutate('keepVapidKeys', JSON.stringify(webPush.generateVAPIDKeys()));
  }
}
