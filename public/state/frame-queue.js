// @ts-check

/** How long what has arrived waits at most: a page that is hidden meanwhile gets no animation frame. */
const LONGEST_WAIT_MS = 200;

/**
 * Gathers what arrives and hands it over once per animation frame, so that a burst of events costs
 * one render.
 *
 * @template T
 * @param {(items: T[]) => void} apply
 */
export function frameQueue(apply) {
  /** @type {T[]} */
  let items = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let frame = 0;

  function flush() {
    clearTimeout(timer);
    cancelAnimationFrame(frame);
    const batch = items;
    items = [];
    if (batch.length) apply(batch);
  }

  return {
    flush,
    /** @param {T} item */
    push(item) {
      items.push(item);
      if (items.length > 1) return;
      timer = setTimeout(flush, LONGEST_WAIT_MS);
      frame = requestAnimationFrame(flush);
    },
  };
}
