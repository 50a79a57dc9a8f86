/** Keeps the page's URL equal to its state, and reads it back. */

import { effect } from "../vendor/preact.js";
import { differences } from "./schema.js";
import * as store from "./store.js";
import { format, parse } from "./url.js";

/** @typedef {import("./api.js").Experiment} Experiment */
/** @typedef {import("./paths.js").Plain} Plain */
/** @typedef {import("./url.js").State} State */

const PAUSE = 1000;

/** The settings at epoch 0, before the live changes. */
/** @type {Plain | null} */
let base = null;
/** Where a URL asked to go, until it has been reached. */
/** @type {State | null} */
let goal = null;
let written = "";
let timer = 0;

/**
 * A new experiment has been made for this state.
 * @param {Experiment} made
 * @param {State} state
 */
export function begun(made, state) {
  base = made.runs[0].spec;
  goal = state.epoch > 0 || state.batch > 0 ? state : null;
  write();
}

/** The way to the wanted epoch was left: paused, reset or changed. */
export function abandonGoal() {
  goal = null;
}

export function hasGoal() {
  return goal !== null;
}

/**
 * @returns {State} what would bring this page back
 */
export function current() {
  const experiment = store.experiment.peek();
  const fields = store.fields.peek();
  const speed = store.speed.peek();
  const entries = differences(fields, base ?? {});
  if (goal) return { ...goal, entries, speed };
  const { epoch = 0, batch = 0, changes = [] } = experiment ?? {};
  const drawn = Math.max(epoch, store.epoch.peek());
  return { entries, changes, epoch: drawn, batch: drawn > epoch ? 0 : batch, speed };
}

/**
 * @returns {State | null} null when the page itself wrote this URL
 */
export function read() {
  const text = location.hash.replace(/^#/, "");
  return text === written && base ? null : parse(text);
}

function write() {
  clearTimeout(timer);
  timer = 0;
  written = format(current());
  const here = location.pathname + location.search;
  window.history.replaceState(null, "", written ? `#${written}` : here);
  written = location.hash.replace(/^#/, ""); // as the browser spells it
}

effect(() => {
  const experiment = store.experiment.value;
  store.speed.value;
  if (!experiment || !base) return;
  const { status, epoch, changes, runs } = experiment;
  if (goal && status !== "playing" && epoch >= goal.epoch) goal = null;
  if (!goal && changes.length === 0) base = runs[0].spec;
  write();
});

effect(() => {
  store.epoch.value;
  if (store.playing.peek() && base && timer === 0) timer = setTimeout(write, PAUSE);
});
