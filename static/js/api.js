/** The server's HTTP calls. A refused call throws a Problem with the path of each bad field. */

import { locale, t } from "./i18n.js";

/** @typedef {import("./paths.js").Plain} Plain */
/** @typedef {import("./url.js").Change} Change */

/**
 * @typedef {Object} RunState
 * @property {Plain} spec now
 * @property {Plain} base at epoch 0, before the live changes
 * @property {number} seeds
 * @property {Record<"points" | "weights" | "batches", string>} fingerprints
 * @property {number} diverged seeds that did
 * @property {number[]} units
 * @property {number} parameters
 * @property {"training" | "diverged" | "finished"} status
 * @property {string} message
 * @property {{epoch: number, batch: number} | null} forked where, if from another lane
 *
 * @typedef {Object} Experiment
 * @property {string} id
 * @property {"paused" | "playing" | "finished" | "diverged"} status
 * @property {number} epoch
 * @property {number} batch
 * @property {number} last epoch of the history
 * @property {number} timeline
 * @property {number | null} epochs_per_second
 * @property {number} worker_seconds CPU time that its training has taken
 * @property {string} message why the server paused it, if it did
 * @property {RunState[]} runs
 * @property {Change[]} changes
 * @property {{epoch: number, batch: number, before: number}[]} rewinds places gone back to, and
 *   gone on from; before: the epoch it was gone back from
 *
 * @typedef {{x: [number, number][], y: number[]}} Points
 *
 * @typedef {Object} Data
 * @property {[number, number, number, number]} domain
 * @property {"binary" | "multiclass" | "regression"} task
 * @property {number} classes 0 for regression
 * @property {string[]} class_names
 * @property {string[] | null} columns of a table, which is drawn in the plane of its first two
 *   principal components; null for points of the plane
 * @property {Points} train
 * @property {Points} test
 * @property {{train: number[][], test: number[][]} | null} rows values of a table's columns, unless
 *   there are too many
 *
 * @typedef {Record<string, Points & {title: string}>} Datasets
 *
 * @typedef {Object} Own points of the user's own
 * @property {string} id
 * @property {string} title
 * @property {"binary" | "multiclass" | "regression"} task
 * @property {number} classes
 * @property {string[]} class_names
 * @property {string[] | null} columns
 * @property {number} rows
 */

export class Problem extends Error {
  /**
   * @param {number} status
   * @param {Plain} body
   * @param {number} [retryAfter] seconds
   */
  constructor(status, body, retryAfter = 0) {
    super(String(body.detail ?? body.title ?? t("The server answered {status}", { status })));
    this.status = status;
    this.retryAfter = retryAfter;
    /** How many come in before this page, if the server is full. */
    this.waiting = typeof body.waiting === "number" ? body.waiting : null;
    const errors = Array.isArray(body.errors) ? body.errors : [];
    const single = body.path === undefined ? [] : [{ path: body.path, detail: this.message }];
    /** @type {{path: string, detail: string}[]} */
    this.errors = errors.length > 0 ? errors : single;
  }
}

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @returns {Promise<any>}
 */
async function call(method, path, body) {
  const json = body === undefined ? null : JSON.stringify(body);
  return send(method, path, json, "application/json");
}

/**
 * @param {string} method
 * @param {string} path
 * @param {string | Blob | null} body
 * @param {string} type
 */
async function send(method, path, body, type) {
  // The schema is on its way already: other headers than the page's preload would fetch it twice.
  const headers = {
    ...(path !== "/schema" && inLanguage()),
    ...(body !== null && { "Content-Type": type }),
  };
  const response = await fetch(`/api${path}`, { method, headers, body });
  if (response.status === 204) return undefined;
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    const pause = Number(response.headers.get("Retry-After") ?? 0);
    throw new Problem(response.status, answer, pause);
  }
  return answer;
}

/** The language of what the server complains about. */
const inLanguage = () => ({ "Accept-Language": locale.value });

/**
 * Which version of the page the server has.
 * @returns {Promise<string>}
 */
export async function version() {
  const answer = await fetch("/healthz", { cache: "no-store" });
  return answer.ok ? (await answer.json()).version : "";
}

/** @returns {Promise<Plain>} */
export const schema = () => call("GET", "/schema");

