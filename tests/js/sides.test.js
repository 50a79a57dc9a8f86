import assert from "node:assert/strict";
import { test } from "node:test";
import { joined, sideOf, sidesOf } from "../../static/js/sides.js";

const [ONE, OTHER, GONE, NEW] = [0, 5, 6, 7];

/**
 * @param {number} rate
 * @param {object} [more]
 */
const lane = (rate, more = {}) => ({ seed: 1, optimizer: { kind: "sgd", rate }, ...more });

/** @param {number} rate */
const part = (rate) => ({ optimizer: { kind: "sgd", rate } });

/**
 * A change of one lane.
 * @param {number} from
 * @param {number} to
 */
const change = (from, to) => sidesOf(new Map([[ONE, lane(from)]]), new Map([[ONE, lane(to)]]));

test("of each lane is held what differs, and nothing else", () => {
  const before = new Map([
    [ONE, lane(1)],
    [OTHER, lane(1, { seed: 2 })],
    [GONE, lane(1)],
  ]);
  const after = new Map([
    [ONE, lane(3)],
    [OTHER, lane(1, { seed: 2 })],
    [NEW, lane(3)],
  ]);
  const sides = sidesOf(before, after);
  assert.deepEqual([...sides], [[ONE, { before: part(1), after: part(3) }]]);
  assert.deepEqual([...sideOf(sides, "before")], [[ONE, part(1)]]);
  assert.equal(sidesOf(after, after).size, 0);
});

test("two changes are joined from the beginning of the first to the end of the second", () => {
  const whole = joined(change(1, 2), change(2, 3));
  assert.deepEqual([...whole], [[ONE, { before: part(1), after: part(3) }]]);
  const seeds = sidesOf(
    new Map([
      [ONE, lane(3)],
      [OTHER, lane(3)],
    ]),
    new Map([
      [ONE, lane(3, { seed: 8 })],
      [OTHER, lane(3, { seed: 9 })],
    ]),
  );
  assert.deepEqual(
    [...joined(whole, seeds)],
    [
      [ONE, { before: { ...part(1), seed: 1 }, after: { ...part(3), seed: 8 } }],
      [OTHER, { before: { seed: 1 }, after: { seed: 9 } }],
    ],
  );
});
