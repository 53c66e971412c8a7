// @ts-check
/** @import { FileInfo } from '../../../src/protocol/resources.ts' */
/** @import { FileLink } from '../../state/file-links.js' */
import { useEffect, useState } from 'preact/hooks';
import { t } from '../../i18n/translate.js';
import { canMove, isMoving } from '../../state/moving-pictures.js';
import { html } from '../html.js';
import { Icon } from '../icons.js';

/** In a message, a larger animation plays when its reader asks for it. */
const MOST_BYTES = 5_000_000;

/** @typedef {ReturnType<typeof useAnimation>} Animation */

/**
 * Whether a picture moves, and whether it does now: at once where the reader has not asked for less motion, or less
 * data. It can be stopped.
 *
 * @param {FileInfo} file
 * @param {FileLink | null} link null while nothing is to be known yet
 * @param {number} [mostBytes] of a picture that moves at once
 */
export function useAnimation(file, link, mostBytes = MOST_BYTES) {
  const [moves, setMoves] = useState(
    /** @type {boolean | null} */ (canMove(file.type) ? null : false),
  );
  const [wish, setWish] = useState(/** @type {boolean | null} */ (null));
  useEffect(() => {
    // Whatever fails here: without it, the picture is a still one.
    if (link && moves === null) isMoving(link.url).then(setMoves, () => setMoves(false));
  }, [link]);
  const isPlaying = moves === true && (wish ?? (file.size <= mostBytes && !wantsLess()));
  return {
    /** Null while it is not known. */
    moves,
    isPlaying,
    toggle: () => setWish(!isPlaying),
  };
}

/** Whether the reader has asked for less motion or less data. */
function wantsLess() {
  const { connection } = /** @type {{ connection?: { saveData?: boolean } }} */ (navigator);
  return matchMedia('(prefers-reduced-motion: reduce)').matches || (connection?.saveData ?? false);
}

/** @param {{ animation: Animation }} props */
export function AnimationButton({ animation: { moves, isPlaying, toggle } }) {
  if (!moves) return null;
  const label = t(isPlaying ? 'file.pauseAnimation' : 'file.playAnimation');
  return html`<button
    type="button"
    class="animation-button"
    aria-label=${label}
    title=${label}
    onClick=${toggle}
  >
    <${Icon} name=${isPlaying ? 'pause' : 'play'} />
  </button>`;
}
