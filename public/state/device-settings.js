// @ts-check

/* Settings that are kept on this device. Without storage, they hold until the page is left. */

/** @param {string} name */
export function readSetting(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/**
 * @param {string} name
 * @param {string} value
 */
export function storeSetting(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // See above.
  }
}
