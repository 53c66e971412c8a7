// @ts-check
import { signal } from '@preact/signals-core';
import { activeRegistration } from './service-worker.js';
import { api, client } from './client.js';

/**
 * Whether messages reach this browser while no page is open: `failed` where its push service could not be reached, or
 * the server; `none` where the browser has no such service.
 */
export const pushState = signal(/** @type {'off' | 'on' | 'failed' | 'none'} */ ('off'));

/** Changes run one after the other: the last one wins. */
let turn = Promise.resolve();

/** Has the server push messages to this browser. */
export function subscribe() {
  turn = turn.then(subscribeNow);
}

/** Has it stop. */
export function unsubscribe() {
  turn = turn.then(unsubscribeNow);
}

async function subscribeNow() {
  const { pushManager } = (await activeRegistration()) ?? {};
  if (!pushManager) {
    pushState.value = 'none';
    return;
  }
  try {
    await api.push.putSubscription(await subscriptionOf(pushManager));
    pushState.value = 'on';
  } catch {
    // Notifications of open pages stay on, and the next visit tries again; the profile says so.
    pushState.value = 'failed';
  }
}

async function unsubscribeNow() {
  pushState.value = 'off';
  const { pushManager } = (await activeRegistration()) ?? {};
  try {
    const subscription = await pushManager?.getSubscription();
    await subscription?.unsubscribe();
    // With a session the server forgets its subscriptions.
    if (subscription && client.session) await api.push.deleteSubscription(subscription.endpoint);
  } catch {
    // The push service tells the server itself that the subscription is gone.
  }
}

/** @param {PushManager} pushManager */
async function subscriptionOf(pushManager) {
  const { publicKey } = await api.push.getKey();
  let subscription = await pushManager.getSubscription();
  // The server has another key, if its database was made anew.
  if (subscription && keyOf(subscription) !== publicKey) {
    await subscription.unsubscribe();
    subscription = null;
  }
  subscription ??= await pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: publicKey,
  });
  return /** @type {import('../../src/protocol/commands.ts').PutSubscription} */ (
    subscription.toJSON()
  );
}

/** @param {PushSubscription} subscription */
function keyOf({ options }) {
  const bytes = new Uint8Array(options.applicationServerKey ?? new ArrayBuffer(0));
  const base64 = btoa(String.fromCharCode(...bytes));
  return base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
