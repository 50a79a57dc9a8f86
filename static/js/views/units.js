import {
  html,
  useComputed,
  useEffect,
  useRef,
  useSignal,
  useSignalEffect,
} from "../../vendor/preact.js";
import { percent } from "../format.js";
import { t } from "../i18n.js";
import { paintOutputUnit, paintUnit } from "../maps.js";
import { featureTitles, unitName } from "../names.js";
import { ablatedUnits, frozenParts, includes, isFrozen } from "../parts.js";
import { get } from "../paths.js";
import * as store from "../store.js";
import { theme } from "../theme.js";
import { firstMap } from "../wire.js";

/** @typedef {import("../geometry.js").Diagram} Diagram */
/** @typedef {import("../store.js").Unit} Unit */

const ROOMY_LINE = 20; // pixels from one name to the next
const SMALL = 24; // maps with a faint frame

/**
 * A button per unit, with its map. The arrow keys go from one to the next.
 * @param {{
 *   diagram: Diagram, units: number[],
 *   range: import("../../vendor/preact.js").ReadonlySignal<[number, number]>,
 * }} props `range`: first and last layer in view
 */
export function Units({ diagram, units, range }) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const stop = useSignal(/** @type {Unit} */ ({ layer: 1, unit: 0 }));
  const shape = String(units);

  const paint = () => {
    const run = store.picture.value?.runs[store.selected.value];
    const tables = theme.value;
    const opened = store.opened.value;
    const [first, last] = range.value;
    if (!run || !opened || !box.current || String(run.units) !== shape) return;
    const canvases = box.current.getElementsByTagName("canvas");
    let k = firstMap(run.units, first);
    for (let layer = first; layer <= Math.min(last, run.units.length - 1); layer++) {
      for (let unit = 0; unit < run.units[layer]; unit++, k++) {
        const context = canvases[k] && contextOf(canvases[k]);
        if (!context) return;
        if (layer < run.units.length - 1) paintUnit(context, opened, layer, unit, tables);
        else paintOutputUnit(context, run, unit, tables, true);
      }
    }
  };
  const painter = useRef(paint);
  painter.current = paint;
  useSignalEffect(() => painter.current());
  useEffect(paint, [shape]);

  const go = (/** @type {KeyboardEvent} */ event) => {
    const next = neighbour(stop.value, event.key, diagram, units);
    if (!next) return;
    event.preventDefault();
    stop.value = next;
    box.current?.querySelector(selector(next))?.focus();
  };
  const { layer, unit } = stop.value;
  const reachable = unit < (units[layer] ?? 0) ? stop.value : { layer: 0, unit: 0 };
  return html`
    <div
      class="units"
      role="group"
      aria-label=${t("Units")}
      aria-describedby="units-keys"
      ref=${box}
      onKeyDown=${go}
      data-own-arrows
    >
      <p id="units-keys" hidden>
        ${t("Arrow keys go from unit to unit; Enter keeps one enlarged.")}
      </p>
      <${FeatureNames} diagram=${diagram} />
      ${diagram.columns.map(({ at, tile }, column) =>
        at.map(
          ({ x, y }, index) => html`
            <${UnitButton}
              key=${`${column} ${index}`}
              layer=${column}
              unit=${index}
              units=${units}
              x=${x}
              y=${y}
              tile=${tile}
              reachable=${reachable.layer === column && reachable.unit === index}
              stop=${stop}
            />
          `,
        ),
      )}
    </div>
  `;
}

/** @param {{diagram: Diagram}} props */
function FeatureNames({ diagram }) {
  const { at, tile, pitch } = diagram.columns[0];
  if (diagram.names === 0) return null;
  return featureTitles().flatMap((title, unit) => {
    if (unit >= at.length) return [];
    const right = at[unit].x - tile / 2 - 8;
    const place = { width: `${diagram.names}px`, left: `${right - diagram.names}px` };
    return [
      html`
        <span
          class=${pitch < ROOMY_LINE ? "feature-name small" : "feature-name"}
          aria-hidden="true"
          title=${title}
          style=${{ ...place, top: `${at[unit].y}px` }}
        >
          ${title}
        </span>
      `,
    ];
  });
}

/**
 * @param {Unit | null} one
 * @param {Unit} other
 */
function same(one, { layer, unit }) {
  return one?.layer === layer && one.unit === unit;
}

/**
 * What is to be seen of a unit beside its map, as classes: in a layer with dropout, frozen, dropped.
 * @param {Unit} unit
 */
