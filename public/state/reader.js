// @ts-check
/** @import { Signal } from '@preact/signals-core' */
import { signal } from '@preact/signals-core';

/** Where the reader of one room is, as its view tells. */
export class Reader {
  /** Returns the seq of a row in sight, around which rows are kept. */
  seq = () => Infinity;
  /** @type {Signal<string | null>} when the first message in sight was sent; null while the newest is in sight */
  day = signal(null);
  /** @type {{ seq: number, offset: number } | null} where the view was left; null: at the end */
  left = null;
  /** @type {object | null} the last target that was scrolled to */
  reached = null;
}
