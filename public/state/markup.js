// @ts-check
/** @import { Signal } from '@preact/signals-core' */
/** @import { MessagePage } from '../../src/protocol/resources.ts' */
/** @import { parseMarkdown } from '../views/markdown/tree.js' */
import { signal } from '@preact/signals-core';
import { soon } from './storage/database.js';

/* The parser of markdown, a tenth of the page, is loaded when a text first has marks: most have none. */

/** Without one of these, a text is only text. */
const MARKUP = /[*_~`]|^[ \t]*(?:[>-]|\d{1,9}[.)])[ \t]/m;

/** @type {Signal<typeof parseMarkdown | null>} */
const parser = signal(null);

/** @param {string} text */
export const hasMarkup = (text) => MARKUP.test(text);

/**
 * Returns the parser, or null while it is not there. Whoever asks while rendering is rendered again once it is.
 *
 * @returns {typeof parseMarkdown | null}
 */
export function markupParser() {
  // If it cannot be loaded, texts are shown as typed, and the next one tries again.
  if (parser.value === null) void load().catch(() => {});
  return parser.value;
}

/**
 * Waits a moment for the parser if one of these texts needs it, so that nothing is shown as typed first.
 *
 * @param {readonly { text: string }[]} messages
 */
export async function prepareMarkup(messages) {
  if (parser.peek() === null && messages.some(({ text }) => hasMarkup(text)))
    await soon(load().catch(() => {}));
}

/**
 * Returns a page of messages once it is there, and the parser if it needs it.
 *
 * @param {Promise<MessagePage>} loading
 */
export async function whenPrepared(loading) {
  const page = await loading;
  await prepareMarkup(page.messages);
  return page;
}

async function load() {
  parser.value = (await import('../views/markdown/tree.js')).parseMarkdown;
}
