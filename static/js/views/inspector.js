import { html, useSignal } from "../../vendor/preact.js";
import { loss, percent, signed } from "../format.js";
import { BIAS } from "../geometry.js";
import { explainsMark } from "../glossary.js";
import { message, t, tn } from "../i18n.js";
import { isLocked } from "../lesson.js";
import { edgeName, shortName, unitName } from "../names.js";
import { ablatedUnits, includes, withUnit } from "../parts.js";
import { change } from "../settings.js";
import * as store from "../store.js";
import { incoming, statisticsOf } from "../wire.js";
import { Freeze, WeightEntry } from "./weight.js";

/** @typedef {import("../store.js").Unit} Unit */
/** @typedef {import("../wire.js").Opened} Opened */
/** @typedef {{from: number, name: string, weight: number}} Incoming */

const MOST = 10;

const STATISTICS = [
  { name: message("Mean"), mark: "marks.unit_mean" },
  { name: message("Spread"), mark: "marks.unit_spread" },
  { name: message("Flat"), mark: "marks.flat" },
];

/** Bias and incoming weights of the unit under the pointer; otherwise how to get there. */
export function Inspector() {
  const all = useSignal(false);
  store.pulse.value;
  const unit = store.inspected.value;
  const run = store.opened.peek();
  if (!unit || !run || unit.unit >= (run.units[unit.layer] ?? 0)) {
    return html`
      <p class="inspector hint">
        ${t("Point at a unit to see its map here, with its bias and weights. Click to keep it.")}
      </p>
    `;
  }
  if (unit.layer === 0) {
    return html`
      <p class="inspector hint">
        ${t("An input: a feature of the point, without weights.")}
      </p>
    `;
  }
  const kept = store.pinned.value?.layer === unit.layer && store.pinned.value.unit === unit.unit;
  const dropped = includes(ablatedUnits(store.spec.value), unit);
  const { shown, rest, largest } = strongest(
    run,
    unit,
    kept && all.value ? Number.POSITIVE_INFINITY : MOST,
  );
  const name = unitName(unit.layer, unit.unit, run.units);
  return html`
    <div class=${kept ? "inspector kept" : "inspector"}>
      ${kept && html`<${Actions} unit=${unit} run=${run} name=${name} />`}
      <${Statistics} unit=${unit} run=${run} />
      ${dropped && html`<${Ablation} run=${run} />`}
      <table>
        <caption class="sr-only">
          ${t("{name}: bias and incoming weights", { name })}
        </caption>
        <tbody>
          ${shown.map(
            (row) => html`
              <${Weight}
                key=${row.from}
                row=${row}
                unit=${unit}
                units=${run.units}
                largest=${largest}
                kept=${kept}
              />
            `,
          )}
        </tbody>
      </table>
      ${rest > 0 && html`<p class="hint">${tn("and {count} smaller one", "and {count} smaller ones", rest)}</p>`}
      ${
        kept &&
        run.units[unit.layer - 1] > MOST &&
        html`
          <button
            type="button"
            class="word"
            aria-pressed=${all.value}
            onClick=${() => {
              all.value = !all.value;
            }}
          >
            ${t("All weights")}
          </button>
        `
      }
    </div>
  `;
}

/**
 * The bias and the largest of a unit's incoming weights, in their order.
 * @param {Opened} run
 * @param {Unit} unit
 * @param {number} [most]
 * @returns {{shown: Incoming[], rest: number, largest: number}}
 */
export function strongest(run, { layer, unit }, most = MOST) {
  const { weights, biases, fanIn } = incoming(run.units, run.weights, layer);
  const own = weights.subarray(unit * fanIn, (unit + 1) * fanIn);
  const size = (/** @type {number} */ from) => Math.abs(own[from]);
  const order = Array.from(own.keys()).sort((one, other) => size(other) - size(one));
  const chosen = order.slice(0, most).sort((one, other) => one - other);
  const bias = { from: BIAS, name: t("Bias"), weight: biases[unit] };
  return {
    shown: [
      bias,
      ...chosen.map((from) => ({
        from,
        name: shortName(layer - 1, from),
        weight: own[from],
      })),
    ],
    rest: Math.max(0, fanIn - most),
    largest: Math.max(1e-9, size(order[0]) || 0, Math.abs(biases[unit])),
  };
}

