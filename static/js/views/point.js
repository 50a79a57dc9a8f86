import { html } from "../../vendor/preact.js";
import { fixed, loss, percent, setting } from "../format.js";
import { t, tn } from "../i18n.js";
import * as modes from "../modes.js";
import { classNameOf } from "../names.js";
import { shares } from "../probe.js";
import * as store from "../store.js";
import { theme } from "../theme.js";
import * as zoom from "../zoom.js";
import { axisNames } from "./axes.js";
import { colourOf } from "./points.js";

/** @typedef {import("../api.js").Data} Data */
/** @typedef {import("../store.js").PointAt} PointAt */

/** Of a row, so many are shown. */
const MOST_COLUMNS = 6;

/** What is known of the point that is pointed at, beside it; also read aloud. */
export function PointCard() {
  const { value: at } = store.pointAt;
  const data = store.data.value;
  const place = at && data?.[at.part].x[at.index];
  const seen = zoom.seen.value;
  const where = place && seen && shares(seen, { x1: place[0], x2: place[1] });
  return html`
    <div class="point-status" role="status">
      ${at && data && where && html`<${Card} at=${at} data=${data} where=${where} />`}
    </div>
  `;
}

/** @param {{at: PointAt, data: Data, where: {across: number, down: number}}} props */
function Card({ at, data, where }) {
  const [x1, x2] = data[at.part].x[at.index];
  const y = data[at.part].y[at.index];
  const answers = modes.answersFor(data);
  const index = modes.answerIndex(data, at);
  const regression = data.task === "regression";
  const [across, up] = axisNames(data);
  const colour = colourOf(y, regression, theme.value);
  const target = regression ? fixed(y, 3) : classNameOf(data.class_names, y);
  const heading =
    at.part === "train"
      ? t("Train point, {target}", { target })
      : t("Test point, {target}", { target });
  const rows = [
    { name: across, value: fixed(x1, 2) },
    { name: up, value: fixed(x2, 2) },
  ];
  if (answers && index >= 0) {
    rows.unshift(
      { name: t("answer"), value: answer(data, answers.values[index], answers.chosen[index]) },
      { name: t("loss"), value: loss(answers.losses[index]) },
    );
  }
  const values = data.rows?.[at.part][at.index] ?? [];
  for (const [k, value] of values.slice(0, MOST_COLUMNS).entries()) {
    const short = setting(Number(value.toPrecision(4))).replace("-", "−");
    rows.push({ name: data.columns?.[k] ?? "", value: short });
  }
  const left = values.length - MOST_COLUMNS;
  const wrong = !regression && answers && index >= 0 && answers.chosen[index] !== y;
  const style = {
    [where.across < 0.5 ? "left" : "right"]:
      `calc(${100 * Math.min(where.across, 1 - where.across)}% + 12px)`,
    [where.down < 0.5 ? "top" : "bottom"]:
      `calc(${100 * Math.min(where.down, 1 - where.down)}% + 12px)`,
  };
  return html`
    <div class="point-card" style=${style} data-part=${at.part} data-index=${at.index}>
      <strong><i aria-hidden="true" style=${{ background: colour }}></i>${heading}</strong>
      <dl>
        ${rows.map(
          ({ name, value }, row) => html`
            <div key=${row}>
              <dt>${name}</dt>
              <dd class="number">${value}</dd>
            </div>
          `,
        )}
      </dl>
      ${left > 0 && html`<p class="hint">${tn("and {count} more column", "and {count} more columns", left)}</p>`}
      ${wrong && html`<p class="wrong">${t("Answered wrongly")}</p>`}
    </div>
  `;
}

/**
 * @param {Data} data
 * @param {number} value as the server sends it
 * @param {number} chosen
 */
function answer(data, value, chosen) {
  if (data.task === "regression") return fixed(value, 3);
  const sure = data.task === "binary" && chosen === 0 ? 1 - value : value;
  return `${classNameOf(data.class_names, chosen)}, ${percent(sure, 2)}`;
}
