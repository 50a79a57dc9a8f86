import { html, useSignal } from "../../vendor/preact.js";
import { percent, signed } from "../format.js";
import { explainsMark } from "../glossary.js";
import { t, tn } from "../i18n.js";
import { layerName, unitName } from "../names.js";
import { ablatedUnits, frozenParts, includes, isFrozen } from "../parts.js";
import * as store from "../store.js";
import { statisticsOf } from "../wire.js";
import { strongest } from "./inspector.js";

/** @typedef {import("../store.js").Unit} Unit */
/** @typedef {import("../wire.js").Opened} Opened */

const MOST = 8; // weights that are written out of each unit
const FEW = 64; // units that are shown all at once

/**
 * The network in words and numbers: each unit with its bias, weights and statistics.
 * @param {{turn: unknown}} props the button back to the diagram
 */
export function NetworkTable({ turn }) {
  store.pulse.value;
  const units = store.units.value;
  const run = store.opened.peek();
  const layers = units.slice(1).map((_, index) => index + 1);
  const few = units.slice(1).reduce((sum, count) => sum + count, 0) <= FEW;
  const chosen = useSignal(0);
  const one = chosen.value <= layers.length ? chosen.value : 0;
  const shown = one === 0 ? (few ? layers : layers.slice(0, 1)) : [one];
  return html`
    <div class="frame tabular" role="group" aria-label=${t("Network as a table")} tabindex="0">
      <div class="top">
      <label class="which" ...${explainsMark("marks.table")}>
        ${t("Show")}
        <select
          value=${String(one || (few ? 0 : 1))}
          onChange=${(/** @type {{currentTarget: HTMLSelectElement}} */ { currentTarget }) => {
            chosen.value = Number(currentTarget.value);
          }}
        >
          ${few && html`<option value="0">${t("All layers")}</option>`}
          ${layers.map((layer) => html`<option value=${layer}>${layerName(layer, units)}</option>`)}
        </select>
      </label>
      ${turn}
      </div>
      <table>
        <caption class="sr-only">
          ${t("Units of the network, with what leads into them")}
        </caption>
        <thead>
          <tr>
            <th scope="col">${t("Unit")}</th>
            <th scope="col"><span ...${explainsMark("marks.bias")}>${t("Bias")}</span></th>
            <th scope="col"><span ...${explainsMark("marks.unit_mean")}>${t("Mean")}</span></th>
            <th scope="col"><span ...${explainsMark("marks.unit_spread")}>${t("Spread")}</span></th>
            <th scope="col"><span ...${explainsMark("marks.flat")}>${t("Flat")}</span></th>
            <th scope="col"><span ...${explainsMark("marks.edge")}>${t("Incoming weights")}</span></th>
          </tr>
        </thead>
        <tbody>
          ${
            run &&
            shown.flatMap((layer) =>
              Array.from(
                { length: units[layer] },
                (_, unit) =>
                  html`<${Row} key=${`${layer} ${unit}`} run=${run} unit=${{ layer, unit }} />`,
              ),
            )
          }
        </tbody>
      </table>
    </div>
  `;
}

/** @param {{run: Opened, unit: Unit}} props */
function Row({ run, unit }) {
  const { mean, spread, flat } = statisticsOf(run, unit.layer, unit.unit);
  const {
    shown: [bias, ...weights],
    rest,
  } = strongest(run, unit, MOST);
  const marks = [
    isFrozen(frozenParts(store.spec.value), unit) && t("frozen"),
    includes(ablatedUnits(store.spec.value), unit) && t("dropped"),
  ].filter((mark) => mark);
  return html`
    <tr>
      <th scope="row">
        ${unitName(unit.layer, unit.unit, run.units)}
        ${marks.length > 0 && html`<span class="hint"> ${marks.join(", ")}</span>`}
      </th>
      <td class="number">${signed(bias.weight)}</td>
      <td class="number">${signed(mean)}</td>
      <td class="number">${signed(spread)}</td>
      <td class="number">${percent(flat, 0)}</td>
      <td class="weights number">
        ${weights.map(({ name, weight }) => html`<span>${name} <b>${signed(weight)}</b></span>`)}
        ${rest > 0 && html`<span class="hint">${tn("and {count} smaller one", "and {count} smaller ones", rest)}</span>`}
      </td>
    </tr>
  `;
}
