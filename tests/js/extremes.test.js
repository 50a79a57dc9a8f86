import assert from "node:assert/strict";
import { test } from "node:test";
import { sample } from "../../static/js/chart/sampling.js";
import { decimate } from "../../static/js/decimate.js";
import { Extremes } from "../../static/js/extremes.js";
import { History } from "../../static/js/history.js";

/**
 * @param {History} history
 * @param {number[]} losses of the epochs that follow
 */
function append(history, losses, timeline = 0) {
  const first = history.timeline === timeline ? history.epoch + 1 : 0;
  history.append(frame(first, losses, timeline));
}

/**
 * @param {number} first epoch
 * @param {number[]} losses of it and those that follow
 */
function frame(first, losses, timeline = 0) {
  return {
    sequence: 0,
    timeline,
    position: { epoch: first + losses.length - 1, batch: 0 },
    firstEpoch: first,
    epoch: first + losses.length - 1,
    rows: losses.length,
    epochs: Int32Array.from(losses, (_, k) => first + k),
    history: { test_loss: Float64Array.from(losses) },
    picture: null,
  };
}

/** @param {number} length */
const waves = (length, from = 0) =>
  Array.from({ length }, (_, k) => 2 + Math.sin((from + k) / 40) + ((from + k) % 7) / 50);

/**
 * What is drawn of the test loss.
 * @param {History} history
 * @param {{from?: number, to?: number, count: number}} how
 */
const seen = (history, how, smoothing = 0) =>
  sample(history.drawn("test_loss", 0, smoothing), history.epochs, how);

/** Numbers in no order, the same every time. */
function* numbers(seed = 1) {
  for (let state = seed; ; ) {
    state = (state * 48271) % 2147483647;
    yield state / 2147483647;
  }
}

/**
 * The slow twin: the extremes of rows, by looking at each of them.
 * @param {ArrayLike<number>} values
 * @param {number[]} rows
 */
function outermost(values, rows) {
  const known = rows.map((row) => values[row]).filter((value) => !Number.isNaN(value));
  return known.length > 0 ? [Math.min(...known), Math.max(...known)] : [];
}

/** @param {number} from */
const range = (from, to = 0) => Array.from({ length: to - from }, (_, k) => from + k);

/**
 * Of each of the `most` parts of [from, to), the extremes are among the rows that are found, and
 * these are few.
 * @param {Extremes} extremes
 * @param {ArrayLike<number>} values
 * @param {number} from
 * @param {number} to
 * @param {number} most
 */
function check(extremes, values, from, to, most) {
  const rows = extremes.within(from, to, most);
  assert.ok(rows.every((row, k) => k === 0 || row > rows[k - 1]));
  assert.deepEqual([rows[0], rows.at(-1)], [from, to - 1]);
  const size = Math.max(4, 2 ** Math.ceil(Math.log2((to - from) / most)));
  for (let begin = from; begin < to; begin += size) {
    // As blocks do not begin where the part does, within two of them.
    const end = Math.min(to, begin + 2 * size);
    const [low, high] = outermost(values, range(begin, Math.min(to, begin + size)));
    const found = rows.filter((row) => row >= begin - size && row < end).map((row) => values[row]);
    assert.ok(low === undefined || Math.min(...found.filter((v) => !Number.isNaN(v))) <= low);
    assert.ok(high === undefined || Math.max(...found.filter((v) => !Number.isNaN(v))) >= high);
  }
  const whole = outermost(values, range(from, to));
  assert.deepEqual(outermost(values, rows), whole);
  assert.ok(rows.length <= 2 * most + 24 * (2 + values.length / 1024), `${rows.length} rows`);
}

/** @param {ArrayLike<number>} values */
function leastOf(values, to = values.length) {
  let found = -1;
  for (let row = 0; row < to; row++) {
    if (Number.isFinite(values[row]) && !(values[row] >= values[found])) found = row;
  }
  return found;
}

test("of any part it finds the extremes, as looking at every row does", () => {
  const draw = numbers();
  const next = () => draw.next().value ?? 0;
  const all = Float64Array.from({ length: 9000 }, (_, row) => {
    if (row > 3000 && row < 3300) return Number.NaN;
    if (row === 7000) return Number.POSITIVE_INFINITY;
    return next() < 0.01 ? Number.NaN : next() / (0.01 + next());
  });
  const extremes = new Extremes();
  for (let length = 0; length < all.length; ) {
    length = Math.min(all.length, length + Math.ceil(700 * next()));
    const values = all.subarray(0, length);
    extremes.update(values);
    const [a, b] = [Math.floor(next() * length), 1 + Math.floor(next() * length)];
    for (const [from, to] of [
      [0, length],
      [Math.min(a, b - 1), Math.max(a + 1, b)],
    ]) {
      for (const most of [3, 50, 1200]) check(extremes, values, from, to, most);
      assert.equal(extremes.least(values, to), leastOf(values, to));
    }
  }
  assert.equal(extremes.least([]), -1);
});

