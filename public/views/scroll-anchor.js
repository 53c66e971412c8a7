// @ts-check

/** This close to the end still counts as reading the newest message. */
const BOTTOM_SLACK_PX = 48;
/** Older messages are asked for this long before the reader gets to where they are missing. */
const TOP_SLACK_PX = 800;

/**
 * Keeps the reader's place in a list that grows at both ends: at the bottom it stays at the bottom,
 * elsewhere the row being read stays where it is. Done by hand, since Safari has no scroll anchoring
 * and the others give up on it when the list is at its very top, which is where older pages come in.
 *
 * @param {HTMLElement} view the element that scrolls
 * @param {HTMLElement} content its only child; its rows have the class `row`
 * @param {{ onBottom: (atBottom: boolean) => void, onNearTop: () => void }} handlers
 */
export function anchorScroll(view, content, { onBottom, onNearTop }) {
  let stuck = true;
  let top = 0;
  /** @type {{ row: Element, position: number } | null} */
  let anchor = null;

  function toBottom() {
    stuck = true;
    anchor = null;
    view.scrollTop = view.scrollHeight;
    top = view.scrollTop;
  }

  /** @param {Element} row to be seen, in the middle if it can be */
  function show(row) {
    stuck = false;
    anchor = null;
    // Rows on the way have their true height only once they were near: the second time is exact.
    row.scrollIntoView({ block: 'center' });
    row.scrollIntoView({ block: 'center' });
    top = view.scrollTop;
    anchor = firstVisible();
    onBottom(false);
  }

  function onScroll() {
    // Rows may have changed their height since the last frame: that shift is not the reader's.
    keepAnchor();
    // And growth below somebody at the bottom does not take them away from it; only going up does.
    if (view.scrollHeight - view.scrollTop - view.clientHeight < BOTTOM_SLACK_PX) stuck = true;
    else if (view.scrollTop < top) stuck = false;
    top = view.scrollTop;
    anchor = stuck ? null : firstVisible();
    onBottom(stuck);
    askForOlder();
  }

  function onResize() {
    if (stuck) toBottom();
    else keepAnchor();
    askForOlder();
  }

  function askForOlder() {
    if (view.scrollTop < TOP_SLACK_PX) onNearTop();
  }

  function keepAnchor() {
    if (!anchor?.row.isConnected) return;
    const position = positionOf(anchor.row);
    if (position === anchor.position) return;
    view.scrollTop += position - anchor.position;
    anchor.position = position;
    top = view.scrollTop;
  }

  function firstVisible() {
    const isVisible = (/** @type {Element} */ element) => positionOf(element) > view.scrollTop;
    const row = [...([...content.children].find(isVisible)?.querySelectorAll('.row') ?? [])].find(
      isVisible,
    );
    return row ? { row, position: positionOf(row) } : null;
  }

  /**
   * Where an element ends, from the top of the content. Its lower edge is what counts: a day's name
   * above a row may come and go.
   *
   * @param {Element} element
   */
  function positionOf(element) {
    return element.getBoundingClientRect().bottom - content.getBoundingClientRect().top;
  }

  view.addEventListener('scroll', onScroll, { passive: true });
  const observer = new ResizeObserver(onResize);
  observer.observe(view);
  observer.observe(content);

  return {
    toBottom,
    show,
    stop() {
      view.removeEventListener('scroll', onScroll);
      observer.disconnect();
    },
  };
}
