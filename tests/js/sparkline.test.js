import assert from "node:assert/strict";
import { test } from "node:test";
import { range, thin } from "../../static/js/sparkline.js";

test("a short history is shown as it is, a long one by means of its parts", () => {
  assert.deepEqual(thin(Float64Array.of(3, 2, 1), [0, 1, 2]), [3, 2, 1]);
  assert.deepEqual(thin(new Float64Array(0), []), []);
  const epochs = Float64Array.from({ length: 100_000 }, (_, k) => k);
  const long = thin(epochs, epochs);
  assert.equal(long.length, 60);
  assert.ok(long.every((value, k) => k === 0 || value > long[k - 1]));
});

test("where epochs are missing, the small curve keeps its shape", () => {
  const epochs = Float64Array.from({ length: 3000 }, (_, k) => (k < 1000 ? k * 64 : 62_000 + k));
  const thinned = thin(epochs, epochs);
  const whole = Float64Array.from({ length: 65_000 }, (_, k) => k);
  thin(whole, whole).forEach((value, k) => {
    assert.ok(Math.abs(thinned[k] - value) < 700, `${k}: ${thinned[k]}, ${value}`);
  });
});

test("the scale goes from the lowest loss to somewhat above the beginnings", () => {
  const spark = (/** @type {number[]} */ middle) => ({ middle, low: [], high: [] });
  const [low, high] = range([spark([1, 0.1]), spark([0.5, 1e9, Number.NaN])]);
  assert.ok(Math.abs(Math.exp(low) - 0.1) < 1e-12);
  assert.ok(Math.abs(Math.exp(high) - 1.5) < 1e-12);
  assert.deepEqual(range([spark([]), spark([Number.NaN])]), [-1, 0]);
});
