/**
 * Changes of settings on their way to the server: one request at a time, the latest value of each
 * setting wins, and a refused value stays where it was typed with the reason beside it.
 */

import { batch } from "../vendor/preact.js";
import * as address from "./address.js";
import * as api from "./api.js";
import { equal, get, partial, within } from "./paths.js";
import { chosen } from "./schema.js";
import { ask, fail } from "./session.js";
import * as store from "./store.js";

/** @typedef {import("./schema.js").Placed} Placed */

const DRAG_PAUSE = 100;
const RETRY_PAUSE = 1000;

/** @type {Map<string, unknown>} */
const waiting = new Map();
let sending = false;
let timer = 0;

/**
 * @param {string} path
 * @param {unknown} value
 * @param {{dragging?: boolean}} [how] while dragging, changes are gathered for a moment
 */
export function change(path, value, { dragging = false } = {}) {
  const same = equal(get(store.shown.value, path), value);
  if (same && !waiting.has(path) && store.problems.value[path] === undefined) return;
  batch(() => {
    forget(path);
    store.drafts.value = { ...store.drafts.value, [path]: value };
  });
  waiting.set(path, value);
  clearTimeout(timer);
  if (dragging) timer = setTimeout(flush, DRAG_PAUSE);
  else flush();
}

/**
 * Another kind of a choice. Values that were changed stay where the new kind has the same field.
 * @param {Placed} field
 * @param {string} kind
 */
export function choose(field, kind) {
  const before = get(store.shown.value, field.path);
  const from = chosen(field, before);
  const kept = chosen(field, kind)?.fields.flatMap((next) => {
    const old = from?.fields.find(({ key }) => key === next.key);
    const value = get(before, next.key);
    const same = old && equal(old.default, next.default) && !equal(value, old.default);
    return same ? [[next.key, value]] : [];
  });
  change(field.path, { kind, ...Object.fromEntries(kept ?? []) });
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
  if (sending) return;
  sending = true;
  for (let reached = true; reached && waiting.size > 0 && store.experiment.value; ) {
    const changes = [...waiting];
    waiting.clear();
    try {
      const { id, runs } = store.experiment.value;
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
    for (const { path, detail } of errors) problems[within(path, own) ? path : own] = detail;
    if (errors.length === 0) good.push(change);
  }
  store.problems.value = { ...store.problems.value, ...problems };
  if (good.length < changes.length) again(good);
  else {
    store.failure.value = problem.message;
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
