import { html, signal, useEffect, useRef, useSignalEffect } from "../../vendor/preact.js";
import * as compare from "../compare.js";
import { explainsMark } from "../glossary.js";
import { listed, message, rich, t, tn } from "../i18n.js";
import { fairness, MOST } from "../lanes.js";
import { isHidden } from "../lesson.js";
import { paintOutputSmall } from "../maps.js";
import { paintSpark, range, sample } from "../sparkline.js";
import * as store from "../store.js";
import { theme } from "../theme.js";
import { opensChooser } from "./chooser.js";
import { explainsOnFocus, explainsOnHover } from "./help.js";
import { LaneCard, Seeds } from "./lane.js";
import { colourOf } from "./points.js";
import { Popover } from "./popover.js";

/** @typedef {import("../lanes.js").Part} Part */

const BEAT = 200;
const DOT = 2;

/** Counts up at most five times a second, for curves. */
const beat = signal(0);
let beating = 0;
store.pulse.subscribe(() => {
  if (beating !== 0) return;
  beating = setTimeout(() => {
    beating = 0;
    beat.value++;
  }, BEAT);
});

/** All lanes side by side: what each has learned, its numbers and its curve. */
export function Strip() {
  const lanes = store.lanes.value;
  if (lanes.length < 2) return html`<${Invitation} loading=${lanes.length === 0} />`;
  return html`
    <section class="lanes" aria-labelledby="lanes-title">
      <div class="lanes-head">
        <h2 id="lanes-title">${t("Side by side")}</h2>
        <${Fairness} />
        <${SeedsOfAll} lanes=${lanes} />
      </div>
      <${Cards} lanes=${lanes} />
    </section>
  `;
}

/** @param {{loading: boolean}} props */
function Invitation({ loading }) {
  return html`
    <section class="lanes single" hidden=${isHidden("compare")} aria-label=${t("Side by side")}>
      <button type="button" class="invite" disabled=${loading} ...${opensChooser()} ...${explainsMark("marks.compare")}>
        <strong>${t("+ Compare")}</strong>
        <span>${t("Side by side with another optimizer, rate, activation, initialization…")}</span>
      </button>
    </section>
  `;
}

/** @param {{lanes: import("../store.js").Lane[]}} props */
function Cards({ lanes }) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const shape = lanes.map(({ tone }) => tone).join();

  const paintMaps = () => {
    const picture = store.picture.value;
    const tables = theme.value;
    if (!picture || !box.current) return;
    contextsOf(box.current, "lane-map").forEach((context, index) => {
      const run = picture.runs[index];
      if (run) paintOutputSmall(context, run, tables);
    });
  };
  const paintDots = () => {
    const runs = store.runs.value;
    const all = store.points.value;
    const tones = theme.value;
    if (!box.current) return;
    contextsOf(box.current, "lane-dots").forEach((context, index) => {
      const data = runs[index] && all[store.pointsKey(runs[index])];
      fit(context);
      if (!data) return;
      const { width } = context.canvas;
      const [left, right, bottom, top] = data.domain;
      const place = (/** @type {number} */ x1, /** @type {number} */ x2) =>
        /** @type {[number, number]} */ ([
          ((x1 - left) / (right - left)) * width,
          ((top - x2) / (top - bottom)) * width,
        ]);
      const regression = data.task === "regression";
      const side = DOT * devicePixelRatio;
      data.train.x.forEach(([x1, x2], k) => {
        const [x, y] = place(x1, x2);
        context.fillStyle = colourOf(data.train.y[k], regression, tones);
        context.fillRect(x - side / 2, y - side / 2, side, side);
      });
    });
  };
  const paintCurves = () => {
    beat.value;
    const colours = theme.value.lanes;
    if (!box.current) return;
    const all = store.lanes.value;
    const sparks = all.map(({ index, run }) => sample(store.history, index, run.seeds > 1));
    const scale = range(sparks);
    contextsOf(box.current, "lane-curve").forEach((context, index) => {
      if (!all[index]) return;
      fit(context);
      paintSpark(context, sparks[index], scale, colours[all[index].tone]);
    });
  };
  useSignalEffect(paintMaps);
  useSignalEffect(paintDots);
  useSignalEffect(paintCurves);
  // What is opened comes into view; the page itself stays where it is.
  useEffect(() => {
    const strip = box.current;
    const card = strip?.children[store.selected.value];
    if (!strip || !(card instanceof HTMLElement)) return;
    const [left, right] = [card.offsetLeft - 4, card.offsetLeft + card.offsetWidth + 4];
    const visible = strip.scrollLeft + strip.clientWidth;
    if (left < strip.scrollLeft) strip.scrollLeft = left;
    else if (right > visible) strip.scrollLeft += right - visible;
  }, [store.selected.value]);
  useEffect(() => {
    paintMaps();
    paintDots();
    paintCurves();
  }, [shape]);

  return html`
    <ul class="lane-cards" ref=${box}>
      ${lanes.map((lane) => html`<${LaneCard} key=${lane.tone} lane=${lane} count=${lanes.length} />`)}
      ${
        lanes.length < MOST &&
        html`
          <li class="lane-more" key="more">
            <button type="button" class="invite more" ...${opensChooser()} ...${explainsMark("marks.compare")}>
              <strong>${t("+ Compare")}</strong>
              <span>${t("optimizers, rates, activations, inits…")}</span>
            </button>
          </li>
        `
      }
    </ul>
  `;
}

