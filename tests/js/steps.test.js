import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { clear, future, keepLanes, MOST, past, record } from "../../static/js/steps.js";

const [ONE, OTHER] = [0, 5];

/**
 * @param {number} rate
 * @param {object} [more]
 */
const lane = (rate, more = {}) => ({ seed: 1, optimizer: { kind: "sgd", rate }, ...more });

/**
 * A step of one lane.
 * @param {number} from
 * @param {number} to
 * @param {number} gesture
 */
const step = (from, to, gesture) =>
  record(["optimizer.rate"], gesture, new Map([[ONE, lane(from)]]), new Map([[ONE, lane(to)]]));

beforeEach(clear);

test("a step holds what differs in each lane, and nothing else", () => {
  const before = new Map([
    [ONE, lane(1)],
    [OTHER, lane(1, { seed: 2 })],
  ]);
  const after = new Map([
    [ONE, lane(3)],
    [OTHER, lane(1, { seed: 2 })],
  ]);
  record(["optimizer.rate"], 1, before, after);
  record(["seed"], 2, after, after);
  assert.equal(past.value.length, 1);
  assert.deepEqual(
    [...past.value[0].lanes],
    [
      [
        ONE,
        {
          before: { optimizer: { kind: "sgd", rate: 1 } },
          after: { optimizer: { kind: "sgd", rate: 3 } },
        },
      ],
    ],
  );
});

test("changes of one gesture are one step, from its beginning to its end", () => {
  step(1, 2, 1);
  step(2, 3, 1);
  step(3, 4, 2);
  assert.equal(past.value.length, 2);
  const side = (/** @type {number} */ rate) => ({ optimizer: { kind: "sgd", rate } });
  assert.deepEqual(past.value[0].lanes.get(ONE), { before: side(1), after: side(3) });
});

test("a new change forgets what had been taken back", () => {
  step(1, 2, 1);
  [future.value, past.value] = [past.value, []];
  step(1, 7, 2);
  assert.equal(future.value.length, 0);
});

test("a lane that is gone is forgotten, and steps of it alone", () => {
  step(1, 2, 1);
  const both = (/** @type {number} */ rate) =>
    new Map([
      [ONE, lane(rate)],
      [OTHER, lane(rate)],
    ]);
  record(["optimizer.rate"], 2, both(2), both(3));
  keepLanes([OTHER]);
  assert.deepEqual(
    past.value.map(({ lanes }) => [...lanes.keys()]),
    [[OTHER]],
  );
});

test("the oldest of very many steps are forgotten", () => {
  for (let gesture = 0; gesture < MOST + 10; gesture++) step(gesture, gesture + 1, gesture);
  assert.equal(past.value.length, MOST);
  assert.equal(past.value[0].gesture, 10);
  assert.ok(MOST >= 100);
});
