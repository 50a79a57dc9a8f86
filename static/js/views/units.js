import { html, useEffect, useRef, useSignal, useSignalEffect } from "../../vendor/preact.js";
import { paintOutputUnit, paintUnit } from "../maps.js";
import { featureTitles, unitName } from "../names.js";
import * as store from "../store.js";
import { theme } from "../theme.js";

/** @typedef {import("../geometry.js").Diagram} Diagram */
/** @typedef {import("../store.js").Unit} Unit */

const LEAST_LINE = 12; // pixels from one name to the next
const ROOMY_LINE = 20;

/**
 * A button per unit, with its map. The arrow keys go from one to the next.
 * @param {{diagram: Diagram, units: number[]}} props
 */
export function Units({ diagram, units }) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const stop = useSignal(/** @type {Unit} */ ({ layer: 1, unit: 0 }));
  const shape = String(units);

  const paint = () => {
    const run = store.picture.value?.runs[store.selected.value];
    const tables = theme.value;
    const opened = store.opened.value;
    if (!run || !opened || !box.current || String(run.units) !== shape) return;
    const contexts = contextsOf(box.current);
    let k = 0;
    for (let layer = 0; layer < run.units.length; layer++) {
      for (let unit = 0; unit < run.units[layer]; unit++, k++) {
        const context = contexts[k];
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
    const next = neighbour(stop.value, event.key, units);
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
      aria-label="Units"
      aria-describedby="units-keys"
      ref=${box}
      onKeyDown=${go}
      data-own-arrows
    >
      <p id="units-keys" hidden>Arrow keys go from unit to unit; Enter keeps one enlarged.</p>
      <${FeatureNames} diagram=${diagram} />
      ${diagram.columns.map(({ x, y, tile }, column) =>
        y.map(
          (middle, index) => html`
            <${UnitButton}
              key=${`${column} ${index}`}
              layer=${column}
              unit=${index}
              units=${units}
              x=${x}
              y=${middle}
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

/**
 * As many names as there is room for.
 * @param {{diagram: Diagram}} props
 */
function FeatureNames({ diagram }) {
  const { x, y, tile, pitch } = diagram.columns[0];
  const every = Math.ceil(LEAST_LINE / pitch);
  const right = x - tile / 2 - 8;
  const place = { width: `${diagram.names}px`, left: `${right - diagram.names}px` };
  return featureTitles().flatMap((title, unit) =>
    unit % every === 0 && unit < y.length
      ? [
          html`
            <span
              class=${pitch < ROOMY_LINE ? "feature-name small" : "feature-name"}
              aria-hidden="true"
              title=${title}
              style=${{ ...place, top: `${y[unit]}px` }}
            >
              ${title}
            </span>
          `,
        ]
      : [],
  );
}

/**
 * @param {{
 *   layer: number, unit: number, units: number[], x: number, y: number, tile: number,
 *   reachable: boolean, stop: import("../../vendor/preact.js").Signal<Unit>,
 * }} props
 */
function UnitButton({ layer, unit, units, x, y, tile, reachable, stop }) {
  const pinned = store.pinned.value?.layer === layer && store.pinned.value.unit === unit;
  const inspected = store.inspected.value?.layer === layer && store.inspected.value.unit === unit;
  const me = { layer, unit };
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
  };
  return html`
    <button
      type="button"
      class=${inspected ? "unit inspected" : "unit"}
      data-layer=${layer}
      data-unit=${unit}
      style=${style}
      tabindex=${reachable ? 0 : -1}
      aria-label=${unitName(layer, unit, units)}
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

/** @type {WeakMap<HTMLCanvasElement, CanvasRenderingContext2D | null>} */
const contexts = new WeakMap();

/**
 * The canvases in the order of the units.
 * @param {HTMLElement} box
 */
function contextsOf(box) {
  return Array.from(box.getElementsByTagName("canvas"), (canvas) => {
    let context = contexts.get(canvas);
    if (context === undefined) {
      context = canvas.getContext("2d", { alpha: false });
      contexts.set(canvas, context);
    }
    return context;
  });
}

/** @param {Unit} unit */
function selector({ layer, unit }) {
  return /** @type {"button"} */ (`[data-layer="${layer}"][data-unit="${unit}"]`);
}

/**
 * @param {Unit} from
 * @param {string} key
 * @param {number[]} units
 * @returns {Unit | null}
 */
function neighbour({ layer, unit }, key, units) {
  const across = { ArrowLeft: -1, ArrowRight: 1 }[key];
  const along = { ArrowUp: -1, ArrowDown: 1 }[key];
  if (along !== undefined) {
    return { layer, unit: Math.min(units[layer] - 1, Math.max(0, unit + along)) };
  }
  if (across === undefined) return null;
  const next = Math.min(units.length - 1, Math.max(0, layer + across));
  const place = units[layer] > 1 ? unit / (units[layer] - 1) : 0.5;
  return { layer: next, unit: next === layer ? unit : Math.round(place * (units[next] - 1)) };
}
