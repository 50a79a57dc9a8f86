import assert from "node:assert/strict";
import { test } from "node:test";
import { lanesOf, lossRange, ratesOf } from "../../static/js/race.js";

/**
 * @param {number} rate
 * @param {number | null} median
 */
const at = (rate, median) => ({
  learning_rate: rate,
  lower: median && median / 2,
  median,
  upper: median && median * 2,
  diverged: median === null ? 3 : 0,
});
const SGD = {
  title: "SGD",
  optimizer: { kind: "sgd", learning_rate: 0.1 },
  rates: [at(0.01, 0.6), at(0.1, 0.2), at(1, null)],
  best_rate: 0.1,
  safe_zone: { low: 0.05, high: 0.1, decades: 0.3, limit: 0.25 },
  test_lower: 0.1,
  test_median: 0.2,
  test_upper: 0.3,
  test_score: 0.9,
};
const LOST = { ...SGD, title: "Lost", best_rate: null, safe_zone: null };
const RESULT = {
  spec: { base: { seed: 4, name: "" } },
  seeds: [4, 5, 6],
  score: /** @type {const} */ ("accuracy"),
  untrained_loss: 0.7,
  optimizers: [LOST, SGD],
  ranking: {
    places: [
      { competitor: 1, rank: 1, verdict: "SGD is best" },
      { competitor: 0, rank: 2, verdict: "" },
    ],
    needed_seeds: 6,
  },
  verdict: "SGD is best",
  notes: [],
};

test("band, safe zone, curve and best rate", () => {
  const [low, high, zone, curve, best] = ratesOf(SGD, "#123456");
  assert.deepEqual(low.y, [0.3, 0.1, null]);
  assert.deepEqual(high.y, [1.2, 0.4, null]);
  assert.deepEqual(
    [zone.x, zone.y],
    [
      [0.05, 0.1],
      [0.25, 0.2],
    ],
  );
  assert.deepEqual(curve.y, [0.6, 0.2, null]);
  assert.ok("text" in curve);
  assert.deepEqual(curve.text, ["", "", ", 3 diverged"]);
  assert.deepEqual([best.x, best.y], [[0.1], [0.2]]);
  assert.equal(ratesOf(LOST, "#123456").length, 4);
});

test("losses far above where all began are left out of the picture", () => {
  const [low, high] = lossRange(RESULT);
  assert.ok(10 ** low < 0.1 && 10 ** low > 0.05);
  assert.ok(10 ** high > 1.2 && 10 ** high < 1.9);
});

test("each optimizer that learned is a lane, the winner first", () => {
  assert.deepEqual(lanesOf(RESULT), [{ seed: 4, name: "SGD", optimizer: SGD.optimizer }]);
});
