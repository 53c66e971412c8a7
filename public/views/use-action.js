// @ts-check
/** @import { TextsByCode } from '../i18n/refusals.js' */
import { useState } from 'preact/hooks';
import { ApiError } from '../client/api-error.js';
import { refusalAndWait } from '../i18n/refusals.js';
import { html } from './html.js';

/**
 * For actions outside a form: runs one, and returns the message of a refusal.
 *
 * @param {TextsByCode} [texts] what codes of refusals mean here
 * @returns {{ busy: boolean, problem: string, run: (work: () => Promise<unknown>) => Promise<boolean> }}
 *   `run` returns whether the action succeeded
 */
export function useAction(texts) {
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState(/** @type {ApiError | null} */ (null));
  /** @param {() => Promise<unknown>} work */
  async function run(work) {
    setBusy(true);
    setRefusal(null);
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setRefusal(error);
      return false;
    } finally {
      setBusy(false);
    }
  }
  return { busy, problem: refusal ? refusalAndWait(refusal, texts) : '', run };
}

/** @param {{ text: string }} props */
export function Problem({ text }) {
  return html`<div role="alert">${text && html`<p class="error">${text}</p>`}</div>`;
}