/** @type {WeakMap<Element, CanvasRenderingContext2D>} */
const contexts = new WeakMap();

/**
 * The canvases of a kind, in the order of the lanes.
 * @param {HTMLElement} box
 * @param {string} kind
 */
function contextsOf(box, kind) {
  const canvases = /** @type {HTMLCollectionOf<HTMLCanvasElement>} */ (
    box.getElementsByClassName(kind)
  );
  return Array.from(canvases, (canvas) => {
    const known = contexts.get(canvas);
    if (known) return known;
    const context = canvas.getContext("2d", { alpha: kind !== "lane-map" });
    if (!context) throw new Error("This browser has no canvas");
    contexts.set(canvas, context);
    return context;
  });
}

/**
 * As many pixels as it has on the display, all blank.
 * @param {CanvasRenderingContext2D} context
 */
function fit({ canvas }) {
  canvas.width = Math.round(canvas.clientWidth * devicePixelRatio);
  canvas.height = Math.round(canvas.clientHeight * devicePixelRatio);
}

/**
 * How many seeds each lane has, and changing that for all of them.
 * @param {{lanes: import("../store.js").Lane[]}} props
 */
function SeedsOfAll({ lanes }) {
  const counts = [...new Set(lanes.map(({ run }) => run.seeds))];
  const most = Math.max(...counts);
  const all = lanes.map(({ index }) => index);
  const change = (/** @type {number} */ count) => compare.setSeeds(all, count);
  const each = tn("{count} seed each", "{count} seeds each", most);
  const content = () => html`
    <${Seeds} seeds=${most} change=${change} />
    <p class="hint">
      ${t("Each lane is trained from so many random starts: its numbers and curve are their median, the band is the middle half.")}
    </p>
  `;
  return html`
    <${Popover}
      id="all-seeds"
      class="lane-menu"
      label=${t("Seeds of all lanes")}
      name=${html`${counts.length > 1 ? t("Seeds differ") : each}<span aria-hidden="true"> ▾</span>`}
      attributes=${explainsMark("marks.seeds")}
      content=${content}
    />
  `;
}

/**
 * What is said of each part; `none` where lanes are of other shapes, which only weights can be.
 * @type {Record<Part, Record<"title" | "description" | "same" | "apart" | "none" | "others", string>>}
 */
const ABOUT = {
  points: {
    title: message("Points"),
    description: message(
      "The points, their noise, and which of them are for training. Lanes with equal digits learn from exactly the same ones.",
    ),
    same: message("same points {digits}"),
    apart: message("other points in {count}"),
    none: "",
    others: message("Other points than {main}: {names}."),
  },
  weights: {
    title: message("Initial weights"),
    description: message(
      "The weights before the first update. Lanes with equal digits begin at exactly the same place; lanes of other shapes cannot, and are left out.",
    ),
    same: message("same weights {digits}"),
    apart: message("other weights in {count}"),
    none: message("weights of other shapes"),
    others: message("Other weights than {main}: {names}."),
  },
  batches: {
    title: message("Batches"),
    description: message(
      "The order in which the points are shown, and how many at a time. Lanes with equal digits see the same batches in the same order.",
    ),
    same: message("same batches {digits}"),
    apart: message("other batches in {count}"),
    none: "",
    others: message("Other batches than {main}: {names}."),
  },
};

/** What the lanes have in common, so that only what is compared makes a difference. */
function Fairness() {
  const lanes = store.lanes.value;
  const found = fairness(store.runs.value);
  const fair = found.every(({ same }) => same);
  return html`
    <ul class="fairness" aria-label=${t("What the lanes share")}>
      ${found.map(({ part, same, digits, apart, counted }) => {
        const about = ABOUT[part];
        const names = listed(apart.map((index) => lanes[index].name));
        const more = same ? "" : `\n\n${t(about.others, { main: lanes[0].name, names })}`;
        const words = {
          id: `marks.${part}`,
          title: t(about.title),
          description: t(about.description) + more,
        };
        const fact = same
          ? rich(about.same, { digits: html`<code>${digits}</code>` })
          : t(about.apart, { count: apart.length });
        return html`
          <li key=${part} class=${`${same ? "same" : "apart"}${part === "batches" ? " last" : ""}`}>
            <span class="fact" tabindex="0" ...${explainsOnHover(words)} ...${explainsOnFocus(words)}>
              ${counted < 2 ? t(about.none) : fact}
            </span>
          </li>
        `;
      })}
      ${fair && html`<li class="fair" aria-label=${t("A fair comparison")}>✓</li>`}
    </ul>
  `;
}
