import assert from "node:assert/strict";
import { test } from "node:test";
import { bestOf, columns, sorted } from "../../static/js/summary.js";

/**
 * @param {number} run
 * @param {number | null} best
 * @param {number} reached
 */
const summary = (run, best, reached) => ({
  name: "",
  run,
  seeds: 1,
  reached,
  epochs_to_target: null,
  milliseconds_to_target: null,
  updates_to_target: null,
  best,
  best_epoch: 0,
  final: best,
  stability: 0,
  accuracy: 1,
  r2: null,
  diverged: 0,
});
/** @type {import("../../static/js/summary.js").RunSummary[]} */
const RUNS = [summary(0, 0.3, 1), summary(1, null, 0), summary(2, 0.1, 0.5)];
const order = (/** @type {import("../../static/js/summary.js").RunSummary[]} */ runs) =>
  runs.map(({ run }) => run);

test("what has no number comes last, whichever way", () => {
  assert.deepEqual(order(sorted(RUNS, "best", false)), [2, 0, 1]);
  assert.deepEqual(order(sorted(RUNS, "best", true)), [0, 2, 1]);
  assert.deepEqual(order(sorted(RUNS, null, false)), [0, 1, 2]);
  assert.deepEqual(order(RUNS), [0, 1, 2]);
});

test("the best of a column, if there is one", () => {
  const column = (/** @type {string} */ name) => {
    const found = columns(false).find(({ key }) => key === name);
    assert.ok(found);
    return found;
  };
  assert.equal(bestOf(RUNS, column("best")), 0.1);
  assert.equal(bestOf(RUNS, column("reached")), 1);
  assert.equal(bestOf(RUNS, column("stability")), null);
  assert.equal(bestOf(RUNS.slice(0, 1), column("best")), null);
});

test("values have R² where classes have accuracy", () => {
  const keys = (/** @type {boolean} */ regression) => columns(regression).map(({ key }) => key);
  assert.ok(keys(false).includes("accuracy") && !keys(false).includes("r2"));
  assert.ok(keys(true).includes("r2") && !keys(true).includes("accuracy"));
});
