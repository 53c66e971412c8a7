// @ts-check
/** @import { Size } from './layout.js' */

/*
 * Where a picture is that fills the screen. Points and offsets are from the middle of the stage to the middle of the
 * picture, in CSS pixels.
 */

/**
 * @typedef {{ x: number, y: number }} Point
 * @typedef {Point & { scale: number }} View `scale` 1: all of the picture is in sight
 * @typedef {{ stage: Size, shown: Size, most: number }} Frame `shown`: the size of the picture at scale 1; `most`: the
 *   largest scale
 */

/** @type {View} */
export const WHOLE = { scale: 1, x: 0, y: 0 };

/** Every picture can be enlarged so far, and shown in twice its own size. */
const LEAST_ZOOM = 4;

/**
 * @param {Size} picture
 * @param {Size} stage
 * @returns {Frame}
 */
export function frameFor(picture, stage) {
  // A small picture is not enlarged: it would look worse than it is.
  const fit = Math.min(1, stage.width / picture.width, stage.height / picture.height);
  const shown = { width: picture.width * fit, height: picture.height * fit };
  return { stage, shown, most: Math.max(LEAST_ZOOM, 2 / fit) };
}

/**
 * Zooms so that what is at a point stays there.
 *
 * @param {View} view
 * @param {number} scale
 * @param {Point} point
 * @param {Frame} frame
 * @returns {View}
 */
export function zoomedTo(view, scale, point, frame) {
  const to = Math.min(frame.most, Math.max(1, scale));
  const by = to / view.scale;
  const x = point.x - (point.x - view.x) * by;
  const y = point.y - (point.y - view.y) * by;
  return within({ scale: to, x, y }, frame);
}

/**
 * @param {View} view
 * @param {Point} step
 * @param {Frame} frame
 * @returns {View}
 */
export const moved = (view, step, frame) =>
  within({ ...view, x: view.x + step.x, y: view.y + step.y }, frame);

/**
 * No edge of the picture comes farther in than the stage's; where it is smaller than the stage, it is in the middle.
 *
 * @param {View} view
 * @param {Frame} frame
 * @returns {View}
 */
function within({ scale, x, y }, { stage, shown }) {
  const limit = (/** @type {number} */ at, /** @type {number} */ room) =>
    Math.max(-room, Math.min(room, at)) || 0;
  return {
    scale,
    x: limit(x, Math.max(0, (shown.width * scale - stage.width) / 2)),
    y: limit(y, Math.max(0, (shown.height * scale - stage.height) / 2)),
  };
}
