import { html, useComputed, useRef, useSignal, useSignalEffect } from "../../vendor/preact.js";
import { CLASSES, EDGE, erased, inside, placed, stroke } from "../drawing.js";
import { listed, t } from "../i18n.js";
import { draw, drawn } from "../own.js";
import { theme } from "../theme.js";
import { paintPoints } from "./points.js";
import { useSize } from "./size.js";

/** @typedef {import("../drawing.js").Position} Position */

/** In place of a class. */
const ERASER = -1;
const REACH = 0.5;
const RADIUS = 4;
/** By how much an arrow key moves, and with Shift. */
const [MOVE, SMALL_MOVE] = [0.5, 0.1];
/** @type {Record<string, Position>} */
const ARROWS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** A plane to draw points on, with the classes to draw. */
export function Sketch() {
  const tool = useSignal(0);
  const classes = useSignal(Math.max(2, ...drawn.value.y.map((label) => label + 1)));
  const needed = Math.max(classes.value, ...drawn.value.y.map((label) => label + 1));
  const tones = theme.value.classes;
  const pick = (/** @type {number} */ label) => {
    tool.value = label;
  };
  return html`
    <div class="tools" role="group" aria-label=${t("What to draw")}>
      ${Array.from(
        { length: needed },
        (_, label) => html`
          <button
            type="button"
            class="class-chip"
            key=${label}
            aria-pressed=${tool.value === label}
            aria-label=${t("Class {label}", { label })}
            title=${t("Class {label}", { label })}
            onClick=${() => pick(label)}
          >
            <i aria-hidden="true" style=${{ background: tones[label] }}></i>${label}
          </button>
        `,
      )}
      ${
        needed < CLASSES &&
        html`
          <button
            type="button"
            aria-label=${t("Another class")}
            title=${t("Another class")}
            onClick=${() => {
              classes.value = needed + 1;
              pick(needed);
            }}
          >
            +
          </button>
        `
      }
      <button
        type="button"
        class="apart"
        aria-pressed=${tool.value === ERASER}
        onClick=${() => pick(ERASER)}
      >
        ${t("Erase")}
      </button>
    </div>
    <${Canvas} label=${tool.value} classes=${needed} pick=${pick} />
    <p class="hint" id="sketch-keys">
      ${t("Click or drag.")}${" "}
      <span class="by-keys">
        ${t("By keyboard: arrows move, Enter places, Delete takes away, digits choose the class.")}
      </span>
    </p>
  `;
}

/**
 * @param {{label: number, classes: number, pick: (label: number) => void}} props
 */
