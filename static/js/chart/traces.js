/** The lines of the chart as Plotly takes them. */

import { Extremes } from "../extremes.js";
import { message, t } from "../i18n.js";
import { placesOf, rowsWithin } from "./axis.js";
import { KINDS } from "./quantities.js";
import { sample } from "./sampling.js";

/** @typedef {import("../history.js").History} History */
/** @typedef {import("../history.js").Series} Series */
/** @typedef {import("./axis.js").Axis} Axis */
/** @typedef {import("./quantities.js").Kind} Kind */

/**
 * @typedef {Object} Line a lane to be drawn
 * @property {number} lane
 * @property {string} name
 * @property {string} colour
 * @property {boolean} open it is the one in the diagram
 * @property {number} seeds
 * @property {number} points training points
 *
 * @typedef {Object} Own one seed of a lane by itself
 * @property {number} lane
 * @property {string} name
 * @property {Float64Array} epochs
 * @property {Partial<Record<Series, Float64Array>>} columns
 *
 * @typedef {Object} Chart
 * @property {Kind} kind
 * @property {boolean} log
 * @property {Axis} axis
 * @property {Line[]} lines
 * @property {Own | null} own
 * @property {[number, number] | null} window of the x axis; null is all of it
 * @property {number} smoothing 0 to 0.99
 * @property {{ink: string, muted: string}} colours
 *
 * @typedef {Record<string, unknown> & {x: number[], y: number[]}} Trace
 */

const PARTS = { train: message("train"), test: message("test") };
const MOST = 600;
const LEAST = 150;

/**
 * Test solid for every lane; train dashed for the open one; the band between the quartiles for
 * those of several seeds.
 * @param {Chart} chart
 * @param {History} history
 * @returns {Trace[]}
 */
export function tracesOf(chart, history) {
  const { lines } = chart;
  const alone = lines.length === 1;
  const points = Math.max(LEAST, Math.round(MOST / Math.sqrt(lines.length)));
  const bands = lines.flatMap((line) => bandOf(chart, history, line, points));
  const train = lines
    .filter(({ open }) => open || alone)
    .flatMap((line) => {
      const colour = alone ? chart.colours.muted : line.colour;
      const look = { color: colour, width: 1.5, dash: "4px,3px" };
      return lineOf(chart, history, line, "train", look, points);
    });
  const test = lines.flatMap((line) => {
    const width = alone ? 1.75 : line.open ? 2.25 : 1.5;
    return lineOf(chart, history, line, "test", { color: line.colour, width }, points);
  });
  return [...bands, ...ownOf(chart, history, points), ...train, ...test];
}

/**
 * @param {Chart} chart
 * @param {History} history
 * @param {Line} line
 * @param {"train" | "test"} part
 * @param {{color: string, width: number, dash?: string}} look
 * @param {number} points
 * @returns {Trace[]}
 */
function lineOf(chart, history, line, part, look, points) {
  const { kind, axis, lines } = chart;
  const series = kind.series[part];
  if (!series) return [];
  const draw = drawer(chart, history, line, points);
  const smoothing = series === "learning_rate" ? 0 : chart.smoothing;
  const { values, at, x, rows } = draw(series, smoothing);
  const both = kind.series.train !== undefined;
  const name = lines.length === 1 ? t(both ? PARTS[part] : kind.name) : line.name;
  const named = lines.length > 1 && part === "train" ? t("{name}, train", { name }) : name;
  const read = smoothing === 0 ? kind.hover : t("{value} smoothed", { value: kind.hover });
  const smooth = {
    type: "scatter",
    mode: "lines",
    name: named,
    x,
    y: rows.map((row) => values[row]),
    line: look,
    ...(axis === "epochs"
      ? { hovertemplate: read }
      : {
          hovertemplate: t("{value} at epoch {epoch}", { value: read, epoch: "%{customdata}" }),
          customdata: at,
        }),
  };
  if (smoothing === 0) return [smooth];
  const raw = draw(series, 0);
  return [
    {
      type: "scatter",
      mode: "lines",
      name: t("{name}, as measured", { name: named }),
      x: raw.x,
      y: raw.rows.map((row) => raw.values[row]),
      line: { color: look.color, width: 1 },
      opacity: 0.3,
      hovertemplate: kind.hover,
    },
    smooth,
  ];
}

/**
 * What takes the points to draw out of a lane's series.
 * @param {Chart} chart
 * @param {History} history
 * @param {Line} line
 * @param {number} points
 */
function drawer({ axis, log, window }, history, line, points) {
  const place = placesOf(axis, history, line.lane, line.points);
  const { epochs } = history;
  const [from, to] = rowsWithin(window, place, epochs);
  return (/** @type {Series} */ series, smoothing = 0) => {
    const drawn = history.drawn(series, line.lane, smoothing);
    const { values } = drawn;
    const scale = log ? Math.log10 : undefined;
    const rows = sample(drawn, epochs, { from, to, count: points, scale });
    const at = rows.map((row) => epochs[row]);
    return { values, rows, at, x: at.map(place) };
  };
}

/**
 * @param {Chart} chart
 * @param {History} history
 * @param {Line} line
 * @param {number} points
 * @returns {Trace[]}
 */
