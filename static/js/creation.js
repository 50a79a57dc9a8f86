/**
 * Making the experiment that a URL describes, without what the server refuses of it; and finding
 * one that has been made.
 */

import * as api from "./api.js";
import { setting } from "./format.js";
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
 * Creates, leaving out what is refused, until it works or is no longer wanted.
 * @param {State} state
 * @param {() => boolean} wanted
 * @returns {Promise<Creation>}
 */
export async function create(state, wanted) {
  let { entries, lanes, changes, epoch, batch: batches } = state;
  /** @type {Creation} */
  const result = { made: null, state, problems: {}, drafts: {} };
  const left = [...(state.unread ?? [])];
  for (let failures = 0; wanted(); ) {
    const fields = store.fields.value;
    const main = specOf(fields, entries);
    const runs = [main, ...lanes.map((lane) => specOf(fields, lane.entries, main))];
    const seeds = [state.seeds, ...lanes.map((lane) => lane.seeds)];
    try {
      result.made = await api.create({ runs, seeds, changes, epoch, batch: batches });
      result.state = { ...state, entries, lanes, changes, epoch, batch: batches };
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
      else if (lanes.length > 0 && error.errors.some(({ path }) => !isFirst(path))) {
        // Changes and epoch are of all lanes together.
        left.push(`lanes, changes and epoch (${error.message})`);
        [lanes, changes, epoch, batches] = [[], [], 0, 0];
      } else {
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
