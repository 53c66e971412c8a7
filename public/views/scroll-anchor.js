// @ts-check

/** This close to the end counts as reading the newest message. */
const BOTTOM_SLACK_PX = 48;
/** Older messages are loaded when the reader is this far from where they are missing. */
const TOP_SLACK_PX = 800;

/**
 * Anchors the scroll position in a list that grows at both ends: at the bottom it stays at the bottom, elsewhere
 * the row being read stays in place. Done by hand, since Safari has no scroll anchoring, and the others give up
 * on it when the list is at its very top, which is where older pages are inserted.
 *
 * @param {HTMLElement} view the element that scrolls
 * @param {HTMLElement} content its only child; its rows have the class `row`
 * @param {{ onBottom: (atBottom: boolean) => void, onNearTop: () => void }} handlers
 */
export function anchorScroll(view, content, { onBottom, onNearTop }) {
  let atBottom = true;
  let top = 0;
  /** @type {{ row: Element, position: number } | null} */
  let anchor = null;

  function toBottom() {
    atBottom = true;
    anchor = null;
    view.scrollTop = view.scrollHeight;
    top = view.scrollTop;
  }

  /** @param {Element} row to scroll to, in the middle if possible */
  function show(row) {
    atBottom = false;
    anchor = null;
    // Rows on the way get their true height only when they are near, so the second call is exact.
    row.scrollIntoView({ block: 'center' });
    row.scrollIntoView({ block: 'center' });
    top = view.scrollTop;
    anchor = firstVisible();
    onBottom(false);
  }

  function onScroll() {
    // Rows may have changed their height since the last frame: the reader did not cause that shift.
    keepAnchor();
    // Rows added below do not take the reader away from the bottom; only scrolling up does.
    if (view.scrollHeight - view.scrollTop - view.clientHeight < BOTTOM_SLACK_PX) atBottom = true;
    else if (view.scrollTop < top) atBottom = false;
    top = view.scrollTop;
    anchor = atBottom ? null : firstVisible();
    onBottom(atBottom);
    loadIfNearTop();
  }

  function onResize() {
    if (atBottom) toBottom();
    else keepAnchor();
    loadIfNearTop();
  }

  function loadIfNearTop() {
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
   * Returns where an element ends, from the top of the content. The lower edge counts because a day's name above
   * a row may come and go.
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
