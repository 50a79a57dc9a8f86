/** The server's HTTP calls. A refused call throws a Problem with the path of each bad field. */

/** @typedef {import("./paths.js").Plain} Plain */
/** @typedef {import("./url.js").Change} Change */

/**
 * @typedef {Object} RunState
 * @property {Plain} spec
 * @property {number[]} units
 * @property {number} parameters
 * @property {"training" | "diverged" | "finished"} status
 * @property {string} message
 *
 * @typedef {Object} Experiment
 * @property {string} id
 * @property {"paused" | "playing" | "finished" | "diverged"} status
 * @property {number} epoch
 * @property {number} batch
 * @property {number} timeline
 * @property {number | null} epochs_per_second
 * @property {string} message why the server paused it, if it did
 * @property {RunState[]} runs
 * @property {Change[]} changes
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
   */
  constructor(status, body) {
    super(String(body.detail ?? body.title ?? `The server answered ${status}`));
    this.status = status;
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
  const headers = body === null ? undefined : { "Content-Type": type };
  const response = await fetch(`/api${path}`, { method, headers, body });
  if (response.status === 204) return undefined;
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Problem(response.status, answer);
  return answer;
}

/** @returns {Promise<Plain>} */
export const schema = () => call("GET", "/schema");

/** @returns {Promise<Datasets>} */
export const datasets = () => call("GET", "/datasets");

/**
 * @param {{runs: Plain[], changes?: Change[], epoch?: number, batch?: number}} wanted
 * @returns {Promise<Experiment>}
 */
export const create = (wanted) => call("POST", "/experiments", wanted);

/**
 * Ends an experiment, also while the page is going away.
 * @param {string} id
 */
export const remove = (id) =>
  fetch(`/api/experiments/${id}`, { method: "DELETE", keepalive: true }).catch(() => undefined);

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
 * @param {Plain} changes
 * @returns {Promise<Experiment & {restarted: string[]}>}
 */
export const patch = (id, changes) => call("PATCH", `/experiments/${id}/runs/0`, changes);

/**
 * @param {string} id
 * @returns {Promise<Data>}
 */
export const data = (id) => call("GET", `/experiments/${id}/data?run=0`);

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
