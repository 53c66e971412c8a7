// @ts-check
/** @import { FileLink, FilePlace } from '../../state/file-links.js' */
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../../client/api-error.js';
import { linkTo } from '../../state/file-links.js';

/** Refusals after which another attempt does not help. */
const FOR_GOOD = new Set(['file_not_found', 'room_not_found', 'forbidden']);

/**
 * A link to a file for an element that loads it. A link that does not work is replaced once by a new one: it may have
 * expired while the file was on the screen.
 *
 * @param {FilePlace} place
 * @param {boolean} isWanted
 */
export function useFileLink(place, isWanted) {
  const [link, setLink] = useState(/** @type {FileLink | null} */ (null));
  const [trouble, setTrouble] = useState(/** @type {'failed' | 'gone' | null} */ (null));
  const [attempt, setAttempt] = useState(0);
  const isRenewed = useRef(false);
  const { fileId } = place;
  const shown = useRef(fileId);

  /** @param {FileLink | null} failed */
  async function ask(failed) {
    setTrouble(null);
    try {
      const next = await linkTo(place, failed);
      if (shown.current !== fileId) return;
      setLink(next);
      setAttempt((count) => count + 1);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (shown.current === fileId) setTrouble(FOR_GOOD.has(error.code) ? 'gone' : 'failed');
    }
  }
  useEffect(() => {
    shown.current = fileId;
    isRenewed.current = false;
    setLink(null);
    setTrouble(null);
    if (isWanted) void ask(null);
    return () => {
      shown.current = '';
    };
  }, [fileId, isWanted]);

  return {
    link,
    trouble,
    /** A key for the element: another attempt needs another element, since the link may be the same. */
    attempt,
    /** What the link leads to has arrived. */
    onLoad: () => {
      isRenewed.current = false;
    },
    /** What the link leads to could not be loaded. */
    onError: () => {
      if (isRenewed.current) return setTrouble('failed');
      isRenewed.current = true;
      void ask(link);
    },
    retry: () => {
      isRenewed.current = false;
      void ask(link);
    },
  };
}
