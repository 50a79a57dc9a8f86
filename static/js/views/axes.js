/** The axes that Plotly draws over the plane. */

import { t } from "../i18n.js";

/** @typedef {import("../api.js").Data} Data */
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
 * @param {import("../store.js").Domain} seen
 * @param {number} side
 * @param {Look} look
 */
export function axesLayout(data, seen, side, look) {
  const [left, right, bottom, top] = seen;
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
    hovermode: false,
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
