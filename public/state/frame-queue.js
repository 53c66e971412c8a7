// @ts-check

/** How often a hidden page, which gets no animation frames, applies what has arrived. */
const HIDDEN_MS = 200;

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

  function flush() {
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
      if (document.hidden) setTimeout(flush, HIDDEN_MS);
      else requestAnimationFrame(flush);
    },
  };
}
