/**
 * What a redraw of the curves costs without Plotly, by number of epochs.
 * Milliseconds, the least of some rounds. "first": a history that has just come and was never drawn,
 * "next": one epoch later, "part": a tenth of it from the middle, "new rows": taking in 100 epochs.
 */

import { tracesOf } from "../../static/js/chart/traces.js";
import { KINDS } from "../../static/js/chart/quantities.js";
import { History } from "../../static/js/history.js";

const EPOCHS = [100, 1_000, 10_000, 90_000, 200_000];
const ROUNDS = 9;
const FRAME = 100;
const NAMES = [
  ...["train_loss", "test_loss", "train_accuracy", "test_accuracy", "train_r2", "test_r2"],
  ...["train_mae", "test_mae", "penalty", "learning_rate", "updates", "milliseconds"],
];
const SETTINGS = [
  { lanes: 1, log: false, smoothing: 0 },
  { lanes: 1, log: true, smoothing: 0 },
  { lanes: 1, log: false, smoothing: 0.9 },
  { lanes: 8, log: false, smoothing: 0 },
  { lanes: 8, log: true, smoothing: 0.9 },
];

/** A noisy curve that falls, the same every time. */
const loss = (epoch) => 1 / (1 + epoch / 500) + (0.05 * ((epoch * 7919) % 1009)) / 1009;

function frame(first, rows, lanes) {
  const values = Float64Array.from({ length: rows * lanes }, (_, k) => loss(first + (k % rows)));
  return {
    timeline: 0,
    firstEpoch: first,
    epoch: first + rows - 1,
    rows,
    epochs: Int32Array.from({ length: rows }, (_, k) => first + k),
    history: Object.fromEntries(NAMES.map((name) => [name, values])),
  };
}

function historyOf(epochs, lanes) {
  const history = new History();
  for (let first = 0; first < epochs; first += 1000)
    history.append(frame(first, Math.min(1000, epochs - first), lanes));
  return history;
}

function timed(act) {
  const begun = performance.now();
  act();
  return performance.now() - begun;
}

const least = (figures) => Math.min(...figures);

function chartOf({ lanes, log, smoothing }, window) {
  const lines = Array.from({ length: lanes }, (_, lane) => ({
    ...{ lane, name: `${lane}`, colour: "#000000", open: lane === 0, seeds: 1, points: 250 },
  }));
  const colours = { ink: "#000000", muted: "#888888" };
  return { kind: KINDS.loss, log, axis: "epochs", lines, own: null, window, smoothing, colours };
}

function measure(epochs, setting) {
  const figures = { first: [], next: [], part: [], rows: [] };
  for (let round = 0; round < ROUNDS; round++) {
    const history = historyOf(epochs, setting.lanes);
    const chart = chartOf(setting, null);
    const part = chartOf(setting, [0.45 * epochs, 0.55 * epochs]);
    figures.first.push(timed(() => tracesOf(chart, history)));
    history.append(frame(epochs, 1, setting.lanes));
    figures.next.push(timed(() => tracesOf(chart, history)));
    figures.part.push(timed(() => tracesOf(part, history)));
    const more = frame(epochs + 1, FRAME, setting.lanes);
    figures.rows.push(timed(() => history.append(more)));
  }
  return Object.values(figures).map(least);
}

for (const setting of SETTINGS) {
  measure(10_000, setting); // compiles
  const { lanes, log, smoothing } = setting;
  console.log(`${lanes} lane(s), ${log ? "log" : "linear"}, smoothing ${smoothing}`);
  console.log("    epochs     first     next     part  new rows");
  for (const epochs of EPOCHS) {
    const found = measure(epochs, setting).map((figure) => figure.toFixed(3).padStart(9));
    console.log(`${String(epochs).padStart(10)}${found.join("")}`);
  }
}
