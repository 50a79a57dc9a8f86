/**
 * Making the experiment that a URL describes, without what the server refuses of it; and finding
 * one that has been made.
 */

import { batch } from "../vendor/preact.js";
import * as api from "./api.js";
import { setting } from "./format.js";
import { t, tn } from "./i18n.js";
import { within } from "./paths.js";
import { plain } from "./plain.js";
import * as store from "./store.js";
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

/**
 * Creates, leaving out what is refused, until it works or is no longer wanted. While the server is
 * full, it asks as often as the server says.
 * @param {State} state
 * @param {() => boolean} wanted
 * @returns {Promise<Creation>}
 */
export async function create(state, wanted) {
  try {
    return await attempt(state, wanted);
  } finally {
    if (wanted()) store.waiting.value = "";
  }
}

/**
 * @param {State} state
 * @param {() => boolean} wanted
 * @returns {Promise<Creation>}
 */
async function attempt(state, wanted) {
  let { entries, lanes, changes, epoch, batch: batches, seeds: count } = state;
  /** @type {Creation} */
  const result = { made: null, state, problems: {}, drafts: {} };
  const left = [...(state.unread ?? [])];
  for (let failures = 0; wanted(); ) {
    const fields = store.fields.value;
    const main = specOf(fields, entries);
    const runs = [main, ...lanes.map((lane) => specOf(fields, lane.entries, main))];
    const seeds = [count, ...lanes.map((lane) => lane.seeds)];
    try {
      result.made = await api.create({ runs, seeds, changes, epoch, batch: batches });
      result.state = { ...state, entries, lanes, changes, epoch, batch: batches, seeds: count };
      if (left.length > 0)
        store.failure.value = t("Left out of the link: {parts}.", { parts: left.join(t("; ")) });
      return result;
    } catch (error) {
      if (!wanted()) return result;
      if (error instanceof api.Problem && (error.waiting !== null || error.status === 429)) {
        batch(() => {
          store.connection.value = "waiting";
          store.waiting.value = whyWaiting(error);
        });
        await sleep(1000 * Math.max(1, error.retryAfter));
        continue;
      }
      store.waiting.value = "";
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
      else if (
        error.errors.some(({ path }) => path.startsWith("seeds")) &&
        seeds.some((n) => n > 1)
      ) {
        left.push(t("seeds ({why})", { why: error.message }));
        lanes = lanes.map((lane) => ({ ...lane, seeds: 1 }));
        count = 1;
      } else if (lanes.length > 0 && error.errors.some(({ path }) => !isFirst(path))) {
        // Changes and epoch are of all lanes together.
        left.push(t("lanes, changes and epoch ({why})", { why: error.message }));
        [lanes, changes, epoch, batches] = [[], [], 0, 0];
      } else {
        left.push(t("changes and epoch ({why})", { why: error.message }));
        if (entries.length + changes.length + epoch + batches === 0) return result;
        if (changes.length + epoch + batches === 0) entries = [];
        [changes, epoch, batches] = [[], 0, 0];
      }
    }
  }
  return result;
}

/**
 * Asks until the server answers, or the experiment is no longer wanted.
 * @param {string} id
 * @param {() => boolean} wanted
 * @returns {Promise<Experiment | null>} null when the server does not know it
 */
export async function find(id, wanted) {
  for (let failures = 0; wanted(); ) {
    try {
      return await api.experiment(id);
    } catch (error) {
      if (error instanceof api.Problem && error.status === 404) return null;
      store.connection.value = "lost";
      await pause(failures++);
    }
  }
  return null;
}

/** @param {string} path */
const isFirst = (path) => !/^(runs\.[1-9]|seeds)/.test(path);

/** @param {api.Problem} problem */
function whyWaiting({ waiting, message }) {
  if (waiting === null) return message;
  if (waiting === 0) return t("The server is full. You are next.");
  return tn(
    "The server is full. One is waiting before you.",
    "The server is full. {count} are waiting before you.",
    waiting,
  );
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
  return sleep(longest * (0.5 + Math.random() / 2));
}

/** @param {number} milliseconds */
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
