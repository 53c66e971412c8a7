// @ts-check

/**
 * Copies a text, and returns whether that worked. Browsers give the clipboard to pages over HTTPS only; elsewhere,
 * as in a home network, the element that shows the text is selected and copied as if by hand. It stays selected, so
 * that people can copy it themselves if that fails, too.
 *
 * @param {string} text
 * @param {HTMLElement | null} shown
 */
export async function copyText(text, shown) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // No clipboard, or no permission for it.
    if (!shown) return false;
    getSelection()?.selectAllChildren(shown);
    return document.execCommand('copy');
  }
}
