/** Pointer, wheel, fingers and keys on the plane: pointing at places and points, zoom, moving. */

import { nearest, next } from "../nearest.js";
import { equal } from "../paths.js";
import { placeUnder } from "../probe.js";
import * as store from "../store.js";
import * as zoom from "../zoom.js";

/** @typedef {PointerEvent & {currentTarget: HTMLElement}} Pointer */
/** @typedef {WheelEvent & {currentTarget: HTMLElement}} Wheel */

/** Pixels. */
const REACH = { mouse: 10, touch: 18 };
/** Of what a turn of the wheel says, what a factor of two takes. */
const DOUBLE = 240;
const KEY_STEP = 0.2;
const ZOOM_STEP = 1.5;

/** Where each pointer was last that is down. */
/** @type {Map<number, {x: number, y: number}>} */
const down = new Map();

/** What makes a box the plane. */
export function navigating() {
  return {
    onPointerDown: press,
    onPointerMove: move,
    onPointerUp: lift,
    onPointerCancel: lift,
    onPointerLeave: leave,
    onWheel: turn,
    onKeyDown: key,
    onBlur: () => point(null),
  };
}

/** @param {Pointer} event */
function press(event) {
  down.set(event.pointerId, { x: event.clientX, y: event.clientY });
  look(event);
}

/** @param {Pointer} event */
function move(event) {
  const before = down.get(event.pointerId);
  if (!before) return look(event);
  const box = event.currentTarget.getBoundingClientRect();
  const others = [...down].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
  const [dx, dy] = [event.clientX - before.x, event.clientY - before.y];
  if (others.length === 1) pinch(box, before, event, others[0]);
  // A click is no drag: capturing would take it from what lies above the plane.
  else if (store.domain.value) event.currentTarget.setPointerCapture(event.pointerId);
  const share = others.length === 1 ? 0.5 : 1; // of two fingers each moves half
  zoom.pan((-dx / box.width) * share, (dy / box.height) * share);
  down.set(event.pointerId, { x: event.clientX, y: event.clientY });
  look(event);
}

/**
 * One of two fingers moves.
 * @param {DOMRect} box
 * @param {{x: number, y: number}} before
 * @param {Pointer} event
 * @param {{x: number, y: number}} other
 */
function pinch(box, before, { clientX, clientY }, other) {
  const reach = (/** @type {number} */ x, /** @type {number} */ y) =>
    Math.hypot(x - other.x, y - other.y);
  const factor = reach(clientX, clientY) / Math.max(1, reach(before.x, before.y));
  const middle = { clientX: (clientX + other.x) / 2, clientY: (clientY + other.y) / 2 };
  const seen = zoom.seen.peek();
  if (seen) zoom.zoom(factor, placeUnder(seen, box, middle) ?? undefined);
}

/** @param {Pointer} event */
function lift({ pointerId }) {
  down.delete(pointerId);
}

/** @param {Pointer} event */
function leave(event) {
  down.delete(event.pointerId);
  store.probe.value = null;
  if (event.currentTarget !== document.activeElement || event.pointerType === "mouse") point(null);
}

/**
 * The place under a pointer, and the point near it.
 * @param {Pointer} event
 */
function look(event) {
  const [seen, data] = [zoom.seen.peek(), store.data.peek()];
  if (!seen || !data) return;
  const box = event.currentTarget.getBoundingClientRect();
  const place = placeUnder(seen, box, event);
  store.probe.value = place;
  const pixels = event.pointerType === "touch" ? REACH.touch : REACH.mouse;
  const reach = (pixels * (seen[1] - seen[0])) / box.width;
  point(place && nearest(data, store.showTest.peek(), place, reach));
}

/**
 * With Ctrl, as a pinch on a touchpad has it too: a wheel alone scrolls the page.
 * @param {Wheel} event
 */
function turn(event) {
  if (!event.ctrlKey && !event.metaKey) return;
  event.preventDefault();
  const seen = zoom.seen.peek();
  const box = event.currentTarget.getBoundingClientRect();
  const place = seen && placeUnder(seen, box, event);
  if (place) zoom.zoom(2 ** (-event.deltaY / DOUBLE), place);
}

/** @type {Record<string, [axis: 0 | 1, direction: 1 | -1]>} */
const ARROWS = {
  ArrowRight: [0, 1],
  ArrowLeft: [0, -1],
  ArrowUp: [1, 1],
  ArrowDown: [1, -1],
};

/** @type {Record<string, () => void>} */
const KEYS = {
  "+": () => zoom.zoom(ZOOM_STEP, pointed()),
  "=": () => zoom.zoom(ZOOM_STEP, pointed()),
  "-": () => zoom.zoom(1 / ZOOM_STEP, pointed()),
  0: zoom.showAll,
  Escape: () => point(null),
};

/** Where the point is that is pointed at. */
function pointed() {
  const at = store.pointAt.peek();
  const x = at && store.data.peek()?.[at.part].x[at.index];
  return x ? { x1: x[0], x2: x[1] } : undefined;
}

/** @param {KeyboardEvent} event */
function key(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const arrow = ARROWS[event.key];
  const command = KEYS[event.key];
  if (!arrow && !command) return;
  if (event.key === "Escape" && store.pointAt.peek() === null) return;
  event.preventDefault();
  event.stopPropagation();
  if (command) command();
  else if (event.shiftKey) zoom.pan(...shift(arrow));
  else {
    const [data, seen] = [store.data.peek(), zoom.seen.peek()];
    const [axis, direction] = arrow;
    const from = store.pointAt.peek();
    if (data && seen) point(next(data, store.showTest.peek(), seen, from, axis, direction));
  }
}

/**
 * @param {[axis: 0 | 1, direction: 1 | -1]} arrow
 * @returns {[across: number, up: number]}
 */
function shift([axis, direction]) {
  return axis === 0 ? [direction * KEY_STEP, 0] : [0, direction * KEY_STEP];
}

/** @param {import("../store.js").PointAt | null} found */
function point(found) {
  if (!equal(found, store.pointAt.peek())) store.pointAt.value = found;
}
