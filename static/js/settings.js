/**
 * Changes of settings on their way to the server: one request at a time, the latest value of each
 * setting wins, and a refused value stays where it was typed with the reason beside it.
 */

import { batch } from "../vendor/preact.js";
import * as address from "./address.js";
import * as api from "./api.js";
import { carryItems, isApart } from "./lanes.js";
import { equal, get, partial, within } from "./paths.js";
import { plain, sentence } from "./plain.js";
import { carried, chosen } from "./schema.js";
import { ask, fail } from "./session.js";
import * as store from "./store.js";
import { remember, specsOf, titled } from "./tuning.js";

/** @typedef {import("./paths.js").Plain} Plain */
/** @typedef {import("./schema.js").Field} Field */
/** @typedef {import("./api.js").Experiment} Experiment */

const DRAG_PAUSE = 250;
const RETRY_PAUSE = 1000;
/** Milliseconds between key presses on one slider that still belong together. */
const BURST = 1000;

/** @type {Map<string, unknown>} */
const waiting = new Map();
let sending = false;
let timer = 0;
/** A slider is held down. */
let held = false;
/** Counts what a person does, however many changes that makes. */
let gesture = 0;
let latest = { path: "", time: Number.NEGATIVE_INFINITY };
/** Calls to be made between changes. */
/** @type {(() => Promise<void>)[]} */
const calls = [];
/** The choices that values were chosen for: each lane carries its own fields into a new kind. */
/** @type {WeakMap<object, {field: Field, own: Plain}>} */
const choices = new WeakMap();

/**
 * @typedef {"now" | "soon"} When soon: while a slider moves. Before training it is followed a few
 *   times a second; afterwards each change stays in the history of the run, so that only where the
 *   slider is let go counts.
 */

/**
 * @param {string} path
 * @param {unknown} value
 * @param {When} [when]
 */
export function change(path, value, when = "now") {
  const time = performance.now();
  const goesOn = held || (path === latest.path && time - latest.time < BURST);
  if (when === "now" || !goesOn) gesture++;
  latest = { path, time };
  put(path, value);
  send(when);
}

/**
 * Several settings in one step.
 * @param {[string, unknown][]} changes
 */
export function changeAll(changes) {
  gesture++;
  batch(() => {
    for (const [path, value] of changes) put(path, value);
  });
  send("now");
}

/**
 * Calls once the changes on their way are made, one call after the other.
 * @template T
 * @param {() => Promise<T>} call
 * @returns {Promise<T>} what it returns, or throws
 */
export function inTurn(call) {
  return new Promise((resolve, reject) => {
    calls.push(() => call().then(resolve, reject));
    send("now");
  });
}

/**
 * @param {string} path
 * @param {unknown} value
 */
function put(path, value) {
  const same = equal(get(store.shown.value, path), value);
  if (same && !waiting.has(path) && store.problems.value[path] === undefined) return;
  batch(() => {
    forget(path);
    store.drafts.value = { ...store.drafts.value, [path]: value };
  });
  waiting.set(path, value);
}

/** @param {When} when */
function send(when) {
  if (when === "now") {
    clearTimeout(timer);
    timer = 0;
    flush();
  } else if (held && store.epoch.value > 0) {
    clearTimeout(timer);
    timer = 0;
  } else if (held) timer ||= setTimeout(flush, DRAG_PAUSE);
  else {
    clearTimeout(timer);
    timer = setTimeout(flush, DRAG_PAUSE);
  }
}

/** Nothing that waits is to wait longer. */
function isTime() {
  return timer === 0 && !(held && store.epoch.value > 0);
}

/** A slider is held down: its changes go out at the latest when it is let go. */
export function hold() {
  held = true;
  gesture++;
  const release = () => {
    removeEventListener("pointerup", release);
    removeEventListener("pointercancel", release);
    held = false;
    send("now");
  };
  addEventListener("pointerup", release);
  addEventListener("pointercancel", release);
}

/**
 * Another kind of a choice. Values that were changed stay where the new kind has the same field.
 * @param {import("./schema.js").Placed} field
 * @param {string} kind
 * @param {{id?: string, standardize?: boolean}} [own] what only this kind has
 * @param {[string, unknown][]} [others] settings that change at the same time
 */
export function choose(field, kind, own = {}, others = []) {
  const before = get(store.shown.value, field.path);
  const next = { ...carried(field, before, kind), ...own };
  gesture++;
  choices.set(next, { field, own });
  put(field.path, next);
  // Another table, or none: what was picked out of the columns means nothing there.
  if (!equal(columnsOf(field, before), columnsOf(field, next))) {
    for (const { key, type, default: usual } of store.fields.value) {
      if (type === "set") put(key, usual);
    }
  }
  for (const [path, value] of others) put(path, value);
  send("now");
}

/**
 * The columns of a table, or null; undefined where they are not known.
 * @param {Field} field
 * @param {unknown} value
 */
function columnsOf(field, value) {
  const id = get(value, "id");
  if (id === undefined) return chosen(field, value)?.columns ?? null;
  return store.own.value[String(id)]?.columns;
}

/**
 * Drops what is typed, wrong or waiting at a path and below it.
 * @param {string} path
 */
export function forget(path) {
  for (const key of waiting.keys()) if (within(key, path)) waiting.delete(key);
  store.drafts.value = without(store.drafts.value, path);
  store.problems.value = without(store.problems.value, path);
}

