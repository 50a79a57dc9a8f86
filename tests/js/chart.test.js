import assert from "node:assert/strict";
import { test } from "node:test";
import { placesOf, rowsWithin } from "../../static/js/chart/axis.js";
import { layoutOf } from "../../static/js/chart/layout.js";
import { marksOf, travelsOf, wordsOf } from "../../static/js/chart/marks.js";
import { KINDS } from "../../static/js/chart/quantities.js";
import { gradientTraces, tracesOf } from "../../static/js/chart/traces.js";
import { visit, visitable, visited } from "../../static/js/chart/visits.js";
import { History } from "../../static/js/history.js";
import { describe } from "../../static/js/schema.js";
import { SCHEMA } from "./example_schema.js";

const colours = {
  ink: "#111111",
  muted: "#888888",
  line: "#eeeeee",
  font: "sans",
  panel: "#ffffff",
  accent: "#7a4fd0",
};

/** Two lanes, three epochs: the first numbers of a name are lane 0's. */
function history() {
  const result = new History();
  /** @type {Record<string, number[]>} */
  const columns = {
    train_loss: [3, 2, 1, 3, 2.5, 2],
    test_loss: [4, 3, 2, 4, 3.5, 3],
    test_loss_low: [4, 3, 2, 3.9, 3.4, 2.9],
    test_loss_high: [4, 3, 2, 4.1, 3.6, 3.1],
    updates: [0, 5, 10, 0, 50, 100],
    milliseconds: [Number.NaN, 1.5, 2, 0, 3, 4],
  };
  result.append({
    sequence: 0,
    timeline: 0,
    position: { epoch: 2, batch: 0 },
    firstEpoch: 0,
    epoch: 2,
    rows: 3,
    epochs: Int32Array.of(0, 1, 2),
    history: Object.fromEntries(
      Object.entries(columns).map(([name, values]) => [name, Float64Array.from(values)]),
    ),
    picture: null,
  });
  return result;
}

const line = (/** @type {number} */ lane, seeds = 1) => ({
  lane,
  name: `lane ${lane}`,
  colour: `#00000${lane}`,
  open: lane === 0,
  seeds,
  points: 50 * (lane + 1),
});

const chart = { kind: KINDS.loss, log: false, own: null, window: null, smoothing: 0, colours };
/** @param {Record<string, any>} layout */
const shapes = (layout) => layout.shapes.map((/** @type {{name: string}} */ { name }) => name);

const FIELDS = describe(SCHEMA);

test("each axis counts its own way", () => {
  const rows = history();
  const at = (/** @type {any} */ axis, lane = 1) =>
    [0, 1, 2].map(placesOf(axis, rows, lane, 50 * (lane + 1)));
  assert.deepEqual(at("epochs"), [0, 1, 2]);
  assert.deepEqual(at("updates"), [0, 50, 100]);
  assert.deepEqual(at("gradients"), [0, 100, 200]);
  assert.deepEqual(at("milliseconds"), [0, 3, 7]);
  assert.deepEqual(at("milliseconds", 0), [0, 1.5, 3.5]);
});

test("one lane: train dashed and test solid, in ink", () => {
  const traces = tracesOf({ ...chart, axis: "epochs", lines: [line(0)] }, history());
  assert.deepEqual(
    traces.map(({ name }) => name),
    ["train", "test"],
  );
  assert.deepEqual(traces[1].x, [0, 1, 2]);
  assert.deepEqual(traces[1].y, [4, 3, 2]);
});

test("several lanes: test of all, train of the open one, a band where there are seeds", () => {
  const lines = [line(0), line(1, 4)];
  const traces = tracesOf({ ...chart, axis: "updates", lines }, history());
  assert.deepEqual(
    traces.map(({ name }) => name),
    ["lane 1, quartiles", "lane 1, quartiles", "lane 0, train", "lane 0", "lane 1"],
  );
  assert.deepEqual(traces[0].y, [3.9, 3.4, 2.9]);
  assert.deepEqual(traces[1].y, [4.1, 3.6, 3.1]);
  assert.equal(traces[1].fill, "tonexty");
  assert.deepEqual(traces[4].x, [0, 50, 100]);
  assert.deepEqual(traces[4].y, [4, 3.5, 3]);
});

