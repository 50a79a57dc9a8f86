/**
 * The experiment this page holds on the server: opened from a URL, followed through the stream,
 * found again when the page is reloaded, made again when the server has forgotten it.
 */

import { batch, effect } from "../vendor/preact.js";
import * as address from "./address.js";
import * as api from "./api.js";
import { carry, rearranged } from "./carry.js";
import { create, find } from "./creation.js";
import { t } from "./i18n.js";
import { lesson } from "./lesson.js";
import { chosenLayer, chosenUnits } from "./modes.js";
import { equal } from "./paths.js";
import { Rate } from "./rate.js";
import { clear, record } from "./steps.js";
import * as store from "./store.js";
import { Stream } from "./stream.js";
import { compare } from "./version.js";
import * as zoom from "./zoom.js";

/** @typedef {import("./api.js").Experiment} Experiment */
/** @typedef {import("./url.js").State} State */

const PULSE = 125;

const measured = new Rate();
let pulsing = 0;
/** @type {Stream | null} */
let stream = null;
/** Counts openings, so that the answer to an earlier one is dropped. */
let turn = 0;
/** Counts what the stream has told about the experiment. */
let tellings = 0;
/** Play on once the epoch before the loss has been reached again. */
let playOn = false;

/**
 * Starts the experiment that a URL describes. A setting the server refuses is shown beside its
 * control and left at its default.
 * @param {State} state
 */
export async function open(state) {
  let other = here();
  leave();
  address.hold(true);
  show(state);
  const { made } = await begin(state);
  if (!made || !other) return;
  const change = async () => {
    const now = here();
    if (other) await resume(other);
    other = now;
  };
  record({ what: () => t("Experiment opened"), back: change, again: change });
}

/**
 * @typedef {Object} Place an experiment that has been shown
 * @property {string} id
 * @property {State} state that would make it again
 * @property {boolean} aiming whether it is on its way there
 */

/** @returns {Place | null} */
function here() {
  const id = store.experiment.peek()?.id;
  return id ? { id, state: address.current(), aiming: address.hasGoal() } : null;
}

/**
 * Goes on with an experiment that has been shown before, or makes it again where the server has
 * forgotten it.
 * @param {Place} place
 */
async function resume({ id, state, aiming }) {
  leave();
  const mine = ++turn;
  const found = await find(id, () => mine === turn);
  if (mine !== turn) return;
  address.hold(true);
  show(state);
  if (!found) {
    await begin(state);
    return;
  }
  address.hold(false);
  batch(() => {
    store.problems.value = {};
    store.drafts.value = {};
    follow(found, state, aiming);
  });
}

/**
 * Goes on with the experiment that this tab has shown before, or opens what the URL describes.
 * @param {State} state of the URL
 */
export async function reopen(state) {
  const before = address.remembered();
  return before ? resume({ ...before, state }) : open(state);
}

/**
 * What a URL says beside the experiment itself.
 * @param {State} state
 */
function show(state) {
  playOn = false;
  batch(() => {
    store.speed.value = state.speed;
    store.axis.value = state.axis;
    store.chart.value = state.chart;
    store.logarithmic.value = state.log;
    store.smoothing.value = state.smoothing;
    store.target.value = state.target ?? store.TARGET;
    store.race.value = state.race;
    lesson.value = state.lesson;
    store.mode.value = state.map;
    zoom.ask(state.zoom);
    chosenLayer.value = state.layer;
    chosenUnits.value = state.units;
    store.failure.value = "";
    store.restarted.value = [];
  });
}

/** Makes the experiment again and goes on where it was, when the server has lost it. */
export async function recover() {
  stream?.close();
  store.connection.value = "lost";
  playOn = playOn || (store.playing.value && !address.hasGoal());
  const { made, whole } = await begin(address.current());
  if (made && !whole) clear();
}

/**
 * @param {State} state
 * @returns {Promise<{made: boolean, whole: boolean}>} whether it was made, and nothing left out
 */
async function begin(state) {
  const mine = ++turn;
  const { made, state: taken, problems, drafts } = await create(state, () => mine === turn);
  if (mine !== turn) return { made: false, whole: false };
  address.hold(false);
  if (!made) return { made: false, whole: false };
  batch(() => {
    store.problems.value = problems;
    store.drafts.value = drafts;
    follow(made, taken, true);
  });
  return { made: true, whole: equal(taken, state) };
}

/**
 * Shows an experiment from now on.
 * @param {Experiment} made
 * @param {State} state
 * @param {boolean} aiming whether it is on its way to the state's epoch
 */
function follow(made, state, aiming) {
  batch(() => {
    store.history.restart(-1);
    store.experiment.value = null;
    store.tones.value = state.tones ?? [0];
    store.selected.value = state.selected < made.runs.length ? state.selected : 0;
    store.hidden.value = new Set(state.hidden.filter((lane) => lane < made.runs.length));
    store.pictured.value = [];
    if (aiming) address.begun(state);
    accept(made);
  });
  stream = new Stream(made.id, store.history, {
    state: (told) => {
      tellings++;
      accept(told);
    },
    draw,
    connection: (connection) => {
      if (connection === "open" && store.connection.peek() === "lost") compare();
      store.connection.value = connection;
    },
    gone: recover,
  });
  look();
}

