/** What the page knows of lanes goes with them when they are moved, made or removed. */

import { freeTones } from "./lanes.js";
import * as store from "./store.js";

/** The lanes' colours after the next answer, when that has other lanes or another order. */
/** @type {number[] | null} */
let moved = null;

/** @param {number[] | null} tones of the lanes after the next answer */
export function rearranged(tones) {
  moved = tones;
}

/**
 * Carries selection, colours and what is hidden along with the lanes; new ones get free colours.
 * @param {number} count of lanes
 * @param {boolean} anew the history begins anew, as it does whenever lanes move
 */
export function carry(count, anew) {
  const wanted = anew ? moved : null;
  if (wanted?.length === count) {
    moved = null;
    const [before, old] = [store.tones.peek(), store.hidden.peek()];
    const from = wanted.map((tone) => before.indexOf(tone));
    store.tones.value = wanted;
    store.pictured.value = from.map((lane) => store.pictured.peek()[lane] ?? 0);
    store.hidden.value = new Set(from.flatMap((lane, index) => (old.has(lane) ? [index] : [])));
    store.selected.value = Math.max(0, from.indexOf(store.selected.peek()));
    for (const chosen of [store.minuend, store.subtrahend]) {
      const lane = chosen.peek();
      const place = lane === null ? -1 : from.indexOf(lane);
      chosen.value = place < 0 ? null : place;
    }
  }
  const tones = store.tones.peek().slice(0, count);
  if (tones.length !== count || tones.length !== store.tones.peek().length) {
    store.tones.value = [...tones, ...freeTones(tones, count - tones.length)];
  }
  if (store.selected.peek() >= count) store.selected.value = 0;
}
