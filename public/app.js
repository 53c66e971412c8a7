// @ts-check
/** Boots the page: follows the session and the URL, and renders. */
import { render } from 'preact';
import { useWantedLanguage } from './i18n/translate.js';
import { followConnectionStatus } from './state/connection-status.js';
import { followNetwork } from './state/network.js';
import { followSessionAndRoute } from './state/open-rooms.js';
import { registerServiceWorker } from './state/service-worker.js';
import { me, setupCode } from './state/session.js';
import { Chat } from './views/chat.js';
import { html } from './views/html.js';
import { listenForShortcuts } from './views/shortcuts.js';
import { SignIn } from './views/sign-in.js';
import { fitVisibleHeight } from './views/visible-height.js';

function App() {
  return me.value && setupCode.value === null ? html`<${Chat} />` : html`<${SignIn} />`;
}

await useWantedLanguage();
followNetwork();
followSessionAndRoute();
followConnectionStatus();
fitVisibleHeight();
listenForShortcuts();
render(html`<${App} />`, /** @type {HTMLElement} */ (document.getElementById('app')));
registerServiceWorker();
