import { html } from "../../vendor/preact.js";
import { percent, signed, small } from "../format.js";
import { explainsMark } from "../glossary.js";
import { message, t } from "../i18n.js";
import { isHidden } from "../lesson.js";
import { layerName } from "../names.js";
import * as store from "../store.js";

/** @typedef {import("../wire.js").LayerStatistics} LayerStatistics */

const [WIDTH, HEIGHT] = [100, 20];

const HEADS = [
  {
    key: "activations",
    head: message("activations"),
    mark: "marks.activation_histogram",
  },
  {
    key: "mean",
    head: message("mean"),
    mark: "marks.mean",
  },
  {
    key: "spread",
    head: message("spread"),
    mark: "marks.spread",
  },
  {
    key: "gradient",
    head: message("grad."),
    mark: "marks.gradient_norm",
  },
  {
    key: "dead",
    head: message("dead"),
    mark: "marks.dead",
  },
  {
    key: "saturated",
    head: message("sat."),
    mark: "marks.saturated",
  },
  {
    key: "update",
    head: message("Δ/w"),
    mark: "marks.update_ratio",
  },
];

/** How each layer is doing: what its units answer, and how much learning reaches it. */
export function Layers() {
  store.pulse.value;
  const units = store.units.value;
  const run = store.picture.peek()?.runs[store.selected.value];
  const fits = run !== undefined && String(run.units) === String(units);
  const layers = units.slice(1).map((_, index) => index);
  return html`
    <section class="panel layers" hidden=${isHidden("health")} aria-labelledby="layers-title">
      <h2 id="layers-title">${t("Layers")}</h2>
      <div class="scroller" role="group" aria-labelledby="layers-title" tabindex="0">
        <table>
          <thead>
            <tr>
              <th scope="col"><span class="sr-only">${t("layer")}</span></th>
              ${HEADS.map(
                ({ key, head, mark }) => html`
                  <th scope="col" class=${classOf(key)} key=${key}>
                    <span tabindex="0" ...${explainsMark(mark)}>${t(head)}</span>
                  </th>
                `,
              )}
            </tr>
          </thead>
          <tbody>
            ${layers.map(
              (index) => html`
                <${Row}
                  key=${index}
                  name=${layerName(index + 1, units)}
                  index=${index}
                  layers=${fits ? run.layers : null}
                />
              `,
            )}
          </tbody>
        </table>
      </div>
    </section>
  `;
}

/** @param {string} key */
function classOf(key) {
  if (key === "activations") return "spread-out";
  if (key === "mean" || key === "spread") return "roomy";
  return key === "saturated" ? "spare" : "";
}

/** @param {{name: string, index: number, layers: LayerStatistics | null}} props */
function Row({ name, index, layers }) {
  const at = (/** @type {Float32Array | undefined} */ values) => values?.[index] ?? Number.NaN;
  const [mean, spread] = [signed(at(layers?.mean)), signed(at(layers?.spread))];
  return html`
    <tr>
      <th scope="row">${name}</th>
      <td class="spread-out"><${Histogram} index=${index} layers=${layers} mean=${mean} spread=${spread} /></td>
      <td class="number roomy" data-statistic="mean">${mean}</td>
      <td class="number roomy" data-statistic="spread">${spread}</td>
      <td class="number" data-statistic="gradient">${small(at(layers?.gradientNorm))}</td>
      <td class="number" data-statistic="dead">${percent(at(layers?.dead), 0)}</td>
      <td class="number spare" data-statistic="saturated">${percent(at(layers?.saturated), 0)}</td>
      <td class="number" data-statistic="update">${small(at(layers?.updateRatio))}</td>
    </tr>
  `;
}

/**
 * @param {{index: number, layers: LayerStatistics | null, mean: string, spread: string}} props
 */
function Histogram({ index, layers, mean, spread }) {
  if (!layers) return null;
  const bins = layers.histogram.length / layers.mean.length;
  const shares = layers.histogram.subarray(index * bins, (index + 1) * bins);
  const [low, high] = layers.histogramRange.subarray(2 * index, 2 * index + 2);
  const text = t("From {low} to {high}, mean {mean}, spread {spread}", {
    low: signed(low),
    high: signed(high),
    mean,
    spread,
  });
  return html`
    <svg
      class="histogram"
      viewBox=${`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label=${text}
    >
      <title>${text}</title>
      <path d=${bars(shares)} />
    </svg>
  `;
}

/**
 * Bars as high as the square root of their share, so that a full one does not hide the others.
 * @param {Float32Array} shares
 */
function bars(shares) {
  const width = WIDTH / shares.length;
  const most = Math.max(...shares);
  let path = "";
  shares.forEach((share, bin) => {
    if (!(share > 0)) return;
    const height = Math.max(1, HEIGHT * Math.sqrt(share / most));
    const [left, top] = [(bin * width + width * 0.1).toFixed(1), (HEIGHT - height).toFixed(1)];
    path += `M${left} ${HEIGHT}V${top}h${(0.8 * width).toFixed(1)}V${HEIGHT}z`;
  });
  return path;
}
