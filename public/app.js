// @ts-check
/** Boots the page: renders the chat for signed-in users, and the sign-in form for others. Each loads its own modules. */
import { render } from 'preact';
import { useEffect } from 'preact/hooks';
import { useWantedLanguage } from './i18n/translate.js';
import { inviteCode, me, resetToken, setupCode } from './state/session.js';
import { html } from './views/html.js';
import { lazy } from './views/lazy.js';

const Chat = lazy(async () => (await import('./signed-in.js')).Chat);
const ResetPassword = lazy(async () => (await import('./views/reset-password.js')).ResetPassword);
const SignIn = lazy(async () => (await import('./views/sign-in.js')).SignIn);
const Invitation = lazy(async () => (await import('./views/invitation.js')).Invitation);

/** Returns what is shown, by who is signed in and what the URL asks for. */
function currentView() {
  if (setupCode.value !== null) return SignIn;
  if (resetToken.value !== null) return ResetPassword;
  if (inviteCode.value !== null) return Invitation;
  return me.value ? Chat : SignIn;
}

function App() {
  useEffect(() => void afterFirstView(), []);
  return html`<${currentView()} />`;
}

/** Loads what no view needs at first, once one is shown. */
async function afterFirstView() {
  // The sign-in form needs it when it is sent, and loads it then if it cannot be loaded now.
  import('./state/client.js').catch(() => {});
  const [install, worker, height] = await Promise.all([
    import('./state/install.js'),
    import('./state/service-worker.js'),
    import('./views/visible-height.js'),
  ]);
  height.fitVisibleHeight();
  install.listenForInstallOffer();
  worker.registerServiceWorker();
}

// What cannot be loaded now is loaded again when it is shown, and says so if it fails again.
await Promise.all([
  useWantedLanguage(),
  currentView()
    .load()
    .catch(() => {}),
]);
render(html`<${App} />`, /** @type {HTMLElement} */ (document.getElementById('app')));
// Whoever fills in the form will need it.
document.addEventListener('input', () => void Chat.load().catch(() => {}), { once: true });