test("rows that go leave what is known of the others", () => {
  const draw = numbers(7);
  const next = () => draw.next().value ?? 0;
  let values = Array.from({ length: 20_000 }, next);
  const extremes = new Extremes();
  extremes.update(values);
  for (let turn = 0; turn < 120; turn++) {
    const from = Math.floor(next() * (values.length - 300));
    const to = from + 1 + Math.floor(next() * 300);
    const kept = values.slice(from, to).filter(() => next() < 0.4);
    const gone = to - from - kept.length;
    values = [...values.slice(0, from), ...kept, ...values.slice(to)];
    extremes.thinned(values, from, to, gone);
    values = [...values, ...Array.from({ length: Math.floor(120 * next()) }, next)];
    extremes.update(values);
    if (turn % 10 === 0) check(extremes, values, 0, values.length, 100);
    assert.equal(extremes.least(values), leastOf(values));
  }
});

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
    const rows = seen(history, { from, to, count: 200 });
    assert.ok(rows.length <= 200);
    assert.deepEqual([rows[0], rows.at(-1)], [from, to - 1]);
    assert.ok(rows.includes(12_345));
    assert.ok(rows.every((row, k) => k === 0 || row > rows[k - 1]));
  }
});

test("few rows are drawn as ever", () => {
  const history = new History();
  append(history, waves(700));
  const values = history.column("test_loss");
  const rows = seen(history, { count: 200 });
  const like = new Set([...decimate(values, 198), leastOf(values), leastOf(values.map((v) => -v))]);
  assert.deepEqual(new Set(rows), like);
  assert.deepEqual(seen(history, { count: 700 }), range(0, 700));
});

test("rows that come later count, and those of another timeline only", () => {
  const history = new History();
  append(history, waves(5000));
  seen(history, { count: 100 });
  append(history, [...waves(400, 5000), 7, ...waves(400, 5401)]);
  assert.ok(seen(history, { count: 100 }).includes(5400));
  append(history, waves(3000), 1);
  const again = seen(history, { count: 100 });
  assert.equal(again.at(-1), 2999);
});

test("where it diverged the curve ends, with its last finite values", () => {
  const history = new History();
  append(history, [...waves(4000), 50, ...Array(1000).fill(Number.NaN)]);
  const values = history.column("test_loss");
  const rows = seen(history, { count: 100 });
  assert.ok(rows.includes(4000));
  assert.ok(Number.isNaN(values[/** @type {number} */ (rows.at(-1))]));
});

test("smoothing is the same however the rows came, and follows its setting", () => {
  const [whole, parts] = [new History(), new History()];
  const losses = [3, Number.NaN, 1, 2, 5, 0.5];
  append(whole, losses);
  for (const loss of losses) {
    append(parts, [loss]);
    parts.drawn("test_loss", 0, 0.9);
  }
  const at = (/** @type {History} */ history, weight = 0.9) => [
    ...history.drawn("test_loss", 0, weight).values,
  ];
  assert.deepEqual(at(parts), at(whole));
  assert.ok(Number.isNaN(at(whole)[1]));
  assert.notDeepEqual(at(whole, 0.5), at(parts, 0.9));
  assert.deepEqual(at(whole, 0), losses);
});

test("what is smoothed stays as it was when epochs are thinned", () => {
  const [short, long] = [new History(2000), new History()];
  const losses = waves(9000);
  for (let first = 0; first < losses.length; first += 100) {
    for (const history of [short, long]) {
      history.append(frame(first, losses.slice(first, first + 100)));
      history.drawn("test_loss", 0, 0.9);
    }
  }
  const exact = long.drawn("test_loss", 0, 0.9).values;
  const { values, extremes } = short.drawn("test_loss", 0, 0.9);
  assert.ok(values.length < 2001);
  assert.deepEqual(
    [...values],
    [...short.epochs].map((epoch) => exact[epoch]),
  );
  check(extremes, values, 0, values.length, 60);
  const raw = short.drawn("test_loss");
  check(raw.extremes, raw.values, 0, raw.values.length, 60);
});

test("the least value, whatever comes after", () => {
  const history = new History();
  const least = () => {
    const { values, extremes } = history.drawn("test_loss");
    return extremes.least(values);
  };
  assert.equal(least(), -1);
  append(history, [3, Number.NaN, 1, 2]);
  assert.equal(least(), 2);
  append(history, [0.5, 4]);
  assert.equal(least(), 4);
  append(history, [8, 9], 1);
  assert.equal(least(), 0);
});

/**
 * Notes which items of an array are read.
 * @template {object} T
 * @param {T} array
 * @param {Set<string>} read
 * @returns {T}
 */
const watched = (array, read) =>
  new Proxy(array, {
    get(target, key) {
      if (typeof key === "string" && /^\d+$/.test(key)) read.add(key);
      if (key === "subarray")
        return (/** @type {[number, number]} */ ...of) =>
          watched(/** @type {any} */ (target).subarray(...of), read);
      const value = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });

test("a first look at a long history reads as little as one at a short one", () => {
  for (const length of [3000, 30_000, 100_000]) {
    const history = new History();
    append(history, waves(length));
    for (const smoothing of [0, 0.9]) {
      const { values, extremes } = history.drawn("test_loss", 0, smoothing);
      for (const [from, to] of [
        [0, length],
        [length >> 3, length - (length >> 2)],
      ]) {
        const [read, readEpochs] = [new Set(), new Set()];
        const series = { values: watched(values, read), extremes };
        sample(series, watched(history.epochs, readEpochs), { from, to, count: 600 });
        for (const { size } of [read, readEpochs])
          assert.ok(size > 600 && size < 4000, `${size} of ${length}`);
      }
    }
  }
});