function marksOf(unit) {
  const spec = store.spec.value;
  const own = Number(get(spec, `layers.${unit.layer - 1}.dropout`) ?? Number.NaN);
  const share = Number.isNaN(own) ? Number(get(spec, "regularization.dropout") ?? 0) : own;
  const hidden = unit.layer > 0 && unit.layer < store.units.value.length - 1;
  const marks = [
    hidden && share > 0 ? "thinned" : "",
    isFrozen(frozenParts(spec), unit) ? "frozen" : "",
    includes(ablatedUnits(spec), unit) ? "ablated" : "",
  ];
  return marks.filter((mark) => mark).join(" ");
}

/**
 * Of how many points of the latest single batch dropout has left the unit out, as a share.
 * @param {Unit} unit
 */
function outOf({ layer, unit }) {
  return store.lastBatch.value?.shares[layer - 1]?.[unit] ?? 0;
}

/**
 * @param {{
 *   layer: number, unit: number, units: number[], x: number, y: number, tile: number,
 *   reachable: boolean, stop: import("../../vendor/preact.js").Signal<Unit>,
 * }} props
 */
function UnitButton({ layer, unit, units, x, y, tile, reachable, stop }) {
  const me = { layer, unit };
  const own = useRef(me);
  own.current = me;
  // Of thousands of units only those are drawn again that change.
  const pinned = useComputed(() => same(store.pinned.value, own.current)).value;
  const inspected = useComputed(() => same(store.inspected.value, own.current)).value;
  const marks = useComputed(() => marksOf(own.current)).value;
  const out = useComputed(() => outOf(own.current)).value;
  const enter = () => {
    store.pointed.value = me;
  };
  const leave = () => {
    store.pointed.value = null;
  };
  const focus = () => {
    stop.value = me;
    enter();
  };
  const keep = () => {
    store.pinned.value = pinned ? null : me;
  };
  const style = {
    left: `${x - tile / 2}px`,
    top: `${y - tile / 2}px`,
    width: `${tile}px`,
    "--corner": `${Math.min(6, tile / 5)}px`,
    "--out": `${100 * out}%`,
  };
  return html`
    <button
      type="button"
      class=${`unit${tile < SMALL ? " small" : ""}${inspected ? " inspected" : ""}${out > 0 ? " out" : ""} ${marks}`}
      data-layer=${layer}
      data-unit=${unit}
      style=${style}
      tabindex=${reachable ? 0 : -1}
      aria-label=${unitName(layer, unit, units)}
      aria-description=${descriptionOf(marks, out)}
      aria-pressed=${pinned}
      onPointerEnter=${enter}
      onPointerLeave=${leave}
      onFocus=${focus}
      onBlur=${leave}
      onClick=${keep}
    >
      <canvas width="34" height="34" aria-hidden="true"></canvas>
    </button>
  `;
}

/**
 * @param {string} marks
 * @param {number} out
 */
function descriptionOf(marks, out) {
  const words = [
    out > 0 && t("left out of {share} of the batch", { share: percent(out, 0) }),
    marks.includes("frozen") && t("frozen"),
    marks.includes("ablated") && t("dropped"),
  ].filter((word) => word);
  return words.join(", ") || undefined;
}

/** @type {WeakMap<HTMLCanvasElement, CanvasRenderingContext2D | null>} */
const contexts = new WeakMap();

/** @param {HTMLCanvasElement} canvas */
function contextOf(canvas) {
  let context = contexts.get(canvas);
  if (context === undefined) {
    context = canvas.getContext("2d", { alpha: false });
    contexts.set(canvas, context);
  }
  return context;
}

/** @param {Unit} unit */
function selector({ layer, unit }) {
  return /** @type {"button"} */ (`[data-layer="${layer}"][data-unit="${unit}"]`);
}

/**
 * The unit beside another: the next row or column, or the nearest of the next layer.
 * @param {Unit} from
 * @param {string} key
 * @param {Diagram} diagram
 * @param {number[]} units
 * @returns {Unit | null}
 */
function neighbour({ layer, unit }, key, { columns }, units) {
  const across = { ArrowLeft: -1, ArrowRight: 1 }[key];
  const along = { ArrowUp: -1, ArrowDown: 1 }[key];
  if (along === undefined && across === undefined) return null;
  const here = columns[layer].at;
  const side = here.filter(({ y }) => y === here[0].y).length;
  if (along !== undefined) {
    const next = unit + along * side;
    return { layer, unit: next >= 0 && next < units[layer] ? next : unit };
  }
  const step = Number(across);
  const beside = unit + step;
  if (here[beside] && here[beside].y === here[unit].y) return { layer, unit: beside };
  const next = layer + step;
  if (next < 0 || next >= units.length) return { layer, unit };
  const away = columns[next].at.map(({ x, y }) => Math.hypot(x - here[unit].x, y - here[unit].y));
  return { layer: next, unit: away.indexOf(Math.min(...away)) };
}
