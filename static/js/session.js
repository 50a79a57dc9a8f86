/**
 * The experiment this page holds on the server: opened from a URL, followed through the stream,
 * made again when the server has forgotten it.
 */

import { batch, effect } from "../vendor/preact.js";
import * as address from "./address.js";
import * as api from "./api.js";
import { setting } from "./format.js";
import { equal, within } from "./paths.js";
import { plain } from "./plain.js";
import { Rate } from "./rate.js";
import * as store from "./store.js";
import { Stream } from "./stream.js";
import { specOf } from "./url.js";

/** @typedef {import("./api.js").Experiment} Experiment */
/** @typedef {import("./url.js").State} State */

/**
 * @typedef {Object} Creation
 * @property {Experiment | null} made
 * @property {State} state what was left of the wanted one
 * @property {Record<string, string>} problems
 * @property {Record<string, unknown>} drafts
 */

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
  leave();
  playOn = false;
  batch(() => {
    store.speed.value = state.speed;
    store.failure.value = "";
    store.restarted.value = [];
  });
  await begin(state);
}

/** Makes the experiment again and goes on where it was, when the server has lost it. */
export async function recover() {
  stream?.close();
  store.connection.value = "lost";
  playOn = playOn || (store.playing.value && !address.hasGoal());
  await begin(address.current());
}

/** @param {State} state */
async function begin(state) {
  const mine = ++turn;
  const { made, state: taken, problems, drafts } = await create(state, () => mine === turn);
  if (!made || mine !== turn) return;
  batch(() => {
    store.problems.value = problems;
    store.drafts.value = drafts;
    store.history.restart(-1);
    store.experiment.value = null;
    address.begun(made, taken);
    accept(made);
  });
  stream = new Stream(made.id, store.history, {
    state: (told) => {
      tellings++;
      accept(told);
    },
    draw,
    connection: (connection) => {
      store.connection.value = connection;
    },
    gone: recover,
  });
  stream.focus(wantedSharp());
}

/**
 * Creates, leaving out what is refused, until it works or is no longer wanted.
 * @param {State} state
 * @param {() => boolean} wanted
 * @returns {Promise<Creation>}
 */
async function create(state, wanted) {
  let { entries, changes, epoch, batch: batches } = state;
  /** @type {Creation} */
  const result = { made: null, state, problems: {}, drafts: {} };
  const left = [...(state.unread ?? [])];
  for (let failures = 0; wanted(); ) {
    const runs = [specOf(store.fields.value, entries)];
    try {
      result.made = await api.create({ runs, changes, epoch, batch: batches });
      result.state = { ...state, entries, changes, epoch, batch: batches };
      if (left.length > 0) store.failure.value = `Left out of the link: ${left.join("; ")}.`;
      return result;
    } catch (error) {
      if (!(error instanceof api.Problem) || error.status >= 500) {
        store.connection.value = "lost";
        await pause(failures++);
        continue;
      }
      const bad = refused(error, entries);
      for (const [[path, value], detail] of bad) {
        result.problems[path] = plain(detail);
        result.drafts[path] = value;
        left.push(`${path}=${setting(value)} (${plain(detail)})`);
      }
      // A kind that has an id is nothing without it.
      const kinds = [...bad.keys()].map(([path]) => path.replace(/\.id$/, ".kind"));
      if (bad.size > 0)
        entries = entries.filter((entry) => !bad.has(entry) && !kinds.includes(entry[0]));
      else {
        left.push(`changes and epoch (${error.message})`);
        if (entries.length + changes.length + epoch + batches === 0) return result;
        if (changes.length + epoch + batches === 0) entries = [];
        [changes, epoch, batches] = [[], 0, 0];
      }
    }
  }
  return result;
}

/**
 * @param {api.Problem} problem
 * @param {[string, unknown][]} entries
 */
function refused(problem, entries) {
  /** @type {Map<[string, unknown], string>} */
  const bad = new Map();
  for (const { path, detail } of problem.errors) {
    const own = path.replace(/^runs\.0\./, "");
    const name = (/** @type {[string, unknown]} */ [path]) => path.replace(/\.kind$/, "");
    // The setting itself if the link has it, otherwise what it is a part of, otherwise its parts.
    const nearest = [
      entries.filter((entry) => name(entry) === own),
      entries.filter((entry) => within(own, name(entry))),
      entries.filter((entry) => within(name(entry), own)),
    ].find((found) => found.length > 0);
    for (const entry of nearest ?? []) bad.set(entry, detail);
  }
  return bad;
}

/** @param {number} failures */
function pause(failures) {
  const longest = Math.min(8000, 250 * 2 ** failures);
  return new Promise((resolve) => setTimeout(resolve, longest * (0.5 + Math.random() / 2)));
}

function leave() {
  stream?.close();
  stream = null;
  const id = store.experiment.value?.id;
  if (id) api.remove(id);
}

/**
 * Takes what the server says of the experiment, unless something newer is known.
 * @param {Experiment} answer
 */
function accept(answer) {
  const known = store.experiment.value;
  if (known && known.id !== answer.id) return;
  if (known && answer.timeline < known.timeline) return;
  if (known && answer.timeline === known.timeline && answer.epoch < known.epoch) return;
  batch(() => {
    if (store.history.timeline < answer.timeline) {
      store.history.restart(answer.timeline);
      store.rows.value = 0;
      store.pulse.value++;
    }
    // Equal runs keep their identity, so that what depends on the settings alone is left alone.
    const runs = known && equal(known.runs, answer.runs) ? known.runs : answer.runs;
    store.experiment.value = { ...answer, runs };
    store.epoch.value = Math.max(answer.epoch, store.history.length - 1);
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

/** @param {import("./wire.js").Picture | null} picture */
function draw(picture) {
  batch(() => {
    if (picture) {
      store.picture.value = picture;
      store.pictures.value++;
    }
    const { length } = store.history;
    store.rows.value = length;
    if (length > 0) store.epoch.value = length - 1;
    if (store.playing.value) store.rate.value = measured.at(length, performance.now());
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
    store.failure.value = "The server could not be reached just now. Please try again.";
  } else if (error.status === 404) recover();
  else store.failure.value = error.message;
}

function wantedSharp() {
  const unit = store.inspected.value;
  const output = (store.experiment.value?.runs[0].units.length ?? 0) - 1;
  return unit && unit.layer < output ? [unit] : [];
}

effect(() => {
  const units = wantedSharp(); // read first: there is no stream yet when this runs for the first time
  stream?.focus(units);
});

let pointsOf = "";
effect(() => {
  const experiment = store.experiment.value;
  if (!experiment) return;
  const key = `${experiment.id} ${JSON.stringify(experiment.runs[0].spec.data)}`;
  if (key === pointsOf) return;
  pointsOf = key;
  api
    .data(experiment.id)
    .then((points) => {
      if (pointsOf === key) store.data.value = points;
    })
    .catch(fail);
});

addEventListener("hashchange", () => {
  const state = address.read();
  if (state) open(state);
});

addEventListener("pagehide", (event) => {
  if (!event.persisted) leave();
});
