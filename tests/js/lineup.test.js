import assert from "node:assert/strict";
import { test } from "node:test";
import { sideOf } from "../../static/js/lineup.js";

/**
 * @param {number} tone
 * @param {object} [more]
 */
const lane = (tone, more = {}) => ({
  tone,
  hidden: false,
  base: { seed: tone },
  seeds: 1,
  changes: [],
  ...more,
});

/** @param {ReturnType<typeof lane>[]} lanes */
const lineup = (...lanes) => ({ open: lanes[0].tone, lanes });

/** @param {ReturnType<typeof sideOf>} side */
const colours = (side) => side && { ...side, made: [...side.made.keys()] };

test("a lane that was taken away is made again at its place, the others stay", () => {
  const mine = lane(4, { hidden: true, seeds: 3, changes: [{ epoch: 2, changes: { seed: 1 } }] });
  const before = lineup(mine, lane(0), lane(2));
  const after = lineup(lane(2), lane(0));
  const back = sideOf(before, after, []);
  assert.deepEqual(colours(back), { order: [4, 0, 2], gone: [], made: [4], open: 4 });
  assert.deepEqual(back?.made.get(4), mine);
  const again = sideOf(after, before, []);
  assert.deepEqual(colours(again), { order: [2, 0], gone: [4], made: [], open: 2 });
});

test("another order is another lineup, the same one is not", () => {
  const before = lineup(lane(0), lane(1));
  const after = lineup(lane(1), lane(0));
  assert.deepEqual(colours(sideOf(before, after, []))?.order, [0, 1]);
  assert.equal(sideOf(before, before, [0, 1]), null);
});

test("of the lanes that stay, only those touched are looked at", () => {
  const before = lineup(lane(0), lane(1));
  const weights = [{ layer: 1, unit: 0, input: 0, value: 3 }];
  const edited = { changes: [{ epoch: 9, changes: {}, weights }] };
  const after = lineup(lane(0, edited), lane(1, edited));
  assert.deepEqual(colours(sideOf(before, after, [1]))?.made, [1]);
  assert.equal(sideOf(before, after, []), null);
  const hidden = lineup(lane(0, { hidden: true }), lane(1));
  assert.equal(sideOf(hidden, before, [0]), null);
});
