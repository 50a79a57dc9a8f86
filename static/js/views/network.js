import { html, useComputed, useRef, useSignal } from "../../vendor/preact.js";
import { signed } from "../format.js";
import { arrange, edgeAt } from "../geometry.js";
import { explainsMark } from "../glossary.js";
import { t } from "../i18n.js";
import { isHidden } from "../lesson.js";
import { edgeName, featureTitles } from "../names.js";
import * as store from "../store.js";
import { weightOf } from "../weights.js";
import { Edges } from "./edges.js";
import { Heads } from "./heads.js";
import { NetworkTable } from "./network_table.js";
import { useSize } from "./size.js";
import { Units } from "./units.js";
import { WeightEditor } from "./weight.js";

/** @typedef {import("../geometry.js").Edge} Edge */
/** @typedef {Edge & {x: number, y: number}} Placed */
/** @typedef {import("../../vendor/preact.js").Signal<Placed | null>} PlacedSignal */

const [MOUSE, FINGER] = [6, 16]; // how near to an edge is on it
const NOT_KNOWN = [1, 1]; // layers, until the experiment is there

/** The network, as a diagram or as a table. */
export function Network() {
  const tabular = useSignal(false);
  const pressed = useRef(false);
  // One button takes the place of another: the focus stays with it.
  const place = (/** @type {HTMLElement | null} */ button) => {
    if (!button || !pressed.current) return;
    pressed.current = false;
    button.focus();
  };
  const turn = html`
    <button
      type="button"
      class="as-table"
      ref=${place}
      aria-pressed=${tabular.value}
      onClick=${() => {
        pressed.current = true;
        tabular.value = !tabular.value;
      }}
      ...${explainsMark("marks.table")}
    >
      ${t("Table")}
    </button>
  `;
  return html`
    <section class="panel network" hidden=${isHidden("network")} aria-labelledby="network-title">
      <h2 id="network-title" class="sr-only">${t("Network")}</h2>
      ${tabular.value ? html`<${NetworkTable} turn=${turn} />` : html`<${Drawing} turn=${turn} />`}
    </section>
  `;
}

/**
 * Features, hidden layers and output, each unit with its live map.
 * @param {{turn: unknown}} props the button to the table
 */
function Drawing({ turn }) {
  const frame = useRef(/** @type {HTMLElement | null} */ (null));
  const size = useSize(frame);
  const scrolled = useSignal(0);
  const edge = useSignal(/** @type {Placed | null} */ (null));
  const edited = useSignal(/** @type {Placed | null} */ (null));

  const diagram = useComputed(() => {
    const { width, height } = size.value;
    const longest = Math.max(0, ...featureTitles().map((title) => title.length));
    const units = store.units.value.length > 0 ? store.units.value : NOT_KNOWN;
    return arrange(units, width, height, { longest, arcs: hasArcs() });
  });
  const range = useComputed(() => {
    const { columns } = diagram.value;
    const right = scrolled.value + size.value.width;
    const seen = columns.map(
      ({ x, width }) => x + width / 2 >= scrolled.value && x - width / 2 <= right,
    );
    const [first, last] = [seen.indexOf(true), seen.lastIndexOf(true)];
    return /** @type {[number, number]} */ ([Math.max(0, first), Math.max(0, last)]);
  });
  const pointed = useComputed(() => edited.value ?? edge.value);

  const find = (/** @type {MouseEvent & {currentTarget: HTMLElement}} */ event) => {
    const box = event.currentTarget.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const elsewhere =
      event.target instanceof Element && event.target.closest("button, .head, [popover]");
    const reach = event instanceof PointerEvent && event.pointerType === "touch" ? FINGER : MOUSE;
    const near = elsewhere ? null : edgeAt(diagram.value, x, y, reach);
    return near && { ...near, x, y };
  };
  const move = (/** @type {PointerEvent & {currentTarget: HTMLElement}} */ event) => {
    const near = event.pointerType === "touch" ? null : find(event);
    if (near || edge.value) edge.value = near;
  };
  const units = store.units.value;
  const ready = units.length > 0 && size.value.width > 0;
  const { width, height } = diagram.value;

  return html`
    <div
      class="frame"
      ref=${frame}
      onScroll=${(/** @type {{currentTarget: HTMLElement}} */ { currentTarget }) => {
        scrolled.value = currentTarget.scrollLeft;
      }}
    >
      ${
        ready &&
        html`
          <div
            class=${edge.value ? "diagram on-edge" : "diagram"}
            style=${{ width: `${width}px`, height: `${height}px` }}
            onPointerMove=${move}
            onPointerLeave=${() => {
              edge.value = null;
            }}
            onClick=${(/** @type {MouseEvent & {currentTarget: HTMLElement}} */ event) => {
              const near = find(event);
              if (near) edited.value = near;
            }}
          >
            <${Edges} diagram=${diagram.value} units=${units} edge=${pointed} range=${range} />
            <${Heads} diagram=${diagram.value} turn=${turn} />
            <${Units} diagram=${diagram.value} units=${units} range=${range} />
            <${EdgeLabel} edge=${edge} hidden=${edited.value !== null} width=${width} />
            <${WeightEditor} edited=${edited} frame=${frame} />
          </div>
        `
      }
    </div>
  `;
}

/** Whether a layer adds what comes in to what goes out. */
function hasArcs() {
  const layers = /** @type {{residual?: boolean}[]} */ (store.spec.value?.layers ?? []);
  return layers.some(({ residual }) => residual);
}

/**
 * The weight of the edge under the pointer.
 * @param {{edge: PlacedSignal, hidden: boolean, width: number}} props
 */
function EdgeLabel({ edge, hidden, width }) {
  store.pulse.value; // the weight goes on changing
  const { value } = edge;
  const run = store.opened.peek();
  if (!value || !run || hidden) return null;
  const { x, y } = value;
  const style = { left: `${Math.min(x + 14, width - 168)}px`, top: `${y + 14}px` };
  return html`
    <div class="edge-label" style=${style}>
      <span>${edgeName(value, run.units)}</span>
      <strong class="number">${signed(weightOf(run, value))}</strong>
    </div>
  `;
}
