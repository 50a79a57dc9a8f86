import assert from "node:assert/strict";
import { test } from "node:test";
import { nearest, next } from "../../static/js/nearest.js";
import { beside, CLOSEST, closer, isPart } from "../../static/js/zoom.js";

/** @type {import("../../static/js/store.js").Domain} */
const WHOLE = [-6, 6, -6, 6];

test("the place that is zoomed to stays where it is", () => {
  const part = closer(WHOLE, WHOLE, 2, { x1: 3, x2: -3 });
  assert.deepEqual(part, [-1.5, 4.5, -4.5, 1.5]);
  const back = closer(part, WHOLE, 0.5, { x1: 3, x2: -3 });
  assert.deepEqual(back, WHOLE);
});

test("no part is smaller than can be told apart, and none leaves the whole", () => {
  let part = WHOLE;
  for (let k = 0; k < 20; k++) part = closer(part, WHOLE, 2, { x1: 6, x2: 6 });
  assert.ok(Math.abs(part[1] - part[0] - 12 / CLOSEST) < 1e-4);
  assert.equal(part[1], 6);
  assert.equal(part[3], 6);
  assert.deepEqual(closer(part, WHOLE, 1e-6, { x1: 6, x2: 6 }), WHOLE);
});

test("a part lies within the whole and is not too small", () => {
  assert.ok(isPart(WHOLE, WHOLE));
  assert.ok(isPart([-1, 1, 5, 6], WHOLE));
  assert.ok(isPart(closer(WHOLE, WHOLE, 1000, { x1: 1, x2: 2 }), WHOLE));
  assert.ok(!isPart([-7, 1, 5, 6], WHOLE));
  assert.ok(!isPart([-1, 1, 5, 6.1], WHOLE));
  assert.ok(!isPart([-1, 1, 5, 5.1], WHOLE));
});

test("moving beside keeps the size and stops at the edge", () => {
  assert.deepEqual(beside([-1, 1, -1, 1], WHOLE, 0.5, -0.5), [0, 2, -2, 0]);
  assert.deepEqual(beside([-1, 1, -1, 1], WHOLE, 10, 10), [4, 6, 4, 6]);
  assert.deepEqual(beside(WHOLE, WHOLE, 1, 1), WHOLE);
});

const data = /** @type {import("../../static/js/api.js").Data} */ (
  /** @type {unknown} */ ({
    train: {
      x: [
        [0, 0],
        [1, 2],
        [1, 1],
        [9, 9],
      ],
      y: [0, 1, 0, 1],
    },
    test: { x: [[0.5, 0]], y: [1] },
  })
);

test("the nearest point within reach", () => {
  assert.deepEqual(nearest(data, false, { x1: 0.9, x2: 1.2 }, 0.5), { part: "train", index: 2 });
  assert.equal(nearest(data, false, { x1: 5, x2: 5 }, 0.5), null);
  assert.deepEqual(nearest(data, true, { x1: 0.4, x2: 0 }, 0.5), { part: "test", index: 0 });
});

test("arrow keys come by every point that is seen, there and back", () => {
  const walk = (/** @type {1 | -1} */ direction, /** @type {any} */ from) => {
    const found = [];
    let at = from;
    for (let k = 0; k < 5; k++) {
      const there = next(data, true, WHOLE, at, 0, direction);
      if (there === at) break;
      at = there;
      found.push(`${at?.part} ${at?.index}`);
    }
    return found;
  };
  const train = (/** @type {number} */ index) => ({ part: "train", index });
  assert.deepEqual(walk(1, null), ["train 0", "test 0", "train 1", "train 2"]);
  assert.deepEqual(walk(-1, train(2)), ["train 1", "test 0", "train 0"]);
  assert.deepEqual(walk(1, train(3)), ["train 0", "test 0", "train 1", "train 2"]); // out of sight
});
