/** The state of the page as a URL fragment, and back. */

import { set } from "./paths.js";
import { defaults } from "./schema.js";

/** @typedef {import("./schema.js").Field} Field */
/** @typedef {import("./paths.js").Plain} Plain */

/** @typedef {{epoch: number, batch?: number, run?: number, changes: Plain}} Change made live */

/**
 * @typedef {Object} State
 * @property {[string, unknown][]} entries settings that differ from the defaults at epoch 0
 * @property {Change[]} changes
 * @property {number} epoch
 * @property {number} batch batches of the next epoch
 * @property {number | null} speed epochs per second; null is as fast as possible
 * @property {string[]} [unread] parts of the URL that make no sense
 */

/**
 * @param {State} state
 * @returns {string} without the `#`; empty for the defaults at epoch 0
 */
export function format({ entries, changes, epoch, batch, speed }) {
  const parts = entries.map(([path, value]) => `${path}=${encode(value)}`);
  if (speed !== null) parts.push(`speed=${speed}`);
  if (changes.length > 0) {
    const short = changes.map(({ epoch, batch, changes }) =>
      batch ? [epoch, changes, batch] : [epoch, changes],
    );
    parts.push(`changes=${encode(short)}`);
  }
  if (epoch > 0) parts.push(`epoch=${epoch}`);
  if (batch > 0) parts.push(`batch=${batch}`);
  return parts.join("&");
}

/**
 * @param {string} fragment with or without the `#`
 * @returns {State}
 */
export function parse(fragment) {
  /** @type {State} */
  const state = { entries: [], changes: [], epoch: 0, batch: 0, speed: null };
  for (const part of fragment.replace(/^#/, "").split("&")) {
    const equals = part.indexOf("=");
    if (equals < 1) continue;
    const path = decodeText(part.slice(0, equals));
    const value = decode(part.slice(equals + 1));
    const number = count(value);
    const wrong = path === "speed" ? !number : path !== "changes" && number === null;
    if (["epoch", "batch", "speed"].includes(path) && wrong)
      state.unread = [...(state.unread ?? []), part];
    else if (path === "epoch") state.epoch = number ?? 0;
    else if (path === "batch") state.batch = number ?? 0;
    else if (path === "speed") state.speed = number;
    else if (path === "changes") state.changes = changesOf(value);
    else state.entries.push([path, value]);
  }
  return state;
}

/**
 * The whole spec: defaults, then the kinds, then the rest.
 * @param {Field[]} fields
 * @param {[string, unknown][]} entries
 * @returns {Plain}
 */
export function specOf(fields, entries) {
  const kinds = entries.filter(([path]) => path.endsWith(".kind"));
  const others = entries.filter(([path]) => !path.endsWith(".kind"));
  let spec = defaults(fields);
  for (const [path, kind] of kinds) spec = set(spec, path.slice(0, -".kind".length), { kind });
  for (const [path, value] of others) spec = set(spec, path, value);
  return spec;
}

/** @param {unknown} value */
function encode(value) {
  const bare = typeof value === "string" && !isJson(value);
  const text = bare ? value : JSON.stringify(value);
  return text.replace(/[%&#"<>`\s]|[^\x20-\x7e]/gu, encodeURIComponent);
}

/** @param {string} text */
function decode(text) {
  const plain = decodeText(text);
  return isJson(plain) ? JSON.parse(plain) : plain;
}

/** @param {string} text */
function decodeText(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** @param {string} text */
function isJson(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** @param {unknown} value */
function count(value) {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/**
 * @param {unknown} value
 * @returns {Change[]}
 */
function changesOf(value) {
  if (!Array.isArray(value)) return [];
  return value.flatMap((one) => {
    const epoch = Array.isArray(one) ? count(one[0]) : null;
    const changes = Array.isArray(one) ? one[1] : null;
    if (epoch === null || typeof changes !== "object" || changes === null) return [];
    return [{ epoch, batch: count(one[2]) ?? 0, run: 0, changes }];
  });
}
