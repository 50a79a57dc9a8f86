import assert from "node:assert/strict";
import { test } from "node:test";
import { decimate } from "../../static/js/decimate.js";

test("few points are all kept", () => {
  assert.deepEqual(decimate([5, 6, 7], 600), [0, 1, 2]);
  assert.deepEqual(decimate([], 600), []);
});

test("many points become at most as many as asked, first and last among them", () => {
  const values = Float64Array.from({ length: 100_000 }, (_, index) => Math.sin(index / 500));
  const kept = decimate(values, 600);
  assert.equal(kept.length, 600);
  assert.equal(kept[0], 0);
  assert.equal(kept.at(-1), 99_999);
  assert.ok(kept.every((index, k) => k === 0 || index > kept[k - 1]));
});

test("a lone spike stays", () => {
  const values = new Float64Array(10_000);
  values[4321] = 1;
  assert.ok(decimate(values, 100).includes(4321));
});

test("the scale of the axis decides what stands out", () => {
  const values = new Float64Array(10_000).fill(1);
  values[2500] = 1e-6;
  assert.ok(decimate(values, 50, Math.log10).includes(2500));
});

test("missing values do no harm", () => {
  const values = new Float64Array(5000).fill(Number.NaN);
  assert.equal(decimate(values, 50).length, 50);
});
