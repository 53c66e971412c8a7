// @ts-check
/*
 * Runs while the modules of every view are still on their way, and fetches those of the view that will be shown. It
 * imports nothing, to be there first; whether somebody is signed in, state/session.js knows better a moment later.
 */
const rel = isSignedIn() ? 'signed-in' : 'signed-out';
for (const link of document.querySelectorAll(`link[rel=${rel}]`)) {
  /** @type {HTMLLinkElement} */ (link).rel = 'modulepreload';
}

function isSignedIn() {
  try {
    return localStorage.getItem('charla.session') !== null;
  } catch {
    // Storage may be forbidden.
    return false;
  }
}
