/**
 * Changes of settings on their way to the server: one request at a time, the latest value of each
 * setting wins, and a refused value stays where it was typed with the reason beside it.
 */

import { batch } from "../vendor/preact.js";
import * as address from "./address.js";
import * as api from "./api.js";
import { equal, get, partial, within } from "./paths.js";
import { plain, sentence } from "./plain.js";
import { chosen } from "./schema.js";
import { ask, fail } from "./session.js";
import * as store from "./store.js";

/** @typedef {import("./schema.js").Placed} Placed */

const DRAG_PAUSE = 250;
const RETRY_PAUSE = 1000;

/** @type {Map<string, unknown>} */
const waiting = new Map();
let sending = false;
let timer = 0;
/** A slider is held down. */
let held = false;

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
  put(path, value);
  send(when);
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
 * @param {Placed} field
 * @param {string} kind
 * @param {{id?: string, standardize?: boolean}} [own] what only this kind has
 * @param {[string, unknown][]} [others] settings that change at the same time
 */
export function choose(field, kind, own = {}, others = []) {
  const before = get(store.shown.value, field.path);
  const from = chosen(field, before);
  const kept = chosen(field, kind)?.fields.flatMap((next) => {
    const old = from?.fields.find(({ key }) => key === next.key);
    const value = get(before, next.key);
    const same = old && equal(old.default, next.default) && !equal(value, old.default);
    return same ? [[next.key, value]] : [];
  });
  const next = { kind, ...Object.fromEntries(kept ?? []), ...own };
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
 * @param {Placed} field
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
  for (let reached = true; reached && waiting.size > 0 && isTime() && store.experiment.value; ) {
    const { id, runs } = store.experiment.value;
    const all = [...waiting];
    waiting.clear();
    const changes = all.filter(([path, value]) => !equal(get(runs[0].spec, path), value));
    if (changes.length < all.length) batch(() => settle(all, store.restarted.value));
    if (changes.length === 0) continue;
    try {
      const trained = store.epoch.value > 0;
      address.abandonGoal();
      const { restarted } = await ask(api.patch(id, partial(runs[0].spec, changes)));
      batch(() => settle(changes, trained ? restarted : []));
    } catch (error) {
      if (error instanceof api.Problem && error.status === 422) {
        batch(() => refused(changes, error));
      } else {
        again(changes);
        fail(error);
        timer = setTimeout(flush, RETRY_PAUSE);
        reached = false;
      }
    }
  }
  sending = false;
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