test("a seed by itself is a line of its own", () => {
  const own = {
    lane: 1,
    name: "seed 3 alone",
    epochs: Float64Array.of(0, 1, 2),
    columns: { test_loss: Float64Array.of(4, 9, 8) },
  };
  const lines = [line(0), line(1, 4)];
  const traces = tracesOf({ ...chart, own, axis: "epochs", lines }, history());
  assert.deepEqual(traces.find(({ name }) => name === "seed 3 alone")?.y, [4, 9, 8]);
});

test("gradients by layer, one line per lane", () => {
  const traces = gradientTraces([line(0), line(1)], (lane) => Float32Array.of(lane, 2));
  assert.deepEqual(
    traces.map(({ x, y }) => [x, y]),
    [
      [
        [1, 2],
        [0, 2],
      ],
      [
        [1, 2],
        [1, 2],
      ],
    ],
  );
});

test("the target and the present epoch are drawn, and what bursts is cut off", () => {
  const traces = [{ x: [0, 1], y: [1, 100] }];
  const frame = {
    kind: KINDS.loss,
    log: false,
    axis: /** @type {const} */ ("epochs"),
    size: { width: 300, height: 100 },
    extent: 1,
    ceiling: 2,
    target: 0.1,
    present: 1,
    zoom: { x: null, y: null },
    colours,
  };
  const layout = layoutOf(frame, traces);
  assert.deepEqual(shapes(layout), ["target", "present"]);
  assert.deepEqual(layout.yaxis.range, [0, 2]);
  const quiet = layoutOf({ ...frame, target: null, present: null, ceiling: 1000 }, traces);
  assert.deepEqual(quiet.shapes, []);
  assert.equal(quiet.yaxis.rangemode, "tozero");
  const zoom = { x: /** @type {[number, number]} */ ([1, 2]), y: null };
  assert.equal(layoutOf({ ...frame, zoom }, traces).yaxis.range, undefined); // fits what is seen
  const upward = { x: null, y: /** @type {[number, number]} */ ([0.1, 10]) };
  assert.deepEqual(layoutOf({ ...frame, log: true, zoom: upward }, traces).yaxis.range, [-1, 1]);
});

test("changes in words, once for all lanes", () => {
  const changes = { optimizer: { kind: "sgd", learning_rate: 0.5 }, batch_size: "full" };
  assert.equal(
    wordsOf({ epoch: 1, changes }, FIELDS),
    "optimizer SGD, learning rate 0.5, batch size full",
  );
  const part = { optimizer: { learning_rate: 0.1 } };
  assert.equal(wordsOf({ epoch: 1, changes: part }, FIELDS), "learning rate 0.1");
  const made = [0, 1].map((run) => ({ epoch: 7, run, changes: { batch_size: 4 } }));
  const alone = { epoch: 9, run: 1, changes: { batch_size: 8 } };
  assert.deepEqual(marksOf([...made, alone], ["A", "B"], FIELDS), [
    { epoch: 7, lane: 0, text: "all: batch size 4" },
    { epoch: 9, lane: 1, text: "B: batch size 8" },
  ]);
  assert.equal(marksOf([made[0]], ["A"], FIELDS)[0].text, "batch size 4");
  const weights = [
    { layer: 1, unit: 1, input: 0, value: 0.5 },
    { layer: 2, unit: 0, input: -1, value: 2 },
  ];
  assert.equal(
    marksOf([{ epoch: 3, changes: {}, weights }], ["A"], FIELDS)[0].text,
    "weight of layer 1, unit 2, input 1 → 0.5, bias of layer 2, unit 1 → 2",
  );
  assert.equal(
    marksOf([{ epoch: 3, changes: {}, weights: [...weights, ...weights] }], ["A"], FIELDS)[0].text,
    "4 weights set",
  );
});

test("places gone back to and forks in words", () => {
  const rewinds = [{ epoch: 20, before: 1060 }];
  const runs = [{ forked: null }, { forked: { epoch: 47 } }];
  assert.deepEqual(travelsOf({ rewinds, runs }, ["A", "B"]), [
    { epoch: 20, lane: null, text: "went back here from epoch 1,060" },
    { epoch: 47, lane: 1, text: "B forked here" },
  ]);
});

