/** The trails of all lanes, from the pictures as they come. */

import { effect } from "../vendor/preact.js";
import * as store from "./store.js";
import { Trail } from "./trail.js";

/** @type {Trail[]} by lane */
let trails = [];
let timeline = -1;

/** @param {number} lane */
export const trailOf = (lane) => trails[lane] ?? null;

effect(() => {
  const picture = store.picture.value;
  if (!picture || picture.batch > 0) return;
  if (picture.timeline !== timeline) {
    timeline = picture.timeline;
    trails = [];
  }
  picture.runs.forEach(({ units, seed, layers }, lane) => {
    const of = `${units} ${seed}`;
    if (trails[lane]?.of !== of) trails[lane] = new Trail(of);
    trails[lane].take(picture.epoch, layers);
  });
});
