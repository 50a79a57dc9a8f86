/** Keeps the page's URL equal to its state, and reads it back. */

import { effect } from "../vendor/preact.js";
import * as api from "./api.js";
import { lesson } from "./lesson.js";
import { chosenLayer, chosenUnits } from "./modes.js";
import { differences } from "./schema.js";
import * as store from "./store.js";
import { apart, format, parse, START } from "./url.js";

/** @typedef {import("./url.js").State} State */

const PAUSE = 1000;
/** Where the tab remembers its experiment. */
const REMEMBERED = "experiment";
/** Characters that are no trouble to anything that passes links on. */
const LONGEST = 1800;

/** Where a URL asked to go, until it has been reached. */
/** @type {State | null} */
let goal = null;
let written = "";
/** What has been read or written last: another one has just been typed, and is about to be read. */
let seen = "";
let timer = 0;
let saving = 0;
/** What the URL asks for is being made: until then it is not overwritten. */
let held = false;
/** The state that is kept on the server, and under which name. */
let kept = { text: "", id: "" };

/**
 * An experiment is on its way to this state, or stands there.
 * @param {State} state
 */
export function begun(state) {
  goal = state.epoch > 0 || state.batch > 0 ? state : null;
}

/** @param {boolean} whether an experiment is being made as the URL describes it */
export function hold(whether) {
  held = whether;
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
  if (!experiment) return goal ?? { ...START, lesson: lesson.peek() };
  const fields = store.fields.peek();
  const [main, ...others] = experiment.runs;
  const { epoch, batch } = store.position.peek();
  const { changes } = experiment;
  const target = store.target.peek();
  return {
    entries: differences(fields, main.base),
    seeds: main.seeds,
    lanes: others.map(({ base, seeds }) => ({ entries: apart(fields, base, main.base), seeds })),
    selected: store.selected.peek(),
    tones: store.tones.peek(),
    hidden: [...store.hidden.peek()].sort((a, b) => a - b),
    axis: store.axis.peek(),
    chart: store.chart.peek(),
    log: store.logarithmic.peek(),
    smoothing: store.smoothing.peek(),
    map: store.mode.peek(),
    zoom: store.domain.peek(),
    layer: chosenLayer.peek(),
    units: chosenUnits.peek(),
    target: target === store.TARGET ? null : target,
    race: store.race.peek(),
    speed: store.speed.peek(),
    lesson: lesson.peek(),
    ...(goal
      ? { changes: goal.changes, epoch: goal.epoch, batch: goal.batch }
      : { changes, epoch, batch }),
  };
}

/**
 * @returns {Promise<State | null>} null when the page itself wrote this URL
 */
export async function read() {
  const text = location.hash.replace(/^#/, "");
  seen = text;
  if (text === written && store.experiment.peek()) return null;
  const [, id, beside] = /^saved=([\w-]+)(&.*)?$/.exec(text) ?? [];
  if (id === undefined) return parse(text);
  try {
    const { fragment } = await api.saved(id);
    const state = parse(String(fragment));
    return beside ? { ...state, lesson: parse(beside).lesson } : state;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ...parse(""), unread: [`saved=${id} (${reason})`] };
  }
}

/** Writes the whole state down now; what is too long is kept on the server. */
export async function settle() {
  clearTimeout(saving);
  const text = format(current());
  if (text.length <= LONGEST) return put(text);
  if (text !== kept.text || !kept.id) {
    put(text); // until it is kept, and for good where it cannot be
    const { id } = await api.save({ fragment: text }).catch(() => ({ id: "" }));
    kept = { text, id };
    if (text !== format(current())) return;
  }
  if (kept.id) put(`saved=${kept.id}`);
}

function write() {
  clearTimeout(timer);
  timer = 0;
  const text = format(current());
  clearTimeout(saving);
  put(text === kept.text && kept.id ? `saved=${kept.id}` : text);
  const long = text.length > LONGEST && text !== kept.text;
  if (long && !store.playing.peek()) saving = setTimeout(settle, PAUSE);
}

/** @param {string} text */
function put(text) {
  if (held || location.hash.replace(/^#/, "") !== seen) return;
  const here = location.pathname + location.search;
  window.history.replaceState(null, "", text ? `#${text}` : here);
  written = seen = location.hash.replace(/^#/, ""); // as the browser spells it
  remember();
}

/** So that the page finds its experiment again when it is reloaded. */
function remember() {
  const id = store.experiment.peek()?.id;
  if (!id) return;
  try {
    sessionStorage.setItem(REMEMBERED, JSON.stringify({ id, written, aiming: hasGoal() }));
  } catch {
    // Without it a reload trains anew what the URL describes.
  }
}

/**
 * @returns {{id: string, aiming: boolean} | null} the experiment that this tab has shown under its
 *   present URL, and whether it was on its way to the epoch that is named there
 */
export function remembered() {
  try {
    const found = JSON.parse(sessionStorage.getItem(REMEMBERED) ?? "null");
    return found?.written === location.hash.replace(/^#/, "") ? found : null;
  } catch {
    return null;
  }
}

effect(() => {
  const experiment = store.experiment.value;
  for (const part of [
    store.speed,
    store.selected,
    store.hidden,
    store.axis,
    store.chart,
    store.logarithmic,
    chosenLayer,
    chosenUnits,
    store.target,
    store.race,
    lesson,
    store.mode,
  ]) {
    part.value;
  }
  if (!experiment) return;
  const { status, epoch } = experiment;
  if (goal && status !== "playing" && epoch >= goal.epoch) goal = null;
  write();
});

effect(() => {
  store.epoch.value;
  if (store.playing.peek() && timer === 0) timer = setTimeout(write, PAUSE);
});

// What is dragged: browsers refuse to have their address changed with every step.
effect(() => {
  store.smoothing.value;
  store.domain.value;
  if (store.experiment.peek() && timer === 0) timer = setTimeout(write, PAUSE);
});
