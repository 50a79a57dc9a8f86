/** Which part of the plane is seen: parts within parts, as numbers and as the page's state. */

import { computed, effect } from "../vendor/preact.js";
import { equal } from "./paths.js";
import * as store from "./store.js";

/** @typedef {import("./store.js").Domain} Domain */
/** @typedef {import("./probe.js").Place} Place */

export const CLOSEST = 32;
/** Milliseconds between what the server is told of the parts seen. */
const PAUSE = 100;

/**
 * A part that is `factor` times as close, with a place staying where it is.
 * @param {Domain} seen
 * @param {Domain} whole
 * @param {number} factor above 1 is closer
 * @param {Place} place
 */
export function closer(seen, whole, factor, { x1, x2 }) {
  const [left, right, bottom, top] = seen;
  const most = (whole[1] - whole[0]) / CLOSEST / (right - left);
  const share = Math.max(1 / factor, most);
  const toward = (/** @type {number} */ edge, /** @type {number} */ middle) =>
    middle + (edge - middle) * share;
  return within([toward(left, x1), toward(right, x1), toward(bottom, x2), toward(top, x2)], whole);
}

/**
 * The part beside, by shares of its sides.
 * @param {Domain} seen
 * @param {Domain} whole
 * @param {number} across to the right
 * @param {number} up
 */
export function beside([left, right, bottom, top], whole, across, up) {
  const [dx, dy] = [across * (right - left), up * (top - bottom)];
  return within([left + dx, right + dx, bottom + dy, top + dy], whole);
}

/**
 * Moved into the whole, with no more digits than a pixel needs.
 * @param {Domain} part
 * @param {Domain} whole
 * @returns {Domain}
 */
function within(part, whole) {
  const [left, right] = moved(part[0], part[1], whole[0], whole[1]);
  const [bottom, top] = moved(part[2], part[3], whole[2], whole[3]);
  return [left, right, bottom, top];
}

/**
 * @param {number} from
 * @param {number} to
 * @param {number} least
 * @param {number} most
 */
function moved(from, to, least, most) {
  const size = to - from;
  if (size >= (most - least) * 0.999) return [least, most];
  const start = Math.min(Math.max(from, least), most - size);
  const digits = Math.max(0, 7 - Math.ceil(Math.log10(most - least)));
  const round = (/** @type {number} */ x) => Number(x.toFixed(digits));
  return [round(start), round(start + size)];
}

/** All of the open lane's plane. */
export const whole = computed(() => store.data.value?.domain ?? null);
/** The part of it that is seen. */
export const seen = computed(() => store.domain.value ?? whole.value);

/**
 * What a link wants to be seen, until something else is: the plane that it is a part of may come
 * later.
 */
let asked = /** @type {Domain | null} */ (null);

/** @param {Domain | null} part */
export function ask(part) {
  const all = whole.peek();
  asked = part;
  see(part && all && isPart(part, all) ? part : null);
}

let timer = /** @type {ReturnType<typeof setTimeout> | 0} */ (0);

function tell() {
  timer = 0;
  if (!equal(store.wantedDomain.peek(), store.domain.peek())) {
    store.wantedDomain.value = store.domain.peek();
    timer = setTimeout(tell, PAUSE);
  }
}

/** @param {Domain | null} part */
function see(part) {
  const all = part && equal(part, whole.peek());
  store.domain.value = all ? null : part;
  if (timer === 0) tell();
}

/**
 * @param {number} factor above 1 is closer
 * @param {Place} [place] that stays where it is; the middle if none is given
 */
export function zoom(factor, place) {
  const [part, all] = [seen.peek(), whole.peek()];
  if (!part || !all) return;
  const middle = { x1: (part[0] + part[1]) / 2, x2: (part[2] + part[3]) / 2 };
  asked = null;
  see(closer(part, all, factor, place ?? middle));
}

/**
 * @param {number} across shares of what is seen, to the right
 * @param {number} up
 */
export function pan(across, up) {
  const [part, all] = [seen.peek(), whole.peek()];
  if (!part || !all || !store.domain.peek()) return;
  asked = null;
  see(beside(part, all, across, up));
}

export function showAll() {
  asked = null;
  see(null);
}

/**
 * A part of the whole, and not too small a one.
 * @param {Domain} part
 * @param {Domain} whole
 */
export function isPart(part, whole) {
  const axis = (/** @type {0 | 2} */ k) => {
    const [low, high, least, most] = [part[k], part[k + 1], whole[k], whole[k + 1]];
    return least <= low && high <= most && high - low > (0.99 * (most - least)) / CLOSEST;
  };
  return axis(0) && axis(2);
}

/** @type {Domain | null} */
let before = null;
effect(() => {
  const { value: all } = whole;
  // Another plane: all of it, unless a link wants a part.
  if (all && !equal(before, all)) see(asked && isPart(asked, all) ? asked : null);
  before = all;
});
