// @ts-check
/** What the page is for who is signed in. From its import on, it follows the network, the session and the URL. */
import { followAlerts } from './state/alerts.js';
import { followBadge } from './state/badge.js';
import { followChanges } from './state/cache.js';
import { followConnectionStatus } from './state/connection-status.js';
import { followNetwork } from './state/network.js';
import { followSessionAndRoute } from './state/open-rooms.js';
import { listenForShortcuts } from './views/shortcuts.js';

export { Chat } from './views/chat.js';

followNetwork();
followSessionAndRoute();
followConnectionStatus();
followBadge();
followAlerts();
followChanges();
listenForShortcuts();
