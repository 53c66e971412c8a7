// @ts-check
import { useState } from 'preact/hooks';
import { ApiError } from '../chat-client.js';
import { html } from './html.js';

/**
 * For acts outside a form: does one, and says what the server had against it.
 *
 * @returns {{ busy: boolean, problem: string, run: (work: () => Promise<unknown>) => Promise<boolean> }}
 *   `run` answers whether it was done
 */
export function useAction() {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  /** @param {() => Promise<unknown>} work */
  async function run(work) {
    setBusy(true);
    setProblem('');
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(error.message);
      return false;
    } finally {
      setBusy(false);
    }
  }
  return { busy, problem, run };
}

/** @param {{ text: string }} props */
export function Problem({ text }) {
  return html`<div role="alert">${text && html`<p class="error">${text}</p>`}</div>`;
}