/**
 * Pauses what is left behind. It is not ended: a copy of this tab may show it too, and the server
 * forgets by itself what nobody uses.
 */
function leave() {
  stream?.close();
  stream = null;
  const left = store.experiment.value;
  if (left?.status === "playing") api.command(left.id, "pause").catch(() => undefined);
}

/**
 * Takes what the server says of the experiment, unless something newer is known.
 * @param {Experiment} answer
 */
function accept(answer) {
  const known = store.experiment.value;
  if (known && known.id !== answer.id) return;
  if (known && answer.timeline < known.timeline) return;
  const anew = !known || answer.timeline > known.timeline;
  batch(() => {
    if (store.history.timeline < answer.timeline) {
      store.history.restart(answer.timeline);
      store.known.value = -1;
      store.pulse.value++;
    }
    // Equal runs keep their identity, so that what depends on the settings alone is left alone.
    const runs = known && equal(known.runs, answer.runs) ? known.runs : answer.runs;
    store.experiment.value = { ...answer, runs };
    carry(runs.length, anew);
    stand(answer, anew);
    if (answer.status !== "playing") {
      measured.restart();
      store.rate.value = 0;
    }
  });
  if (playOn && answer.status === "paused") {
    playOn = false;
    const speed = { epochs_per_second: store.speed.value };
    ask(api.command(answer.id, "play", speed)).catch(fail);
  }
}

/**
 * Takes the answer to a call that changes the experiment, unless the stream has told something
 * since: it tells every change, and in order, while an answer may come late.
 * @template {Experiment} T
 * @param {Promise<T>} call
 */
export async function ask(call) {
  const before = tellings;
  const answer = await call;
  const known = store.experiment.value;
  if (before === tellings || (known && answer.timeline > known.timeline)) accept(answer);
  return answer;
}

/**
 * Where the experiment stands. While it plays, an answer may be older than what is drawn.
 * @param {Experiment} answer
 * @param {boolean} anew the history begins anew
 */
function stand({ status, epoch, batch: batches }, anew) {
  if (status === "playing" && !anew && epoch <= store.epoch.peek()) return;
  store.position.value = { epoch, batch: batches };
}

/**
 * A call that makes, moves or removes lanes: what is known of them goes with their colours.
 * @param {number[]} tones of the lanes afterwards
 * @param {Promise<Experiment>} call
 */
export async function rearrange(tones, call) {
  rearranged(tones);
  try {
    return await ask(call);
  } finally {
    rearranged(null);
  }
}

/**
 * @param {import("./wire.js").Picture | null} picture
 * @param {import("./stream.js").Position | null} position
 */
function draw(picture, position) {
  batch(() => {
    if (picture) {
      store.picture.value = picture;
      store.pictures.value++;
    }
    store.known.value = store.history.epoch;
    const known = store.position.peek();
    if (position && !equal(position, known)) store.position.value = position;
    if (store.playing.value) store.rate.value = measured.at(store.epoch.peek(), performance.now());
  });
  if (pulsing === 0) pulsing = setTimeout(pulse, PULSE);
}

function pulse() {
  pulsing = 0;
  store.pulse.value++;
}

/**
 * A call failed otherwise than by a refused setting.
 * @param {unknown} error
 */
export function fail(error) {
  if (!(error instanceof api.Problem)) {
    // Only the stream knows that the connection is lost, and mends it.
    store.failure.value = t("The server could not be reached just now. Please try again.");
  } else if (error.status === 404) recover();
  else store.failure.value = error.message;
}

function wantedSharp() {
  const unit = store.inspected.value;
  return unit && unit.layer < store.units.value.length - 1 ? [unit] : [];
}

function look() {
  const run = store.selected.value;
  const [seeds, spread, units] = [store.pictured.value, store.spread.value, wantedSharp()];
  const [domain, points, warp] = [store.wantedDomain.value, store.exact.value, store.warp.value];
  stream?.view({ run, seeds, spread, domain, points, warp });
  stream?.focus(run, units);
}

effect(look);

/** Points that are on their way, by key. */
/** @type {Set<string>} */
const asked = new Set();
effect(() => {
  const { runs } = store;
  const id = store.experiment.value?.id;
  if (!id) return;
  for (const [index, run] of runs.value.entries()) {
    const key = store.pointsKey(run);
    if (store.points.peek()[key] || asked.has(key)) continue;
    asked.add(key);
    api
      .data(id, index)
      .then((points) => {
        const wanted = new Set(runs.value.map(store.pointsKey));
        const kept = Object.entries(store.points.value).filter(([known]) => wanted.has(known));
        store.points.value = { ...Object.fromEntries(kept), [key]: points };
      })
      .catch(fail)
      .finally(() => asked.delete(key));
  }
});

addEventListener("hashchange", async () => {
  const state = await address.read();
  if (state) open(state);
});
