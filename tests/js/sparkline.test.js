import assert from "node:assert/strict";
import { test } from "node:test";
import { range, thin } from "../../static/js/sparkline.js";

test("a short history is shown as it is, a long one by means of its parts", () => {
  assert.deepEqual(thin(Float64Array.of(3, 2, 1)), [3, 2, 1]);
  assert.deepEqual(thin(new Float64Array(0)), []);
  const long = thin(Float64Array.from({ length: 100_000 }, (_, k) => k));
  assert.equal(long.length, 60);
  assert.ok(long.every((value, k) => k === 0 || value > long[k - 1]));
});

test("the scale goes from the lowest loss to somewhat above the beginnings", () => {
  const spark = (/** @type {number[]} */ middle) => ({ middle, low: [], high: [] });
  const [low, high] = range([spark([1, 0.1]), spark([0.5, 1e9, Number.NaN])]);
  assert.ok(Math.abs(Math.exp(low) - 0.1) < 1e-12);
  assert.ok(Math.abs(Math.exp(high) - 1.5) < 1e-12);
  assert.deepEqual(range([spark([]), spark([Number.NaN])]), [-1, 0]);
});
