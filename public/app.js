// @ts-check
/** Boots the page: renders the chat for signed-in users, and the sign-in form for others. Each loads its own modules. */
import { render } from 'preact';
import { useWantedLanguage } from './i18n/translate.js';
import { listenForInstallOffer } from './state/install.js';
import { registerServiceWorker } from './state/service-worker.js';
import { me, setupCode } from './state/session.js';
import { html } from './views/html.js';
import { lazy } from './views/lazy.js';
import { fitVisibleHeight } from './views/visible-height.js';

const loadChat = async () => (await import('./signed-in.js')).Chat;
const Chat = lazy(loadChat);
const SignIn = lazy(async () => (await import('./views/sign-in.js')).SignIn);

function App() {
  return me.value && setupCode.value === null ? html`<${Chat} />` : html`<${SignIn} />`;
}

await useWantedLanguage();
fitVisibleHeight();
render(html`<${App} />`, /** @type {HTMLElement} */ (document.getElementById('app')));
registerServiceWorker();
listenForInstallOffer();
// Whoever fills in the form will need it. If it fails now, the page says so when it shows the chat.
document.addEventListener('input', () => void loadChat().catch(() => {}), { once: true });