/**
 * @typedef {Object} Term an explanation, in English
 * @property {string} id
 * @property {string} title
 * @property {string} description
 * @property {string} effect
 * @property {string} mathml
 * @property {string} source
 * @property {string} shortcut key that does the same
 *
 * @returns {Promise<Term[]>}
 */
export const glossary = () => call("GET", "/glossary");

/** @returns {Promise<Datasets>} */
export const datasets = () => call("GET", "/datasets");

/**
 * @typedef {Object} Wanted
 * @property {Plain[]} runs
 * @property {number[]} [seeds]
 * @property {Change[]} [changes]
 * @property {number} [epoch]
 * @property {number} [batch]
 */

/**
 * @param {Wanted} wanted
 * @returns {Promise<Experiment>}
 */
export const create = (wanted) => call("POST", "/experiments", wanted);

/**
 * @param {string} id
 * @returns {Promise<Experiment>}
 */
export const experiment = (id) => call("GET", `/experiments/${id}`);

/**
 * @typedef {Object} Preview what settings mean before anything is trained
 * @property {{z: number[], value: number[], slope: number[]}[]} activations of each hidden layer;
 *   empty where the function is learned
 * @property {{epoch: number[], rate: number[]}} schedule
 * @property {{fan_in: number, units: number, counts: number[], reach: number, mean: number,
 *   std: number}[]} weights of each layer in equal bins from -reach to reach, the output last
 */

/**
 * @param {Plain} spec
 * @returns {Promise<Preview>}
 */
export const preview = (spec) => call("POST", "/previews", spec);

/**
 * @param {string} id
 * @param {"play" | "pause" | "step" | "reset"} command
 * @param {Plain} [body]
 * @returns {Promise<Experiment>}
 */
export const command = (id, command, body = {}) =>
  call("POST", `/experiments/${id}/${command}`, body);

/**
 * @param {string} id
 * @param {number | null} run null for all of them
 * @param {Plain} changes
 * @returns {Promise<Experiment & {restarted: string[]}>}
 */
export const patch = (id, run, changes) =>
  call("PATCH", `/experiments/${id}/runs${run === null ? "" : `/${run}`}`, changes);

/**
 * Sets weights of a run by hand; input -1 is the bias.
 * @param {string} id
 * @param {number} run
 * @param {import("./url.js").WeightEdit[]} weights
 * @returns {Promise<Experiment>}
 */
export const setWeights = (id, run, weights) =>
  call("PATCH", `/experiments/${id}/runs/${run}/weights`, { weights });

/**
 * @typedef {Object} LastBatch what the latest update learned from; nothing before the first
 * @property {number} epoch completed epochs after it
 * @property {number} batch completed batches of the epoch begun
 * @property {number[]} points indices into the training points
 * @property {number[][]} dropped of each hidden layer the units left out for most of the points
 * @property {number[][]} shares of each hidden layer and unit: the share of points without it;
 *   empty for a layer without dropout
 */

/**
 * @param {string} id
 * @param {number} run
 * @returns {Promise<LastBatch>}
 */
export const lastBatch = (id, run) => call("GET", `/experiments/${id}/runs/${run}/batch`);

/**
 * @param {string} id
 * @param {{run: number, changes: Plain, seeds?: number}[]} lanes copies of runs with changes
 * @returns {Promise<Experiment>}
 */
export const add = (id, lanes) => call("POST", `/experiments/${id}/runs`, { lanes });

/**
 * @param {string} id
 * @param {number} run
 * @returns {Promise<Experiment>}
 */
export const removeRun = (id, run) => call("DELETE", `/experiments/${id}/runs/${run}`);

/**
 * @param {string} id
 * @param {number[]} runs
 * @returns {Promise<Experiment>}
 */
export const order = (id, runs) => call("POST", `/experiments/${id}/order`, { runs });

/**
 * The runs to have: those that stay by their number, others from their settings at epoch 0.
 * @param {string} id
 * @param {{lanes: ({run: number} | {base: Plain, seeds: number, forked: RunState["forked"]})[], changes: Change[]}} wanted
 *   the `run` of a change counts in `lanes`
 * @returns {Promise<Experiment>}
 */
