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

test("where values are missing, the points are as far apart on the axis", () => {
  // The first nine tenths with every 32nd value, the rest with all.
  /** @type {number[]} */
  const places = [];
  for (let place = 0; place < 900_000; place += 32) places.push(place);
  for (let place = 900_000; place < 1_000_000; place++) places.push(place);
  const values = places.map((place) => Math.sin(place / 5000));
  const kept = decimate(values, 600, undefined, places).map((index) => places[index]);
  assert.ok(kept.length <= 600);
  assert.deepEqual([kept[0], kept.at(-1)], [0, 999_999]);
  const early = kept.filter((place) => place < 900_000).length;
  assert.ok(Math.abs(early / kept.length - 0.9) < 0.01);
});

test("gaps wider than a point's share of the axis do no harm", () => {
  const places = Array.from({ length: 1000 }, (_, k) => (k < 10 ? k * 100_000 : 1_000_000 + k));
  const kept = decimate(places, 100, undefined, places);
  assert.deepEqual([kept[0], kept.at(-1)], [0, 999]);
  assert.ok(kept.every((index, k) => k === 0 || index > kept[k - 1]));
  assert.ok(kept.includes(5));
});
