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
    epoch: firstEpoch + losses.length - 1,
    rows: losses.length,
    epochs: Int32Array.from(losses, (_, k) => firstEpoch + k),
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

test("a late comer has the epochs that are kept, and goes on from the last one told of", () => {
  const history = new History();
  const kept = Int32Array.of(0, 1, 2, 4, 8, 12, 13);
  const told = frame(0, 0, [...kept].map(Number));
  assert.ok(history.append({ ...told, epochs: kept, epoch: 14 }));
  assert.deepEqual([history.epoch, history.length], [14, 7]);
  assert.equal(history.at("test_loss", 4), 4);
  assert.equal(history.at("test_loss", 7), 4); // the last one before that is kept
  assert.equal(history.at("test_loss", -1), Number.NaN);
  assert.equal(history.append(frame(0, 16, [16])), false);
  assert.ok(history.append(frame(0, 13, [13, 14, 15, 16])));
  assert.deepEqual([...history.epochs], [0, 1, 2, 4, 8, 12, 13, 15, 16]);
});

test("nothing may be kept of what a frame tells of", () => {
  const history = new History();
  history.append(frame(0, 0, [3, 2]));
  const nothing = { ...frame(0, 2, []), epoch: 5 };
  assert.ok(history.append(nothing));
  assert.deepEqual([history.epoch, history.length, history.last("test_loss")], [5, 2, 2]);
  assert.ok(history.append(frame(0, 6, [1])));
  assert.deepEqual([...history.epochs], [0, 1, 6]);
});

test("it stays within its bound", () => {
  const history = new History(2000);
  const losses = (/** @type {number} */ first) =>
    Array.from({ length: 300 }, (_, k) => (first + k === 12_345 ? 99 : 1 / (1 + first + k)));
  for (let first = 0; first < 60_000; first += 300) {
    history.append(frame(0, first, losses(first)));
    assert.ok(history.length <= 2000);
  }
  assert.equal(history.epoch, 59_999);
  const { epochs } = history;
  assert.ok(epochs.every((epoch, row) => row === 0 || epoch > epochs[row - 1]));
  assert.deepEqual([...epochs.slice(0, 9)], [0, 1, 2, 3, 4, 5, 6, 7, 8]);
  assert.deepEqual(
    [...epochs.slice(-1000)],
    Array.from({ length: 1000 }, (_, k) => 59_000 + k),
  );
  assert.equal(history.at("test_loss", 12_345), 99);
  const column = history.column("test_loss");
  assert.ok(
    epochs.every((epoch, row) => column[row] === (epoch === 12_345 ? 99 : 1 / (1 + epoch))),
  );
});

test("many lanes have fewer epochs, for the memory", () => {
  const history = new History(100_000, 4 * 8 * 3000 * 2 + 8 * 3000);
  const values = new Float64Array(2 * 500).fill(1);
  for (let first = 0; first < 10_000; first += 500) {
    const one = frame(0, first, [...values.subarray(0, 500)]);
    const names = ["train_loss", "test_loss", "updates", "learning_rate"];
    const columns = Object.fromEntries(names.map((name) => [name, values]));
    history.append({ ...one, history: columns });
  }
  assert.ok(history.length > 2500 && history.length <= 3000);
});
