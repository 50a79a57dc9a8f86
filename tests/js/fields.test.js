import assert from "node:assert/strict";
import { test } from "node:test";
import { emphasize } from "../../static/js/emphasis.js";
import { entropy } from "../../static/js/fields.js";
import { corners, drape, framed, placing, turned } from "../../static/js/warped.js";

test("doubt is largest where all classes are as likely", () => {
  assert.equal(entropy([0, 1, 0]), 0);
  assert.ok(Math.abs(entropy([5, 5, 5]) - 1) < 1e-12);
  assert.ok(Math.abs(entropy([0.9, 0.1]) - 0.469) < 1e-3);
  assert.equal(entropy([0, 0]), 0);
});

const TONES = { negative: "orange", positive: "blue" };

/** @param {object} fields */
const dataOf = (fields) =>
  /** @type {import("../../static/js/api.js").Data} */ (/** @type {unknown} */ (fields));

test("points that are answered wrongly stand out", () => {
  const data = dataOf({
    task: "binary",
    train: { x: [[], []], y: [0, 1] },
    test: { x: [[]], y: [1] },
  });
  const answers = {
    values: Float32Array.of(0.9, 0.8, 0.3),
    chosen: Uint8Array.of(1, 1, 0),
    losses: Float32Array.of(4, 1, 2),
  };
  const errors = emphasize(data, answers, "errors", TONES, ["train"]);
  assert.deepEqual(errors.wrong, { train: 1, test: 1 });
  assert.ok(errors.of("train", 0).alpha > errors.of("train", 1).alpha);
  const losses = emphasize(data, answers, "losses", TONES, ["train"]);
  assert.equal(losses.most, 4);
  assert.equal(losses.of("train", 0).size, 2.1);
  assert.equal(losses.of("train", 1).size, 1.3);
});

test("values that are too low or too high have the tones of their sign", () => {
  const data = dataOf({
    task: "regression",
    train: { x: [[], []], y: [1, 1] },
    test: { x: [], y: [] },
  });
  const answers = {
    values: Float32Array.of(0.5, 3),
    chosen: Uint8Array.of(0, 0),
    losses: Float32Array.of(0.25, 4),
  };
  const found = emphasize(data, answers, "errors", TONES, ["train"]);
  assert.equal(found.most, 2);
  assert.equal(found.of("train", 0).tone, "orange");
  assert.equal(found.of("train", 1).tone, "blue");
  assert.equal(found.of("train", 1).size, 2.1);
});

/** A grid of 2 x 2 crossings: the corners of the plane. */
const square = {
  layer: 1,
  units: null,
  shares: /** @type {[number, number]} */ ([0.5, 0.5]),
  line: /** @type {[number, number, number]} */ ([1, 0, 0.5]),
  grid: Float32Array.of(-1, 1, -1, 1, 1, 1, -1, -1),
  points: Float32Array.of(0, 0),
};

test("axes go on pointing as they did", () => {
  const { grid, line } = square;
  const flipped = { ...square, grid: grid.map((x, k) => (k < 4 ? -x : x)) };
  const kept = turned({ ...flipped, points: Float32Array.of(3, 2) }, square);
  assert.deepEqual(kept.grid, grid);
  assert.deepEqual([...kept.points], [-3, 2]);
  assert.deepEqual(kept.line, [-1, 0, 0.5]);
  assert.equal(turned(square, null).line, line);
});

test("a plane that is not warped is its own image", () => {
  const side = 8;
  const { scale } = framed(square, side, 0);
  assert.equal(scale, side / 2);
  const at = corners(square, placing(framed(square, side, 0)));
  assert.deepEqual([...at], [0, 0, 8, 0, 0, 8, 8, 8]);
  const cloth = Uint32Array.from({ length: side * side }, (_, k) => k + 1);
  const target = new Uint32Array(side * side);
  drape(target, side, at, cloth);
  assert.deepEqual(target, cloth);
});