async function flush() {
  timer = 0;
  if (sending) return;
  sending = true;
  for (let reached = true; reached && store.experiment.value; ) {
    const call = waiting.size > 0 ? undefined : calls.shift();
    if (call) await call();
    else if (waiting.size > 0 && isTime()) reached = await sendWaiting();
    else break;
  }
  sending = false;
}

/** @returns {Promise<boolean>} whether the server could be reached */
async function sendWaiting() {
  const all = [...waiting];
  waiting.clear();
  const spec = store.spec.value;
  const changes = all.filter(([path, value]) => !equal(get(spec, path), value));
  if (changes.length < all.length) batch(() => settle(all, store.restarted.value));
  if (changes.length === 0) return true;
  try {
    const trained = store.epoch.value > 0;
    address.abandonGoal();
    const restarted = await apply(changes);
    batch(() => settle(changes, trained ? restarted : []));
  } catch (error) {
    if (!(error instanceof api.Problem) || error.status !== 422) {
      again(changes);
      fail(error);
      timer = setTimeout(flush, RETRY_PAUSE);
      return false;
    }
    batch(() => refused(changes, error));
  }
  return true;
}

/**
 * A setting in which all lanes agree is changed in all of them, another one in the open lane, so
 * that lanes go on differing in the same things.
 * @param {[string, unknown][]} changes
 * @returns {Promise<string[]>} paths of the settings that made it start afresh
 */
async function apply(changes) {
  const { id, runs } = /** @type {Experiment} */ (store.experiment.value);
  const [open, mine] = [store.selected.value, gesture];
  const before = specsOf(runs);
  const paths = changes.map(([path]) => path);
  const own = changes.filter(([path]) => isApart(path, runs, open));
  const shared = changes.filter((change) => !own.includes(change));
  const bodies = runs.map(({ spec }, index) => {
    const translated = shared.map(
      ([path, value]) =>
        /** @type {[string, unknown]} */ ([
          path,
          index === open ? value : translate(path, value, spec, runs[open].spec),
        ]),
    );
    return partial(spec, index === open ? [...translated, ...own] : translated);
  });
  /** @type {Set<string>} */
  const restarted = new Set();
  const take = (/** @type {Experiment & {restarted: string[]}} */ answer) => {
    for (const path of answer.restarted) restarted.add(path);
    remember(() => titled(paths), before, answer, mine);
  };
  if (bodies.every((body) => equal(body, bodies[0]))) {
    take(await ask(api.patch(id, null, bodies[0])));
  } else {
    // The open lane first: what is wrong is wrong there.
    const order = [open, ...bodies.map((_, index) => index).filter((index) => index !== open)];
    for (const index of order) {
      if (!equal(bodies[index], {})) take(await ask(api.patch(id, index, bodies[index])));
    }
  }
  return [...restarted];
}

/**
 * What a change in the open lane means in another one that agrees with it there.
 * @param {string} path
 * @param {unknown} value
 * @param {Plain} spec of the other lane
 * @param {Plain} from the open lane's
 */
function translate(path, value, spec, from) {
  const choice = typeof value === "object" && value !== null ? choices.get(value) : undefined;
  if (choice) {
    return { ...carried(choice.field, get(spec, path), String(get(value, "kind"))), ...choice.own };
  }
  const [old, own] = [get(from, path), get(spec, path)];
  if (!Array.isArray(value) || !Array.isArray(old) || !Array.isArray(own) || equal(old, own)) {
    return value;
  }
  return carryItems(value, old, own);
}

/**
 * Puts back what was not taken, unless something newer waits for the same setting.
 * @param {[string, unknown][]} changes
 */
function again(changes) {
  for (const [path, value] of changes) if (!waiting.has(path)) waiting.set(path, value);
}

/**
 * @param {[string, unknown][]} changes
 * @param {string[]} restarted
 */
function settle(changes, restarted) {
  store.restarted.value = restarted;
  const drafts = { ...store.drafts.value };
  for (const [path, value] of changes) if (drafts[path] === value) delete drafts[path];
  store.drafts.value = drafts;
}

/**
 * Keeps what is wrong where it was typed, and sends the rest again.
 * @param {[string, unknown][]} changes
 * @param {api.Problem} problem
 */
function refused(changes, problem) {
  /** @type {Record<string, string>} */
  const problems = {};
  /** @type {[string, unknown][]} */
  const good = [];
  for (const change of changes) {
    const own = change[0];
    const errors = problem.errors.filter(({ path }) => within(path, own) || within(own, path));
    for (const { path, detail } of errors) {
      const field = store.fields.value.find(({ key }) => key === path);
      problems[within(path, own) ? path : own] = plain(detail, field);
    }
    if (errors.length === 0) good.push(change);
  }
  store.problems.value = { ...store.problems.value, ...problems };
  if (good.length < changes.length) again(good);
  else {
    const sentences = problem.errors.map((error) => sentence(error, store.fields.value));
    store.failure.value = sentences.join(" ") || problem.message;
    for (const [path] of changes) store.drafts.value = without(store.drafts.value, path);
  }
}

/**
 * @template T
 * @param {Record<string, T>} record
 * @param {string} path
 */
function without(record, path) {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !within(key, path)));
}
