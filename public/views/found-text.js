// @ts-check
import { found } from '../state/search.js';

/** The name of the highlight in the style sheets. */
const NAME = 'found';

/**
 * Highlights what a search has found in a message, without changing its elements. Browsers that cannot do this show
 * the message as usual.
 *
 * @param {Element} row
 * @param {number} seq
 */
export function markFound(row, seq) {
  const text = row.querySelector('.text');
  if (!text || found.value?.seq !== seq || !('highlights' in CSS)) return;
  const ranges = found.value.words.flatMap((word) => rangesOf(text, word));
  CSS.highlights.set(NAME, new Highlight(...ranges));
}

export function clearFound() {
  if ('highlights' in CSS) CSS.highlights.delete(NAME);
}

/**
 * @param {Element} element
 * @param {string} word
 * @returns {Range[]} where it stands in the element's text, as long as it is in one text node
 */
function rangesOf(element, word) {
  const ranges = [];
  const nodes = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
    const text = node.nodeValue ?? '';
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
      const range = new Range();
      range.setStart(node, at);
      range.setEnd(node, at + word.length);
      ranges.push(range);
    }
  }
  return ranges;
}