export const arrange = (id, wanted) => call("PUT", `/experiments/${id}/runs`, wanted);

/**
 * @param {string} id
 * @param {number} run
 * @param {number} seeds
 * @returns {Promise<Experiment>}
 */
export const setSeeds = (id, run, seeds) =>
  call("PUT", `/experiments/${id}/runs/${run}/seeds`, { seeds });

/**
 * Keeps what is too long for a link.
 * @param {Plain} state
 * @returns {Promise<{id: string}>}
 */
export const save = (state) => call("POST", "/saved", state);

/**
 * @param {string} id
 * @returns {Promise<Plain>}
 */
export const saved = (id) => call("GET", `/saved/${encodeURIComponent(id)}`);

/**
 * A table or an experiment as a file.
 * @param {string} id
 * @param {string} path
 * @param {string} type
 */
export async function file(id, path, type) {
  const headers = { ...inLanguage(), Accept: type };
  const response = await fetch(`/api/experiments/${id}/${path}`, { headers });
  if (!response.ok) throw new Problem(response.status, await response.json().catch(() => ({})));
  return response.blob();
}

/**
 * @param {string} id
 * @param {number} run
 * @returns {Promise<Data>}
 */
export const data = (id, run) => call("GET", `/experiments/${id}/data?run=${run}`);

/**
 * @param {Points} points of the plane, with their classes
 * @returns {Promise<Own>}
 */
export const storePoints = ({ x, y }) => call("POST", "/data", { x, y, task: "classification" });

/**
 * @param {File} file CSV
 * @returns {Promise<Own>}
 */
export const storeFile = (file) => {
  const title = file.name.replace(/\.[^.]*$/, "").slice(0, 80);
  return send("POST", `/data?title=${encodeURIComponent(title)}`, file, "text/csv");
};

/**
 * @param {string} id
 * @returns {Promise<Own & Points>} with a few of its points
 */
export const stored = (id) => call("GET", `/data/${encodeURIComponent(id)}`);

/**
 * Goes to an epoch that has been.
 * @param {string} id
 * @param {number} epoch
 * @returns {Promise<Experiment>}
 */
export const seek = (id, epoch) => call("POST", `/experiments/${id}/seek`, { epoch });

/**
 * Adds a lane that goes on from a lane's state at an epoch, with changed settings.
 * @param {string} id
 * @param {{run: number, epoch: number, batch?: number, changes: Plain}} how
 * @returns {Promise<Experiment>}
 */
export const fork = (id, how) => call("POST", `/experiments/${id}/fork`, how);

/**
 * @param {string} id
 * @param {number} target
 * @returns {Promise<{target: number, runs: import("./summary.js").RunSummary[]}>}
 */
export const summary = (id, target) => call("GET", `/experiments/${id}/summary?target=${target}`);

/**
 * Every epoch of one seed.
 * @param {string} id
 * @param {number} run
 * @param {number} seed
 * @returns {Promise<{epoch: number[], runs: Record<string, (number | null)[]>[]}>}
 */
export const seedHistory = (id, run, seed) =>
  call("GET", `/experiments/${id}/history?run=${run}&seed=${seed}`);

/**
 * @typedef {Object} Preset
 * @property {string} id
 * @property {string} title
 * @property {string} description
 * @property {"start" | "compare"} group
 * @property {Plain[]} runs
 * @property {number[]} seeds
 * @property {number | null} epochs_per_second
 * @property {{axis?: import("./store.js").Axis, chart?: import("./chart/quantities.js").Quantity,
 *   log?: boolean}} shown
 */

/** @returns {Promise<Preset[]>} */
export const presets = () => call("GET", "/presets");

/**
 * @param {Plain} spec
 * @returns {Promise<import("./race.js").Sweep>}
 */
export const startSweep = (spec) => call("POST", "/sweeps", spec);

/**
 * @param {string} id
 * @returns {Promise<import("./race.js").Sweep>}
 */
export const sweep = (id) => call("GET", `/sweeps/${encodeURIComponent(id)}`);

/**
 * @param {string} id
 * @returns {Promise<void>}
 */
export const cancelSweep = (id) => call("DELETE", `/sweeps/${encodeURIComponent(id)}`);
