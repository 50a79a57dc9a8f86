import assert from "node:assert/strict";
import { test } from "node:test";
import { History } from "../../static/js/history.js";

/**
 * @param {number} timeline
 * @param {number} firstEpoch
 * @param {number[]} losses
 */
function frame(timeline, firstEpoch, losses) {
  const column = Float64Array.from(losses);
  return {
    sequence: 0,
    timeline,
    position: { epoch: firstEpoch + losses.length - 1, batch: 0 },
    firstEpoch,
    rows: losses.length,
    history: {
      train_loss: column,
      test_loss: column,
      train_accuracy: column,
      test_accuracy: column,
    },
    picture: null,
  };
}

test("rows follow each other, and what comes twice is taken once", () => {
  const history = new History();
  assert.ok(Number.isNaN(history.last("test_loss")));
  assert.ok(history.append(frame(0, 0, [3, 2])));
  assert.ok(history.append(frame(0, 1, [2, 1])));
  assert.ok(history.append(frame(0, 0, [3])));
  assert.deepEqual([...history.column("test_loss")], [3, 2, 1]);
  assert.equal(history.last("test_loss"), 1);
});

test("a gap is refused and nothing taken", () => {
  const history = new History();
  history.append(frame(0, 0, [3]));
  assert.equal(history.append(frame(0, 2, [1])), false);
  assert.equal(history.length, 1);
});

test("a new timeline starts over, an old one is ignored", () => {
  const history = new History();
  history.append(frame(0, 0, [3, 2, 1]));
  assert.ok(history.append(frame(1, 0, [9])));
  assert.deepEqual([...history.column("train_loss")], [9]);
  assert.ok(history.append(frame(0, 3, [0])));
  assert.equal(history.length, 1);
});

test("what is not told is no number", () => {
  const history = new History();
  history.append(frame(0, 0, [3, 2]));
  const later = frame(0, 2, [1]);
  history.append({ ...later, history: { ...later.history, test_r2: Float64Array.of(0.5) } });
  assert.deepEqual([...history.column("test_r2")], [Number.NaN, Number.NaN, 0.5]);
  assert.equal(history.column("learning_rate").length, 0);
  history.restart(1);
  assert.equal(history.column("test_r2").length, 0);
});

test("each lane has its own rows", () => {
  const history = new History();
  const lanes = (/** @type {number} */ first, /** @type {number[][]} */ losses) => {
    const one = frame(0, first, losses[0]);
    return { ...one, history: { test_loss: Float64Array.from(losses.flat()) } };
  };
  history.append(lanes(0, [[3, 2], [30, 20]])); // biome-ignore format: a table
  history.append(lanes(1, [[2, 1], [20, 10]])); // biome-ignore format: a table
  assert.equal(history.lanes, 2);
  assert.deepEqual([...history.column("test_loss")], [3, 2, 1]);
  assert.deepEqual([...history.column("test_loss", 1)], [30, 20, 10]);
  assert.equal(history.last("test_loss", 1), 10);
  assert.equal(history.at("test_loss", 1, 1), 20);
  assert.equal(history.at("test_loss", 9, 1), 10);
  assert.equal(history.column("test_loss", 2).length, 0);
});

test("it grows", () => {
  const history = new History();
  const many = Array.from({ length: 700 }, (_, index) => index);
  for (let k = 0; k < 10; k++) history.append(frame(0, 700 * k, many));
  assert.equal(history.length, 7000);
  assert.equal(history.column("test_accuracy")[6999], 699);
});
