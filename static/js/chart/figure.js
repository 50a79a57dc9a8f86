/** What the chart shows now: lines and axes as Plotly takes them, and the shades below them. */

import { mix, parse } from "../colour.js";
import { t } from "../i18n.js";
import { layerName } from "../names.js";
import { own } from "../seeds.js";
import * as store from "../store.js";
import { theme } from "../theme.js";
import { trailOf } from "../trails.js";
import { placesOf } from "./axis.js";
import { layoutOf, MARGIN, rowAxis } from "./layout.js";
import { marksOf, travelsOf } from "./marks.js";
import { KINDS, offered } from "./quantities.js";
import { bestTraces, gradientTraces, layerTraces, markTraces, tracesOf } from "./traces.js";
import { visitable } from "./visits.js";
import { across, upward } from "./zoom.js";

/** @typedef {import("./traces.js").Line} Line */
/** @typedef {import("./traces.js").Trace} Trace */
/** @typedef {import("./quantities.js").Kind} Kind */
/** @typedef {import("./layout.js").Frame} Frame */

/**
 * @typedef {Object} Heat the shades of the activations
 * @property {import("../trail.js").Trail} trail
 * @property {number[]} places of its samples on the x axis
 * @property {[number, number][]} extents of the layers
 *
 * @typedef {Object} Figure
 * @property {Trace[]} traces
 * @property {Record<string, any>} layout
 * @property {Heat | null} heat
 */

/**
 * @param {{width: number, height: number}} size
 * @returns {Figure}
 */
export function figureOf(size) {
  const quantity = offered(store.chart.value, store.task.value === "regression");
  const kind = KINDS[quantity === "summary" ? "loss" : quantity];
  const log = kind.positive && (store.logarithmic.value || kind === KINDS.gradients);
  const lines = linesOf();
  const { history } = store;
  const axis = store.axis.value;
  const places = lines.map(({ lane, points }) => placesOf(axis, history, lane, points));
  const open = Math.max(
    0,
    lines.findIndex((line) => line.open),
  );
  const epoch = store.epoch.value;
  /** @type {Frame} */
  const frame = {
    kind,
    log,
    axis,
    size,
    colours: theme.value,
    extent: Math.max(0, ...places.map((place) => place(history.epoch) || 0)),
    ceiling: ceilingOf(lines, kind),
    target: null,
    present: epoch < history.epoch && places[open] ? places[open](epoch) : null,
    zoom: { x: across.value, y: upward.value },
  };
  if (kind === KINDS.gradients && store.gradientsNow.value) return now(frame, lines);
  const drawn =
    kind === KINDS.gradients || kind === KINDS.activations
      ? layersOf(frame, places[open])
      : numbersOf(frame, lines);
  const height = size.height - MARGIN.t - MARGIN.b;
  const marks = happenings(lines, places, places[open], height);
  visitable(marks);
  return { ...drawn, traces: [...drawn.traces, ...marks] };
}

/**
 * @param {Frame} frame
 * @param {Line[]} lines
 * @returns {Figure}
 */
function numbersOf(frame, lines) {
  const { kind, log, axis, colours, zoom } = frame;
  const { history } = store;
  const smoothing = store.smoothing.value;
  const chart = { kind, log, axis, lines, own: own.value, colours, smoothing, window: zoom.x };
  const traces = tracesOf(chart, history);
  const compared = store.runs.value.length > 1 || store.runs.value[0]?.seeds > 1;
  const target = compared ? store.target.value : null;
  const layout = layoutOf({ ...frame, target }, traces);
  const best = kind === KINDS.loss ? bestOf(lines) : [];
  return { traces: [...traces, ...best], layout, heat: null };
}

/**
 * The layers of the open lane over time, from the pictures that came.
 * @param {Frame} frame
 * @param {((epoch: number) => number) | undefined} place
 * @returns {Figure}
 */
