// @ts-check
/*
 * Runs while index.html is read, before any module is there, and fetches those of the view that will be shown. Whether
 * somebody is signed in, state/session.js knows better a moment later. A script and no module: it has no names.
 */
{
  const json = document.getElementById('modules')?.textContent ?? '';
  const lists = /** @type {Record<'signedIn' | 'signedOut', string[]>} */ (JSON.parse(json));
  for (const href of isSignedIn() ? lists.signedIn : lists.signedOut) {
    document.head.append(
      Object.assign(document.createElement('link'), { rel: 'modulepreload', href }),
    );
  }

  function isSignedIn() {
    try {
      return localStorage.getItem('charla.session') !== null;
    } catch {
      // Storage may be forbidden.
      return false;
    }
  }
}
