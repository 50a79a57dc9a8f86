import { html, useEffect, useId, useRef, useSignal } from "../../vendor/preact.js";
import { fixed, typedNumber } from "../format.js";
import { BIAS } from "../geometry.js";
import { explainsMark } from "../glossary.js";
import { t } from "../i18n.js";
import { isLocked } from "../lesson.js";
import { edgeName } from "../names.js";
import { frozenParts, isFrozen, isFrozenWith, withFrozen } from "../parts.js";
import { change } from "../settings.js";
import * as store from "../store.js";
import { setWeight, weightOf } from "../weights.js";

/** @typedef {import("../geometry.js").Edge} Edge */
/** @typedef {import("../parts.js").Part} Part */
/** @typedef {{currentTarget: HTMLInputElement}} Target */

const DIGITS = 3;
const STOPS = 200;
const LEAST_REACH = 2; // how far the slider goes at least
const MOST = 1e6;

/**
 * A weight or bias, to be typed; shows it as it is while nothing is typed.
 * @param {{edge: Edge, label: string, id?: string}} props
 */
export function WeightEntry({ edge, label, id }) {
  store.pulse.value;
  const run = store.opened.peek();
  const typed = useSignal(/** @type {string | null} */ (null));
  const wrong = useSignal(false);
  if (!run) return null;
  const commit = () => {
    if (typed.value === null) return;
    const value = typedNumber(typed.value);
    wrong.value = !(Math.abs(value) <= MOST);
    if (wrong.value) return;
    typed.value = null;
    setWeight(edge, value);
  };
  return html`
    <input
      type="text"
      class="entry number"
      id=${id}
      inputmode="decimal"
      autocomplete="off"
      aria-label=${label}
      aria-invalid=${wrong.value}
      disabled=${isLocked("weights")}
      title=${wrong.value ? t("A number up to a million") : undefined}
      value=${typed.value ?? fixed(weightOf(run, edge), DIGITS)}
      onInput=${(/** @type {Target} */ { currentTarget }) => {
        typed.value = currentTarget.value;
      }}
      onChange=${commit}
      onKeyDown=${(/** @type {KeyboardEvent} */ event) => {
        if (event.key === "Enter") commit();
        if (event.key !== "Escape" || typed.value === null) return;
        event.stopPropagation(); // only what is typed goes, not what it stands in
        event.preventDefault();
        typed.value = null;
        wrong.value = false;
      }}
    />
  `;
}

/**
 * A button that freezes a weight, a unit or a layer of the open lane.
 * @param {{part: Part, label: string, text?: unknown}} props `label` says what it freezes
 */
export function Freeze({ part, label, text }) {
  const frozen = frozenParts(store.shown.value);
  const held = isFrozen(frozen, part);
  const above = isFrozenWith(frozen, part);
  return html`
    <button
      type="button"
      class=${text ? "word freeze" : "freeze"}
      aria-pressed=${held}
      aria-label=${label}
      ...${explainsMark("marks.frozen")}
      disabled=${above || isLocked("frozen")}
      onClick=${() => change("frozen", withFrozen(frozen, part, !held))}
    >
      <${Lock} />${text}
    </button>
  `;
}

function Lock() {
  return html`
    <svg class="lock" viewBox="0 0 16 16" aria-hidden="true">
      <path class="shackle" d="M5 7V5a3 3 0 0 1 6 0v2" /><path d="M3.5 7h9v6.5h-9z" />
    </svg>
  `;
}

/**
 * A weight on a slider that reaches as far as it needs.
 * @param {{edge: Edge, label: string}} props
 */
function WeightSlider({ edge, label }) {
  store.pulse.value;
  const run = store.opened.peek();
  const now = run ? weightOf(run, edge) : 0;
  const reach = useRef(LEAST_REACH);
  if (Math.abs(now) > reach.current) reach.current = Math.ceil(2 * Math.abs(now));
  const dragged = useSignal(/** @type {number | null} */ (null));
  const gesture = useRef({});
  const value = dragged.value ?? now;
  // Each change stays in the history of a run that trains: only where it is let go counts there.
  const slide = (/** @type {Target} */ { currentTarget }) => {
    dragged.value = (Number(currentTarget.value) * reach.current) / STOPS;
    if (!store.playing.value) setWeight(edge, dragged.value, gesture.current);
  };
  const release = () => {
    if (dragged.value !== null && store.playing.value) setWeight(edge, dragged.value);
    dragged.value = null;
    gesture.current = {};
  };
  return html`
    <input
      type="range"
      disabled=${isLocked("weights")}
      min=${-STOPS}
      max=${STOPS}
      step="1"
      value=${Math.round((STOPS * value) / reach.current)}
      aria-label=${label}
      aria-valuetext=${fixed(value, DIGITS)}
      style=${{ "--filled": "0%" }}
      onInput=${slide}
      onChange=${release}
    />
  `;
}

/**
 * What opens where an edge or a bias is clicked.
 * @param {{
 *   edited: import("../../vendor/preact.js").Signal<(Edge & {x: number, y: number}) | null>,
 *   frame: {current: HTMLElement | null},
 * }} props
 */
export function WeightEditor({ edited, frame }) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const id = useId();
  const edge = edited.value;
  useEffect(() => {
    const [what, around] = [box.current, frame.current];
    if (!edge || !what || !around) return;
    what.showPopover();
    const { left, top } = around.getBoundingClientRect();
    const x = left + edge.x - around.scrollLeft + 12;
    const y = top + edge.y - around.scrollTop + 12;
    what.style.left = `${Math.max(12, Math.min(x, innerWidth - what.offsetWidth - 12)) + scrollX}px`;
    what.style.top = `${Math.max(12, Math.min(y, innerHeight - what.offsetHeight - 12)) + scrollY}px`;
    what.querySelector("input")?.select();
  }, [edge]);
  store.pulse.value;
  const run = store.opened.peek();
  const there = edge && run && edge.layer < run.units.length && edge.to < run.units[edge.layer];
  if (!there) return null;
  const name = edgeName(edge, run.units);
  const part = { layer: edge.layer, unit: edge.to, input: edge.from };
  return html`
    <div
      class="popover weight"
      id=${id}
      ref=${box}
      popover="auto"
      role="group"
      aria-label=${name}
      key=${`${edge.layer} ${edge.to} ${edge.from}`}
      onToggle=${(/** @type {ToggleEvent} */ { newState }) => {
        if (newState === "closed" && edited.value === edge) edited.value = null;
      }}
    >
      <p class="title">
        <span ...${explainsMark(edge.from === BIAS ? "marks.bias" : "marks.edge")}>${name}</span>
      </p>
      <div class="row">
        <${WeightEntry} edge=${edge} label=${t("Value of {name}", { name })} />
        <${WeightSlider} edge=${edge} label=${t("Slider of {name}", { name })} />
        <${Freeze} part=${part} label=${t("Freeze {name}", { name })} />
      </div>
    </div>
  `;
}