function bandOf(chart, history, line, points) {
  const series = chart.kind.series.test;
  if (line.seeds === 1 || series === undefined || series === "learning_rate") return [];
  const measure = /** @type {import("../history.js").Measure} */ (series);
  const { values: high, rows, x } = drawer(chart, history, line, points)(`${measure}_high`);
  const low = history.column(`${measure}_low`, line.lane);
  const name = t("{name}, quartiles", { name: line.name });
  const edge = { type: "scatter", mode: "lines", hoverinfo: "skip", x, line: { width: 0 } };
  return [
    { ...edge, name, y: rows.map((index) => low[index]) },
    {
      ...edge,
      name,
      y: rows.map((index) => high[index]),
      fill: "tonexty",
      fillcolor: faint(line.colour),
    },
  ];
}

/**
 * @param {Chart} chart
 * @param {History} history
 * @param {number} points
 * @returns {Trace[]}
 */
function ownOf({ kind, axis, log, lines, own, window }, history, points) {
  const line = lines.find(({ lane }) => lane === own?.lane);
  const column = kind.series.test && own?.columns[kind.series.test];
  if (!own || !line || !column) return [];
  const place = placesOf(axis, history, line.lane, line.points);
  const { epochs } = own;
  const series = drawable(column);
  const [from, to] = rowsWithin(window, place, epochs);
  const scale = log ? Math.log10 : undefined;
  const rows = sample(series, epochs, { from, to, count: points, scale });
  return [
    {
      type: "scatter",
      mode: "lines",
      name: own.name,
      x: rows.map((row) => place(epochs[row])),
      y: rows.map((row) => series.values[row]),
      line: { color: line.colour, width: 1, dash: "1px,2px" },
      hovertemplate: kind.hover,
    },
  ];
}

/** @type {WeakMap<Float64Array, {values: Float64Array, extremes: Extremes}>} */
const drawables = new WeakMap();

/**
 * What is drawn of a series that does not grow: it is gone through once.
 * @param {Float64Array} values
 */
function drawable(values) {
  let found = drawables.get(values);
  if (!found) {
    found = { values, extremes: new Extremes() };
    found.extremes.update(values);
    drawables.set(values, found);
  }
  return found;
}

/** @param {string} colour `#rrggbb` */
export const faint = (colour) => `${colour}2e`;

/**
 * The gradient norm of each layer of each lane, now.
 * @param {Line[]} lines
 * @param {(lane: number) => ArrayLike<number>} norms by layer, the output last
 * @returns {Trace[]}
 */
export function gradientTraces(lines, norms) {
  return lines.map((line) => {
    const values = Array.from(norms(line.lane));
    return {
      type: "scatter",
      mode: "lines+markers",
      name: line.name,
      x: values.map((_, layer) => layer + 1),
      y: values,
      line: { color: line.colour, width: line.open ? 2.25 : 1.5 },
      marker: { color: line.colour, size: 5 },
      hovertemplate: KINDS.gradients.hover,
    };
  });
}

/**
 * A number of each layer of the open lane over time.
 * @param {import("../trail.js").Trail} trail
 * @param {"norms" | "means"} which
 * @param {(epoch: number) => number} place
 * @param {{name: string, colour: string, yaxis?: string}[]} layers
 * @param {string} hover
 * @returns {Trace[]}
 */
export function layerTraces(trail, which, place, layers, hover) {
  const x = trail.epochs.map(place);
  return layers.map(({ name, colour, yaxis }, layer) => ({
    type: "scatter",
    mode: "lines",
    name,
    x,
    y: trail[which].map((values) => values[layer]),
    line: { color: colour, width: 1.5 },
    hovertemplate: hover,
    ...(yaxis ? { yaxis } : {}),
  }));
}

/**
 * What happened on the way: marks along the top, with words.
 * @param {{x: number, text: string}[]} marks
 * @param {string} name
 * @param {object} marker
 * @param {number} height on an axis from 0 to 1
 * @returns {Trace[]}
 */
export function markTraces(marks, name, marker, height = 1) {
  if (marks.length === 0) return [];
  return [
    {
      type: "scatter",
      mode: "markers",
      name,
      x: marks.map(({ x }) => x),
      y: marks.map(() => height),
      yaxis: "y2",
      text: marks.map(({ text }) => text),
      marker: { size: 9, ...marker },
      // The words of lower marks say what they are.
      hovertemplate: height < 1 ? "%{text}<extra></extra>" : "%{text}",
      cliponaxis: false,
    },
  ];
}

/**
 * Where a curve was best: a ring on it.
 * @param {{x: number, y: number}} place
 * @param {string} name
 * @param {{colour: string, panel: string}} look
 * @returns {Trace[]}
 */
export function bestTraces({ x, y }, name, { colour, panel }) {
  return [
    {
      type: "scatter",
      mode: "markers",
      name,
      x: [x],
      y: [y],
      marker: { size: 8, color: panel, line: { color: colour, width: 1.75 } },
      hovertemplate: KINDS.loss.hover,
      cliponaxis: false,
    },
  ];
}
