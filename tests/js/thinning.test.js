import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { History } from "../../static/js/history.js";
import { pairToJoin, survivors } from "../../static/js/thinning.js";

const shared = JSON.parse(readFileSync(`${import.meta.dirname}/../thinned.json`, "utf8"));

test("the page keeps what the server keeps", () => {
  // tests/app/test_history.py expects the same of the server.
  const { most, epochs, lanes, kept } = shared;
  for (const slice of [1, 333, epochs]) {
    const history = new History(most);
    for (let first = 0; first < epochs; first += slice) {
      const rows = Math.min(slice, epochs - first);
      const numbers = (/** @type {number} */ place) =>
        Float64Array.from({ length: lanes * rows }, (_, index) => {
          const k = (first + (index % rows)) * (Math.floor(index / rows) + 2) + place;
          return ((k * k) % 10007) / 7;
        });
      history.append({
        sequence: 0,
        timeline: 0,
        position: { epoch: 0, batch: 0 },
        firstEpoch: first,
        epoch: first + rows - 1,
        rows,
        epochs: Int32Array.from({ length: rows }, (_, k) => first + k),
        history: Object.fromEntries(
          shared.series.map((/** @type {string} */ name, /** @type {number} */ place) => [
            name,
            numbers(place),
          ]),
        ),
        picture: null,
      });
    }
    assert.deepEqual([...history.epochs], kept);
  }
});

test("extremes stay, what is no finite number does not count", () => {
  const epochs = [8, 9, 10, 11, 12, 13, 14, 15];
  const { NaN: none, POSITIVE_INFINITY: infinite } = Number;
  const series = [
    [none, 5, 1, 1, infinite, 9, 9, 2],
    [none, none, none, none, none, none, none, none],
  ];
  assert.deepEqual(survivors(epochs, 2, series), [0, 2, 4, 5]);
});

test("the beginning and the latest half are left alone as long as that is possible", () => {
  const zeros = (/** @type {number} */ count) => Array(count).fill(0);
  assert.deepEqual(pairToJoin(zeros(128), 4, 511, 512), { index: 8, start: 32 });
  assert.deepEqual(pairToJoin(zeros(9), 4, 33, 20), { index: 0, start: 0 });
  assert.equal(pairToJoin([1, 0], 4, 11, 2), null);
});
