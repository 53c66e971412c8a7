// @ts-check

/** The types that can move, and are looked into. */
const CAN_MOVE = new Set(['image/gif', 'image/webp']);
/** So many bytes from the beginning say whether a picture moves: in a GIF, those after 256 colours. */
const BEGINNING = 1024;
/** Where a WebP file says what it contains: the letters VP8X, then the flags (RFC 9649 section 2.7). */
const WEBP = { kind: [12, 16], flags: 20, animation: 0x02 };
/** The extension with which a GIF says how often it repeats. */
const GIF_LOOP = 'NETSCAPE2.0';

/** @param {string} type of a picture */
export const canMove = (type) => CAN_MOVE.has(type);

/**
 * Returns whether a picture moves, which its file says at the beginning.
 *
 * @param {string} url
 */
export async function isMoving(url) {
  const response = await fetch(url, { headers: { range: `bytes=0-${BEGINNING - 1}` } });
  if (response.status !== 206) return false;
  const bytes = new Uint8Array(await response.arrayBuffer());
  const text = String.fromCharCode(...bytes);
  if (text.startsWith('GIF')) return text.includes(GIF_LOOP);
  return text.slice(...WEBP.kind) === 'VP8X' && ((bytes[WEBP.flags] ?? 0) & WEBP.animation) !== 0;
}
