// @ts-check

/** This close to the end counts as reading the newest message. */
const BOTTOM_SLACK_PX = 48;
/** Pages are loaded when the reader is this far from where they are missing: nearer in a short list. */
const AHEAD_PX = { least: 800, most: 4_000 };

/**
 * @typedef {object} ScrollHandlers
 * @property {() => boolean} isPresent whether the list reaches to the newest message
 * @property {(atBottom: boolean) => void} onMove the reader sees another part, or may
 * @property {() => void} onNearTop
 * @property {() => void} onNearEnd
 *
 * @typedef {{ seq: number, offset: number }} Place a row, and where its lower edge is in the view
 */

/**
 * Anchors the scroll position in a list that grows and shrinks at both ends: at the newest message it stays there,
 * elsewhere the row being read stays in place. Done by hand, since Safari has no scroll anchoring, and the others
 * give up on it when the list is at its very top, which is where older pages are inserted.
 *
 * @param {HTMLElement} view the element that scrolls
 * @param {HTMLElement} content its only child; its rows have the class `row`, and those of the history a `data-seq`
 * @param {ScrollHandlers} handlers
 */
export function anchorScroll(view, content, { isPresent, onMove, onNearTop, onNearEnd }) {
  let atBottom = true;
  let isHidden = false;
  let top = 0;
  /** @type {{ row: HTMLElement, position: number } | null} */
  let anchor = null;

  function toBottom() {
    atBottom = true;
    view.scrollTop = view.scrollHeight;
    settle();
  }

  /** @param {Element} row to scroll to, in the middle if possible */
  function show(row) {
    row.scrollIntoView({ block: 'center' });
    atBottom = isAtEnd();
    settle();
  }

  /** @param {Place} place to return to, if its row is there */
  function restore({ seq, offset }) {
    const row = content.querySelector(`[data-seq="${seq}"]`);
    if (!row) return toBottom();
    view.scrollTop +=
      row.getBoundingClientRect().bottom - view.getBoundingClientRect().top - offset;
    atBottom = false;
    settle();
  }

  function onScroll() {
    if (view.clientHeight === 0) return;
    // Where rows above are gone, the browser has cut the position to the end, and the reader is still there.
    if (atBottom && isAtEnd()) return settle();
    const isUp = view.scrollTop < top - 1;
    // Rows may have changed their height since the last frame: the reader did not cause that shift.
    keepAnchor();
    // Rows added below do not take the reader away from the bottom; only scrolling up does.
    if (isAtEnd()) atBottom = true;
    else if (isUp || !isPresent()) atBottom = false;
    settle();
  }

  function onResize() {
    if (view.clientHeight === 0) {
      isHidden = true;
      return;
    }
    // A list that was hidden has forgotten its position.
    if (isHidden && !atBottom) view.scrollTop = top;
    isHidden = false;
    if (atBottom && isPresent()) return toBottom();
    atBottom = false;
    keepAnchor();
    settle();
  }

  /** Remembers where the reader is now; at the bottom, too, since a page may arrive as the reader leaves it. */
  function remember() {
    top = view.scrollTop;
    const row = firstVisible();
    anchor = row ? { row, position: positionOf(row) } : null;
  }

  function settle() {
    remember();
    onMove(atBottom);
    const ahead = Math.min(AHEAD_PX.most, Math.max(AHEAD_PX.least, view.scrollHeight / 4));
    if (top < ahead) onNearTop();
    if (leftBelow() < ahead) onNearEnd();
  }

  function keepAnchor() {
    if (!anchor?.row.isConnected) return;
    const shift = positionOf(anchor.row) - anchor.position;
    if (shift === 0) return;
    // Where rows above are gone, the browser may have cut the position to the end of the shorter list.
    const isCut = shift < 0 && view.scrollTop < top && leftBelow() < 1;
    view.scrollTop = (isCut ? top : view.scrollTop) + shift;
    anchor.position += shift;
    top = view.scrollTop;
  }

  const leftBelow = () => view.scrollHeight - view.scrollTop - view.clientHeight;
  const isAtEnd = () => isPresent() && leftBelow() < BOTTOM_SLACK_PX;

  /** @returns {HTMLElement | undefined} */
  function firstVisible() {
    const edge = view.getBoundingClientRect().top;
    const isVisible = (/** @type {Element} */ element) =>
      element.getBoundingClientRect().bottom > edge;
    const part = [...content.children].find(isVisible);
    for (let next = part; next; next = next.nextElementSibling ?? undefined) {
      const row = [...next.querySelectorAll('[data-seq]')].find(isVisible);
      if (row instanceof HTMLElement) return row;
    }
    return undefined;
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
    restore,
    /** Returns the seq of the first row in sight. */
    firstSeq: () => Number((anchor?.row ?? firstVisible())?.dataset['seq'] ?? Infinity),
    /** Returns where the reader is; null at the bottom. @returns {Place | null} */
    place() {
      if (atBottom) return null;
      keepAnchor();
      remember();
      if (!anchor) return null;
      const edge = view.getBoundingClientRect().top;
      const offset = anchor.row.getBoundingClientRect().bottom - edge;
      return { seq: Number(anchor.row.dataset['seq']), offset };
    },
    stop() {
      view.removeEventListener('scroll', onScroll);
      observer.disconnect();
    },
  };
}
