/** The lines of the chart as Plotly takes them. */

import { decimate } from "../decimate.js";
import { placesOf } from "./axis.js";
import { KINDS } from "./quantities.js";

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
 * @property {ArrayLike<number>} epochs
 * @property {Partial<Record<Series, ArrayLike<number>>>} columns
 *
 * @typedef {Object} Chart
 * @property {Kind} kind
 * @property {boolean} log
 * @property {Axis} axis
 * @property {Line[]} lines
 * @property {Own | null} own
 * @property {{ink: string, muted: string}} colours
 *
 * @typedef {Record<string, unknown> & {x: number[], y: number[]}} Trace
 */

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
 * @param {object} look
 * @param {number} points
 * @returns {Trace[]}
 */
function lineOf({ kind, log, axis, lines }, history, line, part, look, points) {
  const series = kind.series[part];
  if (!series) return [];
  const values = history.column(series, line.lane);
  const place = placesOf(axis, history, line.lane, line.points);
  const { epochs } = history;
  const kept = decimate(values, points, log ? Math.log10 : undefined, epochs);
  const at = kept.map((row) => epochs[row]);
  const both = kind.series.train !== undefined;
  const name = lines.length === 1 ? (both ? part : kind.name) : line.name;
  return [
    {
      type: "scatter",
      mode: "lines",
      name: lines.length > 1 && part === "train" ? `${name}, train` : name,
      x: at.map(place),
      y: kept.map((row) => values[row]),
      line: look,
      ...(axis === "epochs"
        ? { hovertemplate: kind.hover }
        : { hovertemplate: `${kind.hover} at epoch %{customdata}`, customdata: at }),
    },
  ];
}

/**
 * @param {Chart} chart
 * @param {History} history
 * @param {Line} line
 * @param {number} points
 * @returns {Trace[]}
 */
function bandOf({ kind, axis, log }, history, line, points) {
  const series = kind.series.test;
  if (line.seeds === 1 || series === undefined || series === "learning_rate") return [];
  const measure = /** @type {import("../history.js").Measure} */ (series);
  const low = history.column(`${measure}_low`, line.lane);
  const high = history.column(`${measure}_high`, line.lane);
  const place = placesOf(axis, history, line.lane, line.points);
  const { epochs } = history;
  const kept = decimate(high, points, log ? Math.log10 : undefined, epochs);
  const x = kept.map((row) => place(epochs[row]));
  const edge = { type: "scatter", mode: "lines", hoverinfo: "skip", x, line: { width: 0 } };
  return [
    { ...edge, name: `${line.name}, quartiles`, y: kept.map((index) => low[index]) },
    {
      ...edge,
      name: `${line.name}, quartiles`,
      y: kept.map((index) => high[index]),
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
function ownOf({ kind, axis, log, lines, own }, history, points) {
  const line = lines.find(({ lane }) => lane === own?.lane);
  const values = kind.series.test && own?.columns[kind.series.test];
  if (!own || !line || !values) return [];
  const place = placesOf(axis, history, line.lane, line.points);
  const kept = decimate(values, points, log ? Math.log10 : undefined, own.epochs);
  return [
    {
      type: "scatter",
      mode: "lines",
      name: own.name,
      x: kept.map((row) => place(own.epochs[row])),
      y: kept.map((index) => values[index]),
      line: { color: line.colour, width: 1, dash: "1px,2px" },
      hovertemplate: kind.hover,
    },
  ];
}

/** @param {string} colour `#rrggbb` */
export const faint = (colour) => `${colour}2e`;

/**
 * The gradient norm of each layer of each lane.
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
 * Where settings were changed while training: marks along the top, with words.
 * @param {{x: number, text: string}[]} marks
 * @param {string} colour
 * @returns {Trace[]}
 */
export function changeTraces(marks, colour) {
  if (marks.length === 0) return [];
  return [
    {
      type: "scatter",
      mode: "markers",
      name: "changed",
      x: marks.map(({ x }) => x),
      y: marks.map(() => 1),
      yaxis: "y2",
      text: marks.map(({ text }) => text),
      marker: { symbol: "triangle-down", size: 9, color: colour },
      hovertemplate: "%{text}",
      cliponaxis: false,
    },
  ];
}
