import { html } from "../../vendor/preact.js";
import { percent, signed } from "../format.js";
import { layerName } from "../names.js";
import * as store from "../store.js";

/** How each layer is doing: what its units answer, and how much learning reaches it. */
export function Layers() {
  store.pulse.value;
  const units = store.experiment.value?.runs[0].units ?? [];
  const run = store.picture.peek()?.runs[0];
  const fits = run !== undefined && String(run.units) === String(units);
  const layers = units.slice(1).map((_, index) => index);
  return html`
    <section class="panel layers" aria-labelledby="layers-title">
      <h2 id="layers-title">Layers</h2>
      <div class="scroller" role="group" aria-labelledby="layers-title" tabindex="0">
        <table>
          <thead>
            <tr>
              <th scope="col"><span class="sr-only">layer</span></th>
              <th scope="col" title="Mean of the activations over the training points">mean</th>
              <th scope="col" title="Standard deviation of the activations">spread</th>
              <th scope="col" title="Share of units that answer nothing to any point">dead</th>
              <th scope="col" title="Share of activations at the flat ends of their function">
                sat.
              </th>
              <th scope="col" title="Length of the gradient of the loss by the layer's parameters">
                grad.
              </th>
            </tr>
          </thead>
          <tbody>
            ${layers.map((index) => {
              const at = (/** @type {Float32Array | undefined} */ values) =>
                fits && values ? values[index] : Number.NaN;
              return html`
                <tr key=${index}>
                  <th scope="row">${layerName(index + 1, units)}</th>
                  <td class="number">${signed(at(run?.layers.mean))}</td>
                  <td class="number">${signed(at(run?.layers.spread))}</td>
                  <td class="number">${percent(at(run?.layers.dead), 0)}</td>
                  <td class="number">${percent(at(run?.layers.saturated), 0)}</td>
                  <td class="number">${small(at(run?.layers.gradientNorm))}</td>
                </tr>
              `;
            })}
          </tbody>
        </table>
      </div>
    </section>
  `;
}

/** @param {number} value */
function small(value) {
  if (!Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  if (value < 0.001 || value >= 1000)
    return value.toExponential(0).replace("e+", "e").replace("-", "−");
  return value.toPrecision(2);
}