test("keys go from mark to mark in the order of the axis, and around", () => {
  const one = (/** @type {number[]} */ x, /** @type {string[]} */ text) => ({ x, y: [], text });
  const told = () => visited.value?.text;
  visit(1);
  assert.equal(told(), undefined);
  visitable([one([5, 90], ["a", "b"]), one([5, 7], ["c", "d"])]);
  const seen = [1, 1, 1, 1, 1, -1, -1].map((step) => {
    visit(/** @type {1 | -1} */ (step));
    return told();
  });
  assert.deepEqual(seen, ["a", "c", "d", "b", "a", "b", "d"]);
  visitable([]);
  visit(1); // nowhere to go
  assert.equal(told(), "d");
  visited.value = null;
});

test("where epochs have been thinned, every point is at its own", () => {
  const rows = new History();
  const epochs = Int32Array.of(0, 1, 4, 8, 9);
  rows.append({
    sequence: 0,
    timeline: 0,
    position: { epoch: 9, batch: 0 },
    firstEpoch: 0,
    epoch: 9,
    rows: 5,
    epochs,
    history: {
      test_loss: Float64Array.of(5, 4, 3, 2, 1),
      updates: Float64Array.of(0, 10, 40, 80, 90),
      milliseconds: Float64Array.of(0, 2, 6, 8, 2), // since the row before
    },
    picture: null,
  });
  const places = (/** @type {any} */ axis) => [0, 1, 4, 6, 8, 9].map(placesOf(axis, rows, 0, 50));
  assert.deepEqual(places("epochs"), [0, 1, 4, 6, 8, 9]);
  assert.deepEqual(places("gradients"), [0, 50, 200, 300, 400, 450]);
  assert.deepEqual(places("updates"), [0, 10, 40, 60, 80, 90]);
  assert.deepEqual(places("milliseconds"), [0, 2, 8, 12, 16, 18]);
  const [, test] = tracesOf({ ...chart, axis: "updates", lines: [line(0)] }, rows);
  assert.deepEqual(test.x, [0, 10, 40, 80, 90]);
  assert.deepEqual(test.customdata, [0, 1, 4, 8, 9]); // what the hover tells
  const own = {
    lane: 0,
    name: "seed 2 alone",
    epochs: Float64Array.of(0, 4, 9),
    columns: { test_loss: Float64Array.of(7, 8, 9) },
  };
  const traces = tracesOf({ ...chart, own, axis: "updates", lines: [line(0)] }, rows);
  assert.deepEqual(traces.find(({ name }) => name === own.name)?.x, [0, 40, 90]);
});

test("of a part of the axis only its rows are drawn, and one on either side", () => {
  const rows = history();
  const window = /** @type {[number, number]} */ ([60, 70]);
  const [, own] = tracesOf({ ...chart, window, axis: "updates", lines: [line(1)] }, rows);
  assert.deepEqual(own.x, [50, 100]);
  assert.deepEqual(
    rowsWithin([0.5, 1.5], (epoch) => epoch, [0, 1, 2, 3]),
    [0, 3],
  );
  assert.deepEqual(
    rowsWithin([1, 1], (epoch) => epoch, [0, 1, 2, 3]),
    [1, 3],
  );
  assert.deepEqual(
    rowsWithin(null, (epoch) => epoch, [0, 1, 2]),
    [0, 3],
  );
});

test("what is smoothed stands before what was measured", () => {
  const lines = [line(0)];
  const traces = tracesOf({ ...chart, smoothing: 0.5, axis: "epochs", lines }, history());
  assert.deepEqual(
    traces.map(({ name }) => name),
    ["train, as measured", "train", "test, as measured", "test"],
  );
  assert.deepEqual(traces[2].y, [4, 3, 2]);
  // 4, (4/4 + 3/2) / (3/4), (4/8 + 3/4 + 2/2) / (7/8)
  const expected = [4, 10 / 3, 18 / 7];
  traces[3].y.forEach((value, k) => {
    assert.ok(Math.abs(value - expected[k]) < 1e-12);
  });
});
