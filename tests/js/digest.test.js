import assert from "node:assert/strict";
import { test } from "node:test";
import { leastRow, seen, smoothed } from "../../static/js/chart/digest.js";
import { decimate } from "../../static/js/decimate.js";
import { History } from "../../static/js/history.js";

/**
 * @param {History} history
 * @param {number[]} losses of the epochs that follow
 */
function append(history, losses, timeline = 0) {
  const first = history.timeline === timeline ? history.epoch + 1 : 0;
  history.append({
    sequence: 0,
    timeline,
    position: { epoch: first + losses.length - 1, batch: 0 },
    firstEpoch: first,
    epoch: first + losses.length - 1,
    rows: losses.length,
    epochs: Int32Array.from(losses, (_, k) => first + k),
    history: { test_loss: Float64Array.from(losses) },
    picture: null,
  });
}

/** @param {number} length */
const waves = (length, from = 0) =>
  Array.from({ length }, (_, k) => 2 + Math.sin((from + k) / 40) + ((from + k) % 7) / 50);

test("of many rows every spike is seen, in any part, and no more than asked for", () => {
  const history = new History();
  const losses = waves(20_000);
  losses[12_345] = 9;
  append(history, losses);
  for (const [from, to] of [
    [0, 20_000],
    [10_000, 15_001],
    [12_000, 13_000],
  ]) {
    const { rows, values } = seen(history, "test_loss", 0, { from, to, count: 200 });
    assert.ok(rows.length <= 200);
    assert.deepEqual([rows[0], rows.at(-1)], [from, to - 1]);
    assert.ok(rows.includes(12_345));
    assert.equal(values[12_345], 9);
    assert.ok(rows.every((row, k) => k === 0 || row > rows[k - 1]));
  }
});

test("few rows are drawn as ever", () => {
  const history = new History();
  append(history, waves(700));
  const { rows } = seen(history, "test_loss", 0, { count: 100 });
  assert.deepEqual(rows, decimate(history.column("test_loss"), 100));
});

test("rows that come later count, and those of another timeline only", () => {
  const history = new History();
  append(history, waves(5000));
  seen(history, "test_loss", 0, { count: 100 });
  append(history, [...waves(400, 5000), 7, ...waves(400, 5401)]);
  assert.ok(seen(history, "test_loss", 0, { count: 100 }).rows.includes(5400));
  append(history, waves(3000), 1);
  const again = seen(history, "test_loss", 0, { count: 100 }).rows;
  assert.equal(again.at(-1), 2999);
});

test("where it diverged the curve ends, with its last finite values", () => {
  const history = new History();
  append(history, [...waves(4000), 50, ...Array(1000).fill(Number.NaN)]);
  const { rows, values } = seen(history, "test_loss", 0, { count: 100 });
  assert.ok(rows.includes(4000));
  assert.ok(Number.isNaN(values[/** @type {number} */ (rows.at(-1))]));
});

test("smoothing is the same however the rows came, and follows its setting", () => {
  const [whole, parts] = [new History(), new History()];
  const losses = [3, Number.NaN, 1, 2, 5, 0.5];
  append(whole, losses);
  for (const loss of losses) {
    append(parts, [loss]);
    smoothed(parts, "test_loss", 0, 0.9);
  }
  const at = (/** @type {History} */ history, weight = 0.9) => [
    ...smoothed(history, "test_loss", 0, weight),
  ];
  assert.deepEqual(at(parts), at(whole));
  assert.ok(Number.isNaN(at(whole)[1]));
  assert.notDeepEqual(at(whole, 0.5), at(parts, 0.9));
  assert.deepEqual(at(whole, 0), losses);
});

test("the least value, whatever comes after", () => {
  const history = new History();
  assert.equal(leastRow(history, "test_loss", 0), -1);
  append(history, [3, Number.NaN, 1, 2]);
  assert.equal(leastRow(history, "test_loss", 0), 2);
  append(history, [0.5, 4]);
  assert.equal(leastRow(history, "test_loss", 0), 4);
  append(history, [8, 9], 1);
  assert.equal(leastRow(history, "test_loss", 0), 0);
});

test("looking at a long history again looks at its new rows only", () => {
  const history = new History();
  append(history, waves(100_000));
  seen(history, "test_loss", 0, { count: 600 });
  leastRow(history, "test_loss", 0);
  let reads = 0;
  const watched = new Proxy(history, {
    get(target, name) {
      if (name !== "column") return Reflect.get(target, name);
      return (/** @type {any[]} */ ...of) =>
        new Proxy(target.column(.../** @type {[any, any]} */ (of)), {
          get(column, key) {
            if (typeof key === "string" && /^\d+$/.test(key)) reads++;
            const value = Reflect.get(column, key, column);
            return typeof value === "function" ? value.bind(column) : value;
          },
        });
    },
  });
  seen(watched, "test_loss", 0, { count: 600 });
  reads = 0;
  seen(watched, "test_loss", 0, { count: 600 });
  assert.ok(reads < 10_000, `${reads} of 100,000`);
});
