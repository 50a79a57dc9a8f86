import { html, useEffect, useRef, useSignal } from "../../vendor/preact.js";
import { signed } from "../format.js";
import { arrange, edgeAt } from "../geometry.js";
import { featureTitles, unitName } from "../names.js";
import * as store from "../store.js";
import { incoming } from "../wire.js";
import { Edges } from "./edges.js";
import { Heads } from "./heads.js";
import { Units } from "./units.js";

/** @typedef {import("../geometry.js").Edge} Edge */

/** The diagram: features, hidden layers and output, each unit with its live map. */
export function Network() {
  const frame = useRef(/** @type {HTMLElement | null} */ (null));
  const size = useSignal({ width: 0, height: 0 });
  const edge = useSignal(/** @type {(Edge & {x: number, y: number}) | null} */ (null));

  useEffect(() => {
    if (!frame.current) return;
    const observer = new ResizeObserver(([{ contentRect }]) => {
      const { width, height } = contentRect;
      if (width !== size.value.width || height !== size.value.height)
        size.value = { width, height };
    });
    observer.observe(frame.current);
    return () => observer.disconnect();
  }, []);

  const units = store.units.value;
  const longest = Math.max(0, ...featureTitles().map((title) => title.length));
  const diagram = arrange(units, size.value.width, size.value.height, longest);
  const ready = units.length > 0 && size.value.width > 0;

  const move = (/** @type {PointerEvent & {currentTarget: HTMLElement}} */ event) => {
    const box = event.currentTarget.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const onUnit =
      event.target instanceof Element && event.target.closest("button, .head, [popover]");
    const near = onUnit ? null : edgeAt(diagram, x, y);
    if (near || edge.value) edge.value = near && { ...near, x, y };
  };

  return html`
    <section class="panel network" aria-labelledby="network-title">
      <h2 id="network-title" class="sr-only">Network</h2>
      <div class="frame" ref=${frame}>
        ${
          ready &&
          html`
            <div
              class="diagram"
              style=${{ width: `${diagram.width}px`, height: `${diagram.height}px` }}
              onPointerMove=${move}
              onPointerLeave=${() => {
                edge.value = null;
              }}
            >
              <${Edges} diagram=${diagram} units=${units} edge=${edge} />
              <${Heads} diagram=${diagram} />
              <${Units} diagram=${diagram} units=${units} />
              <${EdgeLabel} edge=${edge} units=${units} width=${diagram.width} />
            </div>
          `
        }
      </div>
    </section>
  `;
}

/**
 * The weight of the edge under the pointer.
 * @param {{
 *   edge: import("../../vendor/preact.js").Signal<(Edge & {x: number, y: number}) | null>,
 *   units: number[],
 *   width: number,
 * }} props
 */
function EdgeLabel({ edge, units, width }) {
  store.pulse.value; // the weight goes on changing
  const { value } = edge;
  const run = store.opened.peek();
  if (!value || !run) return null;
  const { layer, from, to, x, y } = value;
  const { weights, fanIn } = incoming(units, run.weights, layer);
  const style = { left: `${Math.min(x + 14, width - 168)}px`, top: `${y + 14}px` };
  return html`
    <div class="edge-label" style=${style}>
      <span>${unitName(layer - 1, from, units)} → ${unitName(layer, to, units)}</span>
      <strong class="number">${signed(weights[to * fanIn + from])}</strong>
    </div>
  `;
}
