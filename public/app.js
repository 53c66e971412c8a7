// @ts-check
/** Boots the page: renders the chat for signed-in users, and the sign-in form for others. Each loads its own modules. */
import { render } from 'preact';
import { useWantedLanguage } from './i18n/translate.js';
import { inviteCode, me, resetToken, setupCode } from './state/session.js';
import { html } from './views/html.js';
import { lazy } from './views/lazy.js';
import { fitVisibleHeight } from './views/visible-height.js';

const loadChat = async () => (await import('./signed-in.js')).Chat;
const Chat = lazy(loadChat);
const ResetPassword = lazy(async () => (await import('./views/reset-password.js')).ResetPassword);
const SignIn = lazy(async () => (await import('./views/sign-in.js')).SignIn);
const Invitation = lazy(async () => (await import('./views/invitation.js')).Invitation);

function App() {
  if (setupCode.value !== null) return html`<${SignIn} />`;
  if (resetToken.value !== null) return html`<${ResetPassword} />`;
  if (inviteCode.value !== null) return html`<${Invitation} />`;
  return me.value ? html`<${Chat} />` : html`<${SignIn} />`;
}

/** Loads what no view needs, once the first one is shown. */
async function afterFirstView() {
  const [install, worker] = await Promise.all([
    import('./state/install.js'),
    import('./state/service-worker.js'),
  ]);
  install.listenForInstallOffer();
  worker.registerServiceWorker();
}

await useWantedLanguage();
fitVisibleHeight();
render(html`<${App} />`, /** @type {HTMLElement} */ (document.getElementById('app')));
void afterFirstView();
// Whoever fills in the form will need it. If it fails now, the page says so when it shows the chat.
document.addEventListener('input', () => void loadChat().catch(() => {}), { once: true });
