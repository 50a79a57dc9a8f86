/** What Plotly draws over the plane: axes, and what hovering a point says. */

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
 * @param {Data["domain"]} domain
 * @param {number} side
 * @param {Look} look
 */
export function axesLayout([left, right, bottom, top], side, look) {
  const axis = {
    fixedrange: true,
    showgrid: false,
    zeroline: false,
    ticklabelstandoff: 2,
    dtick: (right - left) / 4,
    tick0: left,
    tickfont: { size: 11, color: look.muted, family: look.font },
  };
  return {
    width: side + MARGIN.l + MARGIN.r,
    height: side + MARGIN.t + MARGIN.b,
    margin: { ...MARGIN, pad: 0 },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    xaxis: { ...axis, range: [left, right] },
    yaxis: { ...axis, range: [bottom, top], tick0: bottom },
    showlegend: false,
    dragmode: false,
    hovermode: "closest",
    hoverdistance: 10,
    hoverlabel: hoverLabel(look),
  };
}

/**
 * Points without marks, which our canvas paints: only their hover texts.
 * @param {Data | null} data
 * @param {boolean} withTest
 */
export function hoverTraces(data, withTest) {
  if (!data) return [];
  const what = data.task === "regression" ? "target" : "class";
  const trace = (/** @type {Points} */ { x, y }, /** @type {string} */ name) => ({
    type: "scatter",
    mode: "none",
    hoveron: "points",
    x: x.map(([x1]) => x1),
    y: x.map(([, x2]) => x2),
    customdata: data.task === "regression" ? y.map((value) => value.toFixed(2)) : y,
    hovertemplate: `${name}, ${what} %{customdata}<br>x₁ %{x:.2f}, x₂ %{y:.2f}<extra></extra>`,
  });
  return [trace(data.train, "train"), ...(withTest ? [trace(data.test, "test")] : [])];
}
