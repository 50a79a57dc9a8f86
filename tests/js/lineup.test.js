import assert from "node:assert/strict";
import { test } from "node:test";
import { exchanged, only, sideOf } from "../../static/js/lineup.js";

/**
 * @param {number} tone
 * @param {object} [more]
 */
const lane = (tone, more = {}) => ({
  tone,
  hidden: false,
  base: { seed: tone },
  seeds: 1,
  forked: null,
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
  const back = sideOf(before, after);
  assert.deepEqual(colours(back), { order: [4, 0, 2], gone: [], made: [4], open: 4 });
  assert.deepEqual(back?.made.get(4), mine);
  const again = sideOf(after, before);
  assert.deepEqual(colours(again), { order: [2, 0], gone: [4], made: [], open: 2 });
});

test("another order is another lineup, the same one is not", () => {
  const before = lineup(lane(0), lane(1));
  const after = lineup(lane(1), lane(0));
  assert.deepEqual(colours(sideOf(before, after))?.order, [0, 1]);
  assert.equal(sideOf(before, before), null);
});

/**
 * @param {number} epoch
 * @param {number} value
 * @param {object} [more]
 */
const edit = (epoch, value, more = {}) => ({
  epoch,
  batch: 0,
  run: 0,
  changes: {},
  weights: [{ layer: 1, unit: 0, input: 0, value }],
  ...more,
});
const rate = { epoch: 4, batch: 0, run: 0, changes: { optimizer: { learning_rate: 1 } } };
const now = { epoch: 9, batch: 0 };

test("a change that took in another one gives it back, between those around it", () => {
  const [first, both, later] = [edit(4, 1), edit(4, 2), edit(8, 3)];
  const [before, after] = [
    [rate, first],
    [rate, both],
  ];
  assert.deepEqual([only(before, after), only(after, before)], [[first], [both]]);
  // Lanes may have been moved since.
  const moved = [{ ...rate, run: 1 }, { ...both, run: 1 }, later];
  assert.deepEqual(exchanged(moved, [both], [first], now), [moved[0], first, later]);
  assert.deepEqual(exchanged([rate, later], [], [first], now), [rate, first, later]);
});

test("what is not in the history cannot be taken out, unless it is to come", () => {
  const change = edit(6, 1);
  assert.equal(exchanged([rate], [change], [], now), null);
  assert.deepEqual(exchanged([rate], [change], [], { epoch: 5, batch: 2 }), [rate]);
  assert.equal(exchanged([rate], [change], [], { epoch: 6, batch: 0 }), null);
  const within = edit(5, 1, { batch: 3 });
  assert.deepEqual(exchanged([], [within], [], { epoch: 5, batch: 2 }), []);
});