/**
 * What can be done with a unit that is kept.
 * @param {{unit: Unit, run: Opened, name: string}} props
 */
function Actions({ unit, run, name }) {
  const ablated = ablatedUnits(store.shown.value);
  const dropped = includes(ablated, unit);
  const hidden = unit.layer < run.units.length - 1;
  return html`
    <div class="actions">
      <strong>${name}</strong>
      <${Freeze} part=${unit} label=${t("Freeze {name}", { name })} text=${t("Freeze")} />
      ${
        hidden &&
        html`
          <button
            type="button"
            class="word"
            aria-pressed=${dropped}
            aria-label=${t("Drop {name}", { name })}
            ...${explainsMark("marks.ablated")}
            disabled=${isLocked("ablated")}
            onClick=${() => change("ablated", withUnit(ablated, unit, !dropped))}
          >
            ${t("Drop")}
          </button>
        `
      }
    </div>
  `;
}

/**
 * How the unit fares, and what has changed since units were dropped.
 * @param {{unit: Unit, run: Opened}} props
 */
function Statistics({ unit, run }) {
  const { mean, spread, flat } = statisticsOf(run, unit.layer, unit.unit);
  const numbers = [signed(mean), signed(spread), percent(flat, 0)];
  return html`
    <dl class="statistics">
      ${STATISTICS.map(
        ({ name, mark }, index) => html`
          <div key=${name}>
            <dt><span tabindex="0" ...${explainsMark(mark)}>${t(name)}</span></dt>
            <dd class="number">${numbers[index]}</dd>
          </div>
        `,
      )}
    </dl>
  `;
}

/**
 * What the dropped units did: the losses with them and without, all else equal.
 * @param {{run: Opened}} props
 */
function Ablation({ run }) {
  const count = ablatedUnits(store.spec.value).length;
  if (run.ablation.length === 0 || count === 0) return null;
  const [train, test, trainWith, testWith] = run.ablation;
  const title = tn("Without the dropped unit", "Without the {count} dropped units", count);
  return html`
    <dl class="statistics ablation" aria-label=${title} ...${explainsMark("marks.ablation")}>
      <div>
        <dt>${t("Test loss")}</dt>
        <dd class="number">${loss(testWith)} → ${loss(test)}</dd>
      </div>
      <div>
        <dt>${t("Train loss")}</dt>
        <dd class="number">${loss(trainWith)} → ${loss(train)}</dd>
      </div>
    </dl>
  `;
}

/**
 * @param {{row: Incoming, unit: Unit, units: number[], largest: number, kept: boolean}} props
 */
function Weight({ row: { from, name, weight }, unit, units, largest, kept }) {
  const edge = { layer: unit.layer, to: unit.unit, from };
  const whole = edgeName(edge, units);
  const share = (50 * Math.abs(weight)) / largest;
  const bar = {
    width: `${share}%`,
    left: weight < 0 ? `${50 - share}%` : "50%",
    background: weight < 0 ? "var(--negative)" : "var(--positive)",
  };
  const part = { layer: unit.layer, unit: unit.unit, input: from };
  return html`
    <tr>
      <th scope="row">
        <span ...${explainsMark(from === BIAS ? "marks.bias" : "marks.edge")}>${name}</span>
      </th>
      <td class="number">
        ${kept ? html`<${WeightEntry} edge=${edge} label=${whole} />` : signed(weight)}
      </td>
      <td class="size">
        <span aria-hidden="true"><i style=${bar}></i></span>
      </td>
      ${
        kept &&
        html`<td class="hold"><${Freeze} part=${part} label=${t("Freeze {name}", { name: whole })} /></td>`
      }
    </tr>
  `;
}
