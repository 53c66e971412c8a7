// @ts-check
/** @import { RefObject } from 'preact' */
import { useEffect, useState } from 'preact/hooks';

/** What is nearer to the part in sight than this is about to be seen. */
const NEAR_PX = 800;

/** @type {WeakMap<Element | Document, IntersectionObserver>} by the list that scrolls */
const observers = new WeakMap();
/** @type {WeakMap<Element, () => void>} */
const waiting = new WeakMap();

/**
 * Whether an element is in sight, or about to be; once it was, it stays so.
 *
 * @param {RefObject<HTMLElement | null>} ref
 */
export function useNear(ref) {
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (isNear || !element) return undefined;
    const observer = observerFor(element.closest('.messages'));
    waiting.set(element, () => setNear(true));
    observer.observe(element);
    return () => {
      waiting.delete(element);
      observer.unobserve(element);
    };
  }, [isNear]);
  return isNear;
}

/** @param {Element | null} list */
function observerFor(list) {
  const before = observers.get(list ?? document);
  if (before) return before;
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) if (isIntersecting) waiting.get(target)?.();
    },
    { root: list, rootMargin: `${NEAR_PX}px 0px` },
  );
  observers.set(list ?? document, observer);
  return observer;
}