function Canvas({ label, classes, pick }) {
  const canvas = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  const size = useSize(canvas);
  const side = useComputed(() => Math.round(size.value.width));
  const cursor = useSignal(/** @type {Position | null} */ (null));
  const said = useSignal("");
  const last = useRef(/** @type {Position | null} */ (null));
  const gesture = useRef({});

  useSignalEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (context && side.value > 0) paint(context, side.value, drawn.value, cursor.value);
  });

  const act = (/** @type {Position} */ at, /** @type {number} */ what) => {
    const points = drawn.value;
    const next = what === ERASER ? erased(points, at, REACH) : placed(points, at, what);
    draw(next, gesture.current);
  };
  const press = (/** @type {PointerEvent & {currentTarget: HTMLElement}} */ event) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    cursor.value = null;
    gesture.current = {};
    last.current = positionOf(event);
    act(last.current, label);
  };
  const move = (/** @type {PointerEvent & {currentTarget: HTMLElement}} */ event) => {
    if (!last.current) return;
    const to = positionOf(event);
    for (const at of stroke(last.current, to)) {
      act(at, label);
      last.current = at;
    }
  };
  const lift = () => {
    last.current = null;
  };
  const key = (/** @type {KeyboardEvent} */ event) => {
    const done = steer(event);
    if (!done) return;
    event.preventDefault();
    said.value = done;
  };
  /** @param {KeyboardEvent} event @returns {string} what happened; empty for other keys */
  const steer = ({ key, shiftKey, ctrlKey, metaKey, altKey }) => {
    if (ctrlKey || metaKey || altKey) return "";
    const at = cursor.value ?? [0, 0];
    if (ARROWS[key]) {
      const by = shiftKey ? SMALL_MOVE : MOVE;
      const [x1, x2] = ARROWS[key];
      // The first arrow shows where the cursor is.
      cursor.value = cursor.value ? inside([at[0] + by * x1, at[1] + by * x2]) : at;
      return spot(cursor.value);
    }
    if (/^\d$/.test(key) && Number(key) < classes) {
      pick(Number(key));
      return t("Class {label}", { label: key });
    }
    const erases = key === "Delete" || key === "Backspace";
    if (!erases && key !== "Enter" && key !== " ") return "";
    cursor.value = at;
    const before = drawn.value.y.length;
    gesture.current = {};
    act(at, erases ? ERASER : label);
    const more = drawn.value.y.length - before;
    return more > 0
      ? t("Placed class {label} at {place}", { label, place: spot(at) })
      : t("Took away {count}", { count: -more });
  };
  return html`
    <div
      class="sketch"
      role="application"
      tabindex="0"
      aria-label=${t("Plane to draw points on")}
      aria-describedby="sketch-keys"
      data-own-arrows
      onPointerDown=${press}
      onPointerMove=${move}
      onPointerUp=${lift}
      onPointerCancel=${lift}
      onKeyDown=${key}
      onBlur=${() => {
        cursor.value = null;
      }}
    >
      <canvas ref=${canvas} class=${label === ERASER ? "surface erasing" : "surface"} aria-hidden="true"></canvas>
    </div>
    <p class="sr-only" role="status">${said.value}</p>
  `;
}

/** @param {Position} at */
function spot([x1, x2]) {
  const text = (/** @type {number} */ value) => value.toFixed(1).replace("-", "−");
  return listed([`x₁ ${text(x1)}`, `x₂ ${text(x2)}`]);
}

/**
 * @param {PointerEvent & {currentTarget: HTMLElement}} event
 * @returns {Position}
 */
function positionOf({ clientX, clientY, currentTarget }) {
  const { left, top, width, height } = currentTarget.getBoundingClientRect();
  const share = [(clientX - left) / width, (clientY - top) / height];
  return inside([2 * EDGE * share[0] - EDGE, EDGE - 2 * EDGE * share[1]]);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} side
 * @param {import("../api.js").Points} points
 * @param {Position | null} cursor
 */
function paint(context, side, points, cursor) {
  const tones = theme.value;
  const ratio = devicePixelRatio;
  context.canvas.width = context.canvas.height = Math.round(side * ratio);
  context.scale(ratio, ratio);
  const place = (/** @type {number} */ x1, /** @type {number} */ x2) =>
    /** @type {Position} */ ([
      ((x1 + EDGE) / (2 * EDGE)) * side,
      ((EDGE - x2) / (2 * EDGE)) * side,
    ]);
  context.lineWidth = 1;
  for (let x = -EDGE + 3; x < EDGE; x += 3) {
    const at = Math.round(place(x, 0)[0]) + 0.5;
    context.strokeStyle = x === 0 ? tones.muted : tones.line;
    context.globalAlpha = x === 0 ? 0.6 : 1;
    context.beginPath();
    context.moveTo(at, 0);
    context.lineTo(at, side);
    context.moveTo(0, at);
    context.lineTo(side, at);
    context.stroke();
  }
  context.globalAlpha = 1;
  paintPoints(context, points, place, { hollow: false, regression: false, tones, radius: RADIUS });
  if (!cursor) return;
  const [x, y] = place(...cursor);
  context.strokeStyle = tones.ink;
  context.lineWidth = 1.5;
  context.beginPath();
  context.arc(x, y, RADIUS + 4, 0, 2 * Math.PI);
  for (const [dx, dy] of Object.values(ARROWS)) {
    context.moveTo(x + 5 * dx, y + 5 * dy);
    context.lineTo(x + 13 * dx, y + 13 * dy);
  }
  context.stroke();
}
