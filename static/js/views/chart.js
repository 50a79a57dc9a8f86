import { html, useEffect, useRef, useSignal, useSignalEffect } from "../../vendor/preact.js";
import { placesOf } from "../chart/axis.js";
import { layoutOf } from "../chart/layout.js";
import { marksOf } from "../chart/marks.js";
import { KINDS, offered } from "../chart/quantities.js";
import { changeTraces, gradientTraces, tracesOf } from "../chart/traces.js";
import { loadPlotly } from "../plotly.js";
import { own } from "../seeds.js";
import * as store from "../store.js";
import { theme } from "../theme.js";
import { PLOT_OPTIONS } from "./axes.js";

/** @typedef {import("../chart/traces.js").Line} Line */
/** @typedef {import("../chart/quantities.js").Kind} Kind */

/** Drawing takes at most about an eighth of the time, however much there is to draw. */
const SHARE = 8;

/**
 * The lanes over each other in one plot, redrawn at most at every pulse.
 * @param {{plotly: string, kind: Kind}} props
 */
export function Chart({ plotly, kind }) {
  const plot = useRef(/** @type {HTMLElement | null} */ (null));
  const size = useSignal({ width: 0, height: 0 });
  const due = useRef({ at: 0, timer: 0 });
  /** Counts what had to wait. */
  const late = useSignal(0);

  useEffect(() => {
    if (!plot.current) return;
    const observer = new ResizeObserver(
      ([
        {
          contentRect: { width, height },
        },
      ]) => {
        size.value = { width, height };
      },
    );
    observer.observe(plot.current);
    return () => {
      observer.disconnect();
      clearTimeout(due.current.timer);
    };
  }, []);

  useSignalEffect(() => {
    late.value;
    store.pulse.value;
    const begun = performance.now();
    if (begun < due.current.at) {
      due.current.timer ||= setTimeout(() => {
        due.current.timer = 0;
        late.value++;
      }, due.current.at - begun);
      return;
    }
    const { traces, layout } = figure(size.value);
    const counted = performance.now() - begun;
    if (size.value.width === 0) return;
    loadPlotly(plotly).then((Plotly) => {
      const { current: box } = plot;
      if (!box) return;
      const drawn = performance.now();
      Plotly.react(box, traces, layout, PLOT_OPTIONS);
      const now = performance.now();
      due.current.at = now + (SHARE - 1) * (now - drawn + counted);
      box.dataset.ready = "";
      box.dataset.draws = String(Number(box.dataset.draws ?? 0) + 1);
    });
  });

  return html`
    <div class="plot" id="curve" role="tabpanel" aria-label=${kind.label} ref=${plot}></div>
  `;
}

/** @param {{width: number, height: number}} size */
function figure(size) {
  const quantity = offered(store.chart.value, store.task.value === "regression");
  const kind = KINDS[quantity === "summary" ? "loss" : quantity];
  const log = kind.positive && (store.logarithmic.value || kind === KINDS.gradients);
  const colours = theme.value;
  const lines = linesOf();
  const axis = store.axis.value;
  const { history } = store;
  const layers = layerNames(lines);
  const frame = { kind, log, axis, size, colours, layers };
  if (kind === KINDS.gradients) {
    const runs = store.picture.peek()?.runs;
    const traces = gradientTraces(lines, (lane) => runs?.[lane]?.layers.gradientNorm ?? []);
    const whole = { extent: 0, ceiling: Number.NaN, target: null, present: null };
    return { traces, layout: layoutOf({ ...frame, ...whole }, traces) };
  }
  const chart = { kind, log, axis, lines, own: own.value, colours };
  const traces = tracesOf(chart, history);
  const places = lines.map(({ lane, points }) => placesOf(axis, history, lane, points));
  const extent = Math.max(0, ...places.map((place) => place(history.epoch) || 0));
  const open = Math.max(
    0,
    lines.findIndex((line) => line.open),
  );
  const epoch = store.epoch.value;
  const present = epoch < history.epoch && places[open] ? places[open](epoch) : null;
  const compared = store.runs.value.length > 1 || store.runs.value[0]?.seeds > 1;
  const target = compared ? store.target.value : null;
  const marks = changeTraces(marksIn(lines, places), colours.accent);
  const whole = { extent, ceiling: ceilingOf(lines, kind), target, present };
  return { traces: [...traces, ...marks], layout: layoutOf({ ...frame, ...whole }, traces) };
}

/** @returns {Line[]} */
function linesOf() {
  const lanes = store.lanes.value;
  const { ink, lanes: tones } = theme.value;
  return lanes
    .filter(({ hidden }) => lanes.length === 1 || !hidden)
    .map(({ index, name, tone, run }) => ({
      lane: index,
      name,
      colour: lanes.length === 1 ? ink : tones[tone % tones.length],
      open: index === store.selected.value,
      seeds: run.seeds ?? 1,
      points: store.points.value[store.pointsKey(run)]?.train.x.length ?? Number.NaN,
    }));
}

/**
 * Changes up to the present epoch.
 * @param {Line[]} lines
 * @param {((epoch: number) => number)[]} places
 */
function marksIn(lines, places) {
  const names = store.lanes.value.map(({ name }) => name);
  return marksOf(store.experiment.value?.changes ?? [], names).flatMap(({ epoch, lane, text }) => {
    const index = lines.findIndex((line) => line.lane === lane);
    return index < 0 ? [] : [{ x: places[index](epoch), text }];
  });
}

/**
 * A lane that bursts must not flatten the others: nothing is shown far above where all began.
 * @param {Line[]} lines
 * @param {Kind} kind
 */
function ceilingOf(lines, kind) {
  const { test } = kind.series;
  if (lines.length < 2 || kind !== KINDS.loss || !test) return Number.POSITIVE_INFINITY;
  const first = lines.map(({ lane }) => store.history.at(test, 0, lane)).filter(Number.isFinite);
  return first.length > 0 ? 2 * Math.max(...first) : Number.POSITIVE_INFINITY;
}

/**
 * As many layers as the deepest network has.
 * @param {Line[]} lines
 */
function layerNames(lines) {
  const depths = lines.map(({ lane }) => (store.runs.value[lane]?.units.length ?? 2) - 1);
  const most = Math.max(1, ...depths);
  return Array.from({ length: most }, (_, index) => (index === most - 1 ? "out" : `h${index + 1}`));
}
