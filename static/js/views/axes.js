import { t } from "../i18n.js";
/** What Plotly draws over the plane: axes, and what hovering a point says. */

import { classNameOf } from "../names.js";

/** @typedef {import("../api.js").Data} Data */
/** @typedef {import("../api.js").Points} Points */
/** @typedef {{muted: string, ink: string, panel: string, line: string, font: string}} Look */

/** Room for the axes, in pixels, whether they are drawn yet or not. */
export const MARGIN = { l: 26, r: 8, t: 8, b: 22 };

export const PLOT_OPTIONS = { displayModeBar: false, responsive: false, showTips: false };

/**
 * @param {Look} look
 */
export function hoverLabel({ panel, ink, line, font }) {
  return { bgcolor: panel, bordercolor: line, font: { color: ink, family: font, size: 12 } };
}

/**
 * What lies to the right and what upward: a table is seen along its two principal components.
 * @param {Data | null} data
 */
export function axisNames(data) {
  return data?.columns ? [t("PC 1"), t("PC 2")] : ["x₁", "x₂"];
}

/**
 * @param {Data} data
 * @param {number} side
 * @param {Look} look
 */
export function axesLayout(data, side, look) {
  const [left, right, bottom, top] = data.domain;
  const axis = {
    fixedrange: true,
    showgrid: false,
    zeroline: false,
    ticklabelstandoff: 2,
    dtick: tickStep(right - left),
    tick0: 0,
    tickfont: { size: 11, color: look.muted, family: look.font },
  };
  return {
    width: side + MARGIN.l + MARGIN.r,
    height: side + MARGIN.t + MARGIN.b,
    margin: { ...MARGIN, pad: 0 },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    xaxis: { ...axis, range: [left, right] },
    yaxis: { ...axis, range: [bottom, top] },
    annotations: data.columns ? axisTitles(data, look) : [],
    showlegend: false,
    dragmode: false,
    hovermode: "closest",
    hoverdistance: 10,
    hoverlabel: hoverLabel(look),
  };
}

/**
 * About four steps, each 1, 2, 3 or 5 times a power of ten.
 * @param {number} range
 */
export function tickStep(range) {
  const exact = range / 4;
  const power = 10 ** Math.floor(Math.log10(exact));
  const times = [1, 2, 3, 5, 10].findLast((one) => one * power <= exact * 1.2) ?? 1;
  return times * power;
}

/**
 * At the ends of the axes, inside the plane.
 * @param {Data} data
 * @param {Look} look
 */
function axisTitles(data, look) {
  const [across, up] = axisNames(data);
  const title = {
    showarrow: false,
    xref: "paper",
    yref: "paper",
    borderpad: 2,
    bgcolor: look.panel,
    opacity: 0.85,
    font: { size: 11, color: look.muted, family: look.font },
  };
  return [
    { ...title, text: `${across} →`, x: 0.99, y: 0.01, xanchor: "right", yanchor: "bottom" },
    { ...title, text: `${up} ↑`, x: 0.01, y: 0.99, xanchor: "left", yanchor: "top" },
  ];
}

/**
 * Points without marks, which our canvas paints: only their hover texts.
 * @param {Data | null} data
 * @param {boolean} withTest
 */
export function hoverTraces(data, withTest) {
  if (!data) return [];
  const [across, up] = axisNames(data);
  const answer = (/** @type {number} */ y) =>
    data.task === "regression"
      ? t("target {value}", { value: y.toFixed(2) })
      : classNameOf(data.class_names, y);
  const trace = (/** @type {Points} */ { x, y }, /** @type {string} */ name) => ({
    type: "scatter",
    mode: "none",
    hoveron: "points",
    x: x.map(([x1]) => x1),
    y: x.map(([, x2]) => x2),
    customdata: y.map(answer),
    hovertemplate: `${name}, %{customdata}<br>${across} %{x:.2f}, ${up} %{y:.2f}<extra></extra>`,
  });
  return [trace(data.train, t("train")), ...(withTest ? [trace(data.test, t("test"))] : [])];
}
