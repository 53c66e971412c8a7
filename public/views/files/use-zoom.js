// @ts-check
/** @import { Size } from './layout.js' */
/** @import { Point, View } from './zoom.js' */
/** @import { RefObject } from 'preact' */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { frameFor, moved, WHOLE, zoomedTo } from './zoom.js';

/** What one press of a key or a button, and a double click, do to the scale. */
const STEP = 1.5;
const DOUBLE_CLICK = 2.5;
/** A wheel's notch is 100 or more, a pinch on a touchpad sends many small values. */
const WHEEL_RATE = { wheel: 0.0022, pinch: 0.01 };
/** A finger that moves so far sideways turns to another picture; one that moves less has only pressed. */
const SWIPE_PX = 60;
const PRESS_PX = 6;

/**
 * Zoom and position of the picture on a stage, by wheel, double click, drag, pinch, and by what calls `zoom` and `pan`.
 *
 * @param {RefObject<HTMLElement | null>} stage
 * @param {Size} picture
 * @param {{ key: string, onSwipe: (step: 1 | -1) => void, onPressBeside: () => void }} how `key`: of the picture;
 *   another one starts as a whole
 */
export function useZoom(stage, picture, { key, onSwipe, onPressBeside }) {
  const [size, setSize] = useState({ width: 1, height: 1 });
  const [shown, setShown] = useState({ key, view: WHOLE });
  const view = shown.key === key ? shown.view : WHOLE;
  const frame = frameFor(picture, size);
  const setView = (/** @type {View} */ next) => setShown({ key, view: next });
  const zoom = (/** @type {number} */ by, /** @type {Point} */ point = { x: 0, y: 0 }) =>
    setView(zoomedTo(view, view.scale * by, point, frame));
  const pan = (/** @type {Point} */ step) => setView(moved(view, step, frame));

  useLayoutEffect(() => {
    const element = stage.current;
    if (!element) return undefined;
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  /** Where the pointers are that press on the stage. @type {{ current: Map<number, Point> }} */
  const pointers = useRef(new Map());
  /** How far the last pointer has moved since its press; not a number where it was one of two. */
  const way = useRef({ x: 0, y: 0 });

  const handlers = {
    onWheel: (/** @type {WheelEvent} */ event) => {
      event.preventDefault();
      // Lines and pages in place of pixels, in Firefox.
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : 33;
      const rate = event.ctrlKey ? WHEEL_RATE.pinch : WHEEL_RATE.wheel;
      zoom(Math.exp(-event.deltaY * unit * rate), pointOf(event));
    },
    onDblClick: (/** @type {MouseEvent} */ event) => {
      if (view.scale > 1) setView(WHOLE);
      else zoom(DOUBLE_CLICK, pointOf(event));
    },
    onPointerDown: (/** @type {PointerEvent} */ event) => {
      if (event.button !== 0) return;
      stage.current?.setPointerCapture(event.pointerId);
      pointers.current.set(event.pointerId, pointOf(event));
      way.current = pointers.current.size > 1 ? { x: NaN, y: NaN } : { x: 0, y: 0 };
    },
    onPointerMove: (/** @type {PointerEvent} */ event) => {
      const before = pointers.current.get(event.pointerId);
      if (!before) return;
      const now = pointOf(event);
      pointers.current.set(event.pointerId, now);
      const step = { x: now.x - before.x, y: now.y - before.y };
      way.current = { x: way.current.x + step.x, y: way.current.y + step.y };
      const [other] = [...pointers.current].flatMap(([id, at]) =>
        id === event.pointerId ? [] : [at],
      );
      if (other) {
        const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
        zoom(distance(now, other) / Math.max(1, distance(before, other)), middle);
      } else if (view.scale > 1) pan(step);
    },
    onPointerUp: (/** @type {PointerEvent} */ event) => {
      if (!pointers.current.delete(event.pointerId) || view.scale > 1) return;
      const { x, y } = way.current;
      const isTouch = event.pointerType !== 'mouse';
      if (isTouch && Math.abs(x) > SWIPE_PX && Math.abs(x) > 2 * Math.abs(y))
        onSwipe(x < 0 ? 1 : -1);
      else if (!isTouch && Math.hypot(x, y) < PRESS_PX && isBeside(pointOf(event))) onPressBeside();
    },
    onPointerCancel: (/** @type {PointerEvent} */ event) => {
      pointers.current.delete(event.pointerId);
    },
  };

  /** From the middle of the stage. @param {MouseEvent} event @returns {Point} */
  function pointOf({ clientX, clientY }) {
    const box = stage.current?.getBoundingClientRect();
    if (!box) return { x: 0, y: 0 };
    return { x: clientX - box.left - box.width / 2, y: clientY - box.top - box.height / 2 };
  }

  /** @param {Point} point */
  const isBeside = ({ x, y }) =>
    Math.abs(x) > frame.shown.width / 2 || Math.abs(y) > frame.shown.height / 2;

  // Preact listens passively to the wheel, which leaves the zoom of the whole page to the browser.
  const onWheel = useRef(handlers.onWheel);
  onWheel.current = handlers.onWheel;
  useEffect(() => {
    const element = stage.current;
    const listener = (/** @type {WheelEvent} */ event) => onWheel.current(event);
    element?.addEventListener('wheel', listener, { passive: false });
    return () => element?.removeEventListener('wheel', listener);
  }, []);

  const { onDblClick, onPointerDown, onPointerMove, onPointerUp, onPointerCancel } = handlers;
  return {
    frame,
    view,
    pan,
    zoomIn: () => zoom(STEP),
    zoomOut: () => zoom(1 / STEP),
    reset: () => setView(WHOLE),
    handlers: { onDblClick, onPointerDown, onPointerMove, onPointerUp, onPointerCancel },
  };
}

/**
 * @param {Point} one
 * @param {Point} other
 */
const distance = (one, other) => Math.hypot(one.x - other.x, one.y - other.y);
