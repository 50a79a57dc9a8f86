/** Axes, target and marks of the chart as Plotly takes them. */

import { setting } from "../format.js";
import { KINDS } from "./quantities.js";

/** @typedef {import("./quantities.js").Kind} Kind */
/** @typedef {import("./axis.js").Axis} Axis */
/** @typedef {import("./traces.js").Trace} Trace */

/**
 * @typedef {Object} Frame
 * @property {Kind} kind
 * @property {boolean} log
 * @property {Axis} axis
 * @property {{width: number, height: number}} size
 * @property {number} extent of the x axis
 * @property {number} ceiling what grows beyond is cut off, if it is finite
 * @property {number | null} target test loss to reach
 * @property {number | null} present where on the x axis the experiment stands, having gone back
 * @property {string[]} layers names for the x axis of the gradients
 * @property {{muted: string, line: string, font: string, ink: string, panel: string,
 *   accent: string}} colours
 */

/**
 * @param {Frame} frame
 * @param {Trace[]} traces
 */
export function layoutOf(frame, traces) {
  const { log, size, colours } = frame;
  const axis = {
    tickfont: { size: 11, color: colours.muted, family: colours.font },
    gridcolor: colours.line,
    zeroline: false,
    ticklabelstandoff: 3,
    fixedrange: true,
  };
  return {
    ...size,
    margin: { l: 44, r: 8, t: 8, b: 24, pad: 0 },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    xaxis: { ...axis, showgrid: false, ...across(frame) },
    yaxis: {
      ...axis,
      type: log ? "log" : "linear",
      nticks: 5,
      ...(log ? logTicks(extentOf(traces, 0)) : upward(frame, traces)),
    },
    yaxis2: { overlaying: "y", range: [0, 1], visible: false, fixedrange: true },
    shapes: shapesOf(frame),
    showlegend: false,
    dragmode: false,
    hovermode: "x unified",
    hoverlabel: {
      bgcolor: colours.panel,
      bordercolor: colours.line,
      font: { color: colours.ink, family: colours.font, size: 12 },
      namelength: 28,
    },
  };
}

/** @param {Frame} frame */
function across({ kind, axis, extent, layers }) {
  if (kind === KINDS.gradients) {
    const tickvals = layers.map((_, index) => index + 1);
    return { range: [0.8, layers.length + 0.2], tickvals, ticktext: layers };
  }
  const format = extent >= 10_000 ? "~s" : ",~r";
  const whole = axis === "milliseconds" ? ",.1f" : ",d";
  return {
    range: [0, axis === "epochs" ? Math.max(10, extent) : extent || 1],
    nticks: 6,
    tickformat: axis === "epochs" ? ",d" : format,
    hoverformat: whole,
  };
}

/**
 * @param {Frame} frame
 * @param {Trace[]} traces
 */
function upward({ kind, ceiling }, traces) {
  const [least, most] = extentOf(traces);
  if (!kind.positive) {
    // From the tenth below the least value up to 1; what is far below is cut off.
    const floor = Math.floor(10 * Math.min(1, least)) / 10;
    const percent = kind === KINDS.accuracy ? { tickformat: ".0%" } : {};
    return { ...percent, range: [Math.max(-1, Math.min(0.9, floor)), 1.01] };
  }
  return most > ceiling ? { range: [0, ceiling] } : { rangemode: "tozero" };
}

/** @param {Frame} frame */
function shapesOf({ kind, target, present, colours }) {
  const line = { type: "line", layer: "below" };
  const shapes = [];
  if (kind === KINDS.loss && target !== null) {
    const look = { color: colours.muted, width: 1, dash: "5px,4px" };
    const level = { xref: "paper", x0: 0, x1: 1, y0: target, y1: target };
    shapes.push({ ...line, ...level, name: "target", line: look });
  }
  if (kind !== KINDS.gradients && present !== null) {
    const look = { color: colours.accent, width: 1 };
    const place = { yref: "paper", y0: 0, y1: 1, x0: present, x1: present };
    shapes.push({ ...line, ...place, name: "present", line: look });
  }
  return shapes;
}

/**
 * Powers of ten, with numbers between them while there is room.
 * @param {[number, number]} extent
 */
function logTicks([least, most]) {
  if (!(least <= most)) return {};
  const low = Math.floor(Math.log10(least));
  const high = Math.ceil(Math.log10(most));
  const few = high - low <= 2 ? [1, 2, 5] : [1];
  const between = most / least < 6 ? [1, 2, 3, 4, 5, 6, 8] : few;
  const every = Math.ceil((high - low) / 5);
  /** @type {number[]} */
  const tickvals = [];
  for (let power = high; power >= low - 1; power -= every || 1) {
    for (const digit of between) tickvals.push(Number(`${digit}e${power}`));
  }
  return { tickvals, ticktext: tickvals.map(setting) };
}

/**
 * The least and the largest finite value above a bound.
 * @param {Trace[]} traces
 * @returns {[number, number]}
 */
export function extentOf(traces, above = Number.NEGATIVE_INFINITY) {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { y, yaxis } of traces) {
    if (yaxis) continue;
    for (const value of y) {
      if (value > above && value < least) least = value;
      if (value > most && value < Number.POSITIVE_INFINITY) most = value;
    }
  }
  return [least, most];
}
