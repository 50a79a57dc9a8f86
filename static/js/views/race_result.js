import { html, useRef, useSignalEffect } from "../../vendor/preact.js";
import { fixed, loss, percent, setting } from "../format.js";
import { explainsMark } from "../glossary.js";
import { heard, t, tn } from "../i18n.js";
import { loadPlotly } from "../plotly.js";
import * as race from "../race.js";
import { begin } from "../ready.js";
import * as store from "../store.js";
import { theme } from "../theme.js";
import { hoverLabel, PLOT_OPTIONS } from "./axes.js";
import { download } from "./download.js";
import { useSize } from "./size.js";

/** @typedef {import("../race.js").Result} Result */

const MOST_SEEDS = 32;

/**
 * Who won, by how much, and how wide the range of good learning rates is.
 * @param {{id: string, result: Result, plotly: string}} props
 */
export function RaceResult({ id, result, plotly }) {
  const seeds = result.seeds.length;
  const file = (/** @type {"text/csv" | "application/json"} */ type) =>
    download(`/sweeps/${id}/result`, type, "race");
  const show = () => {
    race.open.value = false;
    const runs = race.lanesOf(result);
    const counts = runs.map(() => Math.min(MOST_SEEDS, seeds));
    store.chart.value = "loss";
    begin(runs, counts, { race: id });
  };
  return html`
    <div class="race-result">
      <p class="verdict">${ranked(result.verdict)}</p>
      <${Plot} result=${result} plotly=${plotly} />
      <p class="hint">
        ${tn(
          "Validation loss after training against the learning rate: median and quartiles of {count} seed. The ring is the best rate; the thick part is the safe zone, which brings 90 % of its gain.",
          "Validation loss after training against the learning rate: median and quartiles of {count} seeds. The ring is the best rate; the thick part is the safe zone, which brings 90 % of its gain.",
          seeds,
        )}
      </p>
      <${Ranking} result=${result} />
      <p class="hint">
        ${t("Rates were chosen on validation points; the ranking is by test points, which were looked at only once, at the best rates.")}
        ${result.notes.map((note) => ` ${t("{sentence}.", { sentence: heard(note) })}`)}
      </p>
      <div class="race-foot">
        <button type="button" class="link" ...${explainsMark("marks.export")} onClick=${() => file("text/csv")}>CSV</button>
        <button type="button" class="link" ...${explainsMark("marks.export")} onClick=${() => file("application/json")}>JSON</button>
        <span class="room"></span>
        <button type="button" onClick=${race.drop}>${t("Another race")}</button>
        <button type="button" class="do" onClick=${show} ...${explainsMark("marks.lane")}>
          ${t("Open as lanes")}
        </button>
      </div>
    </div>
  `;
}

/** @param {{result: Result, plotly: string}} props */
function Plot({ result, plotly }) {
  const plot = useRef(/** @type {HTMLElement | null} */ (null));
  const room = useSize(plot);
  useSignalEffect(() => {
    const look = theme.value;
    const size = { width: room.value.width, height: 250 };
    if (size.width === 0) return;
    const axis = {
      type: "log",
      fixedrange: true,
      gridcolor: look.line,
      zeroline: false,
      tickfont: { size: 11, color: look.muted, family: look.font },
      title: { font: { size: 11, color: look.muted, family: look.font }, standoff: 6 },
    };
    const traces = result.optimizers.flatMap((one, index) => race.ratesOf(one, colourOf(index)));
    const layout = {
      ...size,
      margin: { l: 52, r: 10, t: 8, b: 40, pad: 0 },
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      xaxis: {
        ...axis,
        showgrid: false,
        title: { ...axis.title, text: t("learning rate") },
        dtick: 1,
      },
      yaxis: {
        ...axis,
        range: race.lossRange(result),
        title: { ...axis.title, text: t("validation loss") },
        nticks: 6,
      },
      showlegend: false,
      dragmode: false,
      hovermode: "x unified",
      hoverlabel: hoverLabel(look),
    };
    loadPlotly(plotly).then((Plotly) => {
      if (!plot.current) return;
      Plotly.react(plot.current, traces, layout, PLOT_OPTIONS);
      plot.current.dataset.ready = "";
    });
  });
  return html`<div class="plot" role="img" aria-label=${t("Validation loss against learning rate")} ref=${plot}></div>`;
}

/**
 * A verdict of the server's, in which there may be a list of names.
 * @param {string} verdict
 */
const ranked = (verdict) => heard(verdict).replaceAll(" and ", t(" and "));

/** @param {number} index */
function colourOf(index) {
  const { lanes } = theme.value;
  return lanes[index % lanes.length];
}

/** @param {{result: Result}} props */
function Ranking({ result: { optimizers, ranking, score } }) {
  const range = (/** @type {number | null} */ low, /** @type {number | null} */ high) =>
    low === null || high === null ? "" : t("{low} to {high}", { low: loss(low), high: loss(high) });
  return html`
    <div class="scroller" role="group" aria-label=${t("Ranking")} tabindex="0">
      <table>
        <thead>
          <tr>
            <${Head} mark="marks.place" title=${t("place")} />
            <${Head} mark="optimizer" title=${t("optimizer")} />
            <${Head} mark="marks.best_rate" title=${t("best rate")} />
            <${Head} mark="marks.safe_zone" title=${t("safe zone")} />
            <${Head} mark="marks.test_loss" title=${t("test loss")} />
            <${Head} mark=${score === "r2" ? "marks.r2" : "marks.accuracy"} title=${score === "r2" ? "R²" : t("acc.")} />
            <${Head} mark="marks.clear" title=${t("verdict")} />
          </tr>
        </thead>
        <tbody>
          ${ranking.places.map(({ competitor, rank, verdict }) => {
            const one = optimizers[competitor];
            const zone = one.safe_zone;
            return html`
              <tr key=${competitor}>
                <td class="number">${rank}</td>
                <th scope="row">
                  <i class="spot" aria-hidden="true" style=${{ background: colourOf(competitor) }}></i>
                  ${t(one.title)}
                </th>
                <td class="number">${one.best_rate === null ? "–" : setting(one.best_rate)}</td>
                <td class="number">
                  ${zone ? t("{low} to {high}", { low: short(zone.low), high: short(zone.high) }) : "–"}
                  <small>${zone && t("{count} decades", { count: zone.decades.toFixed(1) })}</small>
                </td>
                <td class="number">
                  <strong>${one.test_median === null ? "–" : loss(one.test_median)}</strong>
                  <small>${range(one.test_lower, one.test_upper)}</small>
                </td>
                <td class="number">${scoreOf(one.test_score, score)}</td>
                <td class="words">${ranked(verdict)}</td>
              </tr>
            `;
          })}
        </tbody>
      </table>
    </div>
  `;
}

/** @param {{mark: string, title: string}} props */
function Head({ mark, title }) {
  return html`<th scope="col"><span tabindex="0" ...${explainsMark(mark)}>${title}</span></th>`;
}

/** @param {number} rate */
const short = (rate) => setting(Number(rate.toPrecision(2)));

/**
 * @param {number | null} value
 * @param {"accuracy" | "r2"} score
 */
function scoreOf(value, score) {
  if (value === null) return "–";
  return score === "r2" ? fixed(value, 3) : percent(value);
}