function layersOf(frame, place = (epoch) => epoch) {
  const trail = trailOf(store.selected.value);
  const names = layersIn(store.units.value);
  const { kind, colours } = frame;
  const tones = names.map((_, index) => {
    const share = 0.45 + (0.55 * (index + 1)) / names.length;
    return `rgb(${mix(parse(colours.panel), parse(colours.ink), share)})`;
  });
  const heat = kind === KINDS.activations;
  const layers = names.map((name, index) => ({
    name,
    colour: heat ? colours.ink : tones[index],
    ...(heat ? { yaxis: rowAxis(index) } : {}),
  }));
  if (!trail) return { traces: [], layout: layoutOf(frame, []), heat: null };
  const traces = layerTraces(trail, heat ? "means" : "norms", place, layers, kind.hover);
  if (!heat) return { traces, layout: layoutOf(frame, traces), heat: null };
  const extents = names.map((_, layer) => trail.extent(layer));
  const rows = names.map((name, layer) => ({ name, extent: extents[layer] }));
  const layout = layoutOf({ ...frame, rows }, traces);
  return { traces, layout, heat: { trail, places: trail.epochs.map(place), extents } };
}

/**
 * The gradient norms of all lanes by layer.
 * @param {Frame} frame
 * @param {Line[]} lines
 * @returns {Figure}
 */
function now(frame, lines) {
  const runs = store.picture.peek()?.runs;
  const traces = gradientTraces(lines, (lane) => runs?.[lane]?.layers.gradientNorm ?? []);
  const depths = lines.map(({ lane }) => store.runs.value[lane]?.units ?? [1, 1]);
  const deepest = depths.reduce((most, units) => (units.length > most.length ? units : most), []);
  const whole = { layers: layersIn(deepest), zoom: { x: null, y: null } };
  return { traces, layout: layoutOf({ ...frame, ...whole }, traces), heat: null };
}

/** @param {number[]} units */
const layersIn = (units) => units.slice(1).map((_, index) => layerName(index + 1, units));

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

/** Pixels from the marks of changes down to the others. */
const LOWER = 12;

/**
 * Changes of settings up to the present epoch, places gone back to, lanes forked.
 * @param {Line[]} lines
 * @param {((epoch: number) => number)[]} places
 * @param {((epoch: number) => number) | undefined} main the open lane's
 * @param {number} height of the plot
 */
function happenings(lines, places, main, height) {
  const experiment = store.experiment.value;
  if (!experiment) return [];
  const names = store.lanes.value.map(({ name }) => name);
  const placed = (/** @type {{epoch: number, lane: number, text: string}} */ mark) => {
    const index = lines.findIndex(({ lane }) => lane === mark.lane);
    return index < 0 ? [] : [{ x: places[index](mark.epoch), text: mark.text, index }];
  };
  const changes = marksOf(experiment.changes, names, store.fields.value).flatMap(placed);
  const travels = travelsOf(experiment, names);
  const back = travels.flatMap(({ epoch, lane, text }) =>
    lane === null && main ? [{ x: main(epoch), text }] : [],
  );
  const forks = travels.flatMap(({ epoch, lane, text }) =>
    lane === null ? [] : placed({ epoch, lane, text }),
  );
  const { accent, muted } = theme.value;
  const tones = forks.map(({ index }) => lines[index].colour);
  const lower = 1 - LOWER / Math.max(LOWER, height);
  return [
    ...markTraces(changes, t("changed"), { symbol: "triangle-down", color: accent }),
    ...markTraces(back, t("went back"), { symbol: "triangle-left", color: muted }, lower),
    ...markTraces(forks, t("forked"), { symbol: "triangle-right", color: tones }, lower),
  ];
}

/**
 * The least test loss of the open lane.
 * @param {Line[]} lines
 */
function bestOf(lines) {
  const { history } = store;
  const line = lines.find(({ open }) => open);
  if (!line) return [];
  const { values, extremes } = history.drawn("test_loss", line.lane);
  const row = extremes.least(values);
  if (row < 1) return [];
  const epoch = history.epochs[row];
  const x = placesOf(store.axis.value, history, line.lane, line.points)(epoch);
  const y = values[row];
  const look = { colour: line.colour, panel: theme.value.panel };
  return bestTraces({ x, y }, t("least test loss, at epoch {epoch}", { epoch }), look);
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
