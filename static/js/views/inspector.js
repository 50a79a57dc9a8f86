import { html } from "../../vendor/preact.js";
import { signed } from "../format.js";
import { unitName } from "../names.js";
import * as store from "../store.js";
import { incoming } from "../wire.js";

const MOST = 10;

/** Bias and incoming weights of the unit under the pointer; otherwise how to get there. */
export function Inspector() {
  store.pulse.value;
  const unit = store.inspected.value;
  const run = store.opened.peek();
  if (!unit || !run || unit.unit >= (run.units[unit.layer] ?? 0)) {
    return html`
      <p class="inspector hint">
        Point at a unit to see its map here, with its bias and weights. Click to keep it.
      </p>
    `;
  }
  if (unit.layer === 0) {
    return html`<p class="inspector hint">An input: a feature of the point, without weights.</p>`;
  }
  const { weights, biases, fanIn } = incoming(run.units, run.weights, unit.layer);
  const own = Array.from(weights.subarray(unit.unit * fanIn, (unit.unit + 1) * fanIn));
  const rows = own.map((weight, from) => ({
    name: unitName(unit.layer - 1, from, run.units),
    weight,
  }));
  const largest = Math.max(1e-9, ...own.map(Math.abs), Math.abs(biases[unit.unit]));
  const shown = [...rows].sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight)).slice(0, MOST);
  const kept = rows.filter((row) => shown.includes(row));
  return html`
    <div class="inspector">
      <table>
        <caption class="sr-only">
          ${unitName(unit.layer, unit.unit, run.units)}: bias and incoming weights
        </caption>
        <tbody>
          <${Weight} name="Bias" weight=${biases[unit.unit]} largest=${largest} />
          ${kept.map(
            ({ name, weight }) => html`
              <${Weight} key=${name} name=${name} weight=${weight} largest=${largest} />
            `,
          )}
        </tbody>
      </table>
      ${rows.length > MOST && html`<p class="hint">and ${rows.length - MOST} smaller ones</p>`}
    </div>
  `;
}

/** @param {{name: string, weight: number, largest: number}} props */
function Weight({ name, weight, largest }) {
  const share = (50 * Math.abs(weight)) / largest;
  const bar = {
    width: `${share}%`,
    left: weight < 0 ? `${50 - share}%` : "50%",
    background: weight < 0 ? "var(--negative)" : "var(--positive)",
  };
  return html`
    <tr>
      <th scope="row">${name}</th>
      <td class="number">${signed(weight)}</td>
      <td class="size" aria-hidden="true"><span><i style=${bar}></i></span></td>
    </tr>
  `;
}
