// @ts-check
/** @import { VNode } from 'preact' */
import { h } from 'preact';
import htm from 'htm';
// oxlint-disable-next-line import/no-unassigned-import -- the import makes components follow the signals they read.
import '@preact/signals';

/** @typedef {(strings: TemplateStringsArray, ...values: unknown[]) => VNode} Html */

/** Markup in a template literal. Values become text nodes or properties, never markup. */
export const html = /** @type {{ bind(create: typeof h): Html }} */ (
  /** @type {unknown} */ (htm)
).bind(h);
