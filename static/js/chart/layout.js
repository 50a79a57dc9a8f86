/** Axes, target and marks of the chart as Plotly takes them. */

import { setting } from "../format.js";
import { t } from "../i18n.js";
import { AXES } from "./axis.js";
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
 * @property {string[]} [layers] names for the x axis, where that counts layers
 * @property {{extent: [number, number], name: string}[]} [rows] one y axis for each layer instead
 * @property {{x: [number, number] | null, y: [number, number] | null}} zoom
 * @property {{muted: string, line: string, font: string, ink: string, panel: string,
 *   accent: string}} colours
 */

/**
 * @param {Frame} frame
 * @param {Trace[]} traces
 * @returns {Record<string, any>}
 */
export function layoutOf(frame, traces) {
  const { log, size, colours, rows, zoom } = frame;
  const axis = {
    tickfont: { size: 11, color: colours.muted, family: colours.font },
    gridcolor: colours.line,
    zeroline: false,
    ticklabelstandoff: 3,
  };
  const scale = {
    type: log ? "log" : "linear",
    nticks: 5,
    ...(log ? logTicks(zoom.y ?? extentOf(traces, 0)) : upward(frame, traces)),
  };
  return {
    ...size,
    margin: MARGIN,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    xaxis: {
      ...axis,
      showgrid: false,
      ticklabelstandoff: 4,
      tickangle: 0,
      ...across(frame),
      ...(rows ? { anchor: "free", position: 0 } : {}),
    },
    ...(rows
      ? rowAxes(axis, rows, size.height - MARGIN.t - MARGIN.b)
      : { yaxis: { ...axis, ...scale, ...(zoom.y ? { range: scaled(zoom.y, log) } : {}) } }),
    yaxis2: { overlaying: "y", range: [0, 1], visible: false, fixedrange: true },
    shapes: shapesOf(frame),
    annotations: rows ? rowNames(rows, colours) : [],
    showlegend: false,
    dragmode: touched() ? false : "zoom",
    hovermode: "x unified",
    hoversubplots: "axis",
    hoverlabel: {
      bgcolor: colours.panel,
      bordercolor: colours.line,
      font: { color: colours.ink, family: colours.font, size: 12 },
      namelength: 28,
    },
  };
}

/** Where the plot is within its box. */
export const MARGIN = { l: 44, r: 8, t: 8, b: 25, pad: 0 };

/** There, dragging scrolls the page. */
const touched = () => globalThis.matchMedia?.("(pointer: coarse)").matches ?? false;

/**
 * @param {[number, number]} part of an axis
 * @param {boolean} log
 */
const scaled = (part, log) => (log ? part.map(Math.log10) : part);

/**
 * One above the other, the first layer on top. What they reach to stands within their height, so
 * that the numbers of two of them do not meet.
 * @param {Record<string, any>} axis
 * @param {{extent: [number, number], name: string}[]} rows
 * @param {number} height of the plot
 */
function rowAxes(axis, rows, height) {
  const each = height / rows.length;
  const fontSize = each > 40 ? 11 : 9;
  const inset = (fontSize * 0.7) / each;
  return Object.fromEntries(
    rows.map(({ extent: [low, high] }, index) => [
      rowAxis(index).replace("y", "yaxis"),
      {
        ...axis,
        domain: rowDomain(index, rows.length),
        range: [low, high],
        fixedrange: true,
        showgrid: false,
        tickvals: each > 24 ? [low + inset * (high - low), high - inset * (high - low)] : [],
        ticktext: [low, high].map((value) => rounded(value, high - low)),
        tickfont: { ...axis.tickfont, size: fontSize },
      },
    ]),
  );
}

/**
 * @param {number} value
 * @param {number} span of the axis
 */
function rounded(value, span) {
  if (Math.abs(value) < span / 1000) return "0";
  return setting(Number(value.toPrecision(2))).replace("-", "−");
}

/**
 * @param {{name: string}[]} rows
 * @param {Frame["colours"]} colours
 */
function rowNames(rows, { panel, ink, font }) {
  return rows.map(({ name }, index) => ({
    text: name,
    xref: "paper",
    yref: "paper",
    x: 0,
    y: rowDomain(index, rows.length)[1],
    xanchor: "left",
    yanchor: "top",
    showarrow: false,
    borderpad: 1,
    bgcolor: panel,
    opacity: 0.8,
    font: { size: rows.length > 4 ? 9 : 11, color: ink, family: font },
  }));
}

/**
 * As Plotly calls the axes; y2 is that of the marks.
 * @param {number} index
 */
export const rowAxis = (index) => (index === 0 ? "y" : `y${index + 2}`);

/**
 * From the bottom of the plot up, as shares of its height.
 * @param {number} index
 * @param {number} count
 * @returns {[number, number]}
 */
export function rowDomain(index, count) {
  const gap = count > 4 ? 0.03 : 0.06;
  const height = (1 - gap * (count - 1)) / count;
  const bottom = 1 - index * (height + gap) - height;
  return [Math.max(0, bottom), Math.min(1, bottom + height)];
}

/** @param {Frame} frame */
function across({ axis, extent, layers, size, zoom }) {
  if (layers) {
    const tickvals = layers.map((_, index) => index + 1);
    const range = [0.8, layers.length + 0.2];
    return { range, tickvals, ticktext: layers, fixedrange: true };
  }
  const format = extent >= 10_000 ? "~s" : ",~r";
  const whole = axis === "milliseconds" ? ",.1f" : ",d";
  return {
    range: zoom.x ?? [0, axis === "epochs" ? Math.max(10, extent) : extent || 1],
    nticks: Math.max(3, Math.min(7, Math.floor(size.width / 64))),
    tickformat: axis === "epochs" ? ",d" : format,
    hoverformat: whole,
    ticksuffix: ` ${t(AXES[axis].title)}`,
    showticksuffix: "first",
  };
}

/**
 * @param {Frame} frame
 * @param {Trace[]} traces
 */
function upward({ kind, ceiling, zoom }, traces) {
  const [least, most] = extentOf(traces);
  if (!kind.positive) {
    // From the tenth below the least value up to 1; what is far below is cut off.
    const floor = Math.floor(10 * Math.min(1, least)) / 10;
    const percent = kind === KINDS.accuracy ? { tickformat: ".0%" } : {};
    return { ...percent, range: [Math.max(-1, Math.min(0.9, floor)), 1.01] };
  }
  if (zoom.x) return { rangemode: "normal" };
  return most > ceiling ? { range: [0, ceiling] } : { rangemode: "tozero" };
}

/** @param {Frame} frame */
function shapesOf({ kind, target, present, layers, colours }) {
  const line = { type: "line", layer: "below" };
  const shapes = [];
  if (kind === KINDS.loss && target !== null) {
    const look = { color: colours.muted, width: 1, dash: "5px,4px" };
    const level = { xref: "paper", x0: 0, x1: 1, y0: target, y1: target };
    shapes.push({ ...line, ...level, name: "target", line: look });
  }
  if (!layers && present !== null) {
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
