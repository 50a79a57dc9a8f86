import assert from "node:assert/strict";
import { test } from "node:test";
import { comparable, difference, paintStripes } from "../../static/js/difference.js";
import { picture } from "./example_picture.js";

test("probabilities are subtracted, and signs counted", () => {
  const a = picture(2, [127, -127, 50, 0]);
  const b = picture(2, [-127, -127, 10, 1]);
  const found = difference(a, b, false);
  assert.deepEqual([...found.values], [127, 0, 20, 0]);
  assert.equal(found.scale, 1);
  assert.equal(found.decided, 0.5);
  assert.equal(difference(a, a, false).decided, 0);
});

test("values are subtracted on the larger of the two scales", () => {
  const a = picture(1, [127], 2);
  const b = picture(1, [-127], 4);
  const found = difference(a, b, true);
  assert.equal(found.scale, 4);
  assert.deepEqual([...found.values], [127]); // 2 + 4, cut off at 4
  assert.deepEqual([...difference(b, a, true).values], [-127]);
  assert.deepEqual([...difference(a, picture(1, [0], 4), true).values], [64]);
});

test("of several classes, cells with another winner are counted and striped", () => {
  const a = picture(2, [100, 0, 0, 40, 10, 127, 0, 40, 10, 0, 127, 40]);
  const b = picture(2, [100, 127, 0, 40, 10, 0, 0, 40, 10, 0, 127, 40]);
  const found = difference(a, b, false);
  assert.deepEqual([...found.values], [0, 1, 0, 0]);
  assert.equal(found.decided, 0.25);
  const tables = [10, 11, 12].map((colour) => new Uint32Array(256).fill(colour));
  const target = new Uint32Array(16);
  paintStripes(target, found, tables, 7);
  assert.equal(target[0], 7);
  const striped = [2, 3, 6, 7].map((place) => target[place]);
  assert.deepEqual([...new Set(striped)].sort(), [10, 11]);
});

test("only maps of one kind can be compared", () => {
  assert.ok(comparable(picture(1, [1]), picture(1, [5])));
  assert.ok(!comparable(picture(1, [1]), picture(1, [5, 5, 5])));
  assert.ok(!comparable(picture(1, [1]), picture(2, [1, 1, 1, 1])));
});
