import assert from "node:assert/strict";
import { test } from "node:test";
import * as drawing from "../../static/js/drawing.js";

/** @type {import("../../static/js/api.js").Points} */
const SOME = {
  x: [
    [0, 0],
    [1, 1],
    [5, -5],
  ],
  y: [0, 3, 0],
};

test("a point is placed within the plane, and nothing is changed in place", () => {
  const more = drawing.placed(SOME, [7, 1.2345], 1);
  assert.deepEqual(more.x.at(-1), [6, 1.23]);
  assert.deepEqual(more.y, [0, 3, 0, 1]);
  assert.equal(SOME.y.length, 3);
  const full = { x: Array(drawing.MOST).fill([0, 0]), y: Array(drawing.MOST).fill(0) };
  assert.equal(drawing.placed(full, [1, 1], 0).y.length, drawing.MOST);
});

test("the eraser takes what is near", () => {
  assert.deepEqual(drawing.erased(SOME, [0.8, 0.9], 0.5), {
    x: [
      [0, 0],
      [5, -5],
    ],
    y: [0, 0],
  });
});

test("a stroke leaves points at equal distances, however fast it is", () => {
  const points = drawing.stroke([0, 0], [3, 4]);
  assert.equal(points.length, 12);
  points.forEach(([x1, x2], index) => {
    assert.ok(Math.abs(Math.hypot(x1, x2) - 0.4 * (index + 1)) < 1e-9);
    assert.ok(Math.abs(x2 / x1 - 4 / 3) < 1e-9);
  });
  assert.deepEqual(drawing.stroke([1, 1], [1.1, 1]), []);
});

test("only what lies in the plane is drawn on", () => {
  const wide = drawing.drawable({
    x: [
      [6.1, 0],
      [1, -6],
    ],
    y: [0, 1],
  });
  assert.deepEqual(wide, { x: [[1, -6]], y: [1] });
});

test("classes are counted without gaps", () => {
  assert.deepEqual(drawing.counted(SOME).y, [0, 1, 0]);
});

test("it is said what is missing", () => {
  assert.match(drawing.missing(drawing.NONE), /two classes/);
  assert.match(drawing.missing({ x: SOME.x, y: [1, 1, 1] }), /second class/);
  const one = /** @type {[number, number][]} */ (Array(2).fill([1, 1]));
  assert.match(drawing.missing({ x: one, y: [0, 1] }), /different spots/);
  assert.equal(drawing.missing(SOME), "");
});
