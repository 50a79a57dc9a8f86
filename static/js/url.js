/** The state of the page as a URL fragment, and back. */

import { MOST, MOST_SEEDS } from "./lanes.js";
import { LONGEST_NOTE, NONE } from "./lesson.js";
import { equal, get, set } from "./paths.js";
import { chosen, compact, defaults } from "./schema.js";

/** @typedef {import("./schema.js").Field} Field */
/** @typedef {import("./paths.js").Plain} Plain */

/** @typedef {import("./store.js").Axis} Axis */
/** @typedef {import("./store.js").Mode} Mode */
/** @typedef {import("./store.js").Domain} Domain */
/** @typedef {import("./chart/quantities.js").Quantity} Quantity */

/** @typedef {import("./chart/marks.js").WeightEdit} WeightEdit */

/**
 * @typedef {{epoch: number, batch?: number, run?: number, changes: Plain, weights?: WeightEdit[]}}
 *   Change made live
 */

/**
 * @typedef {Object} Beside a lane beside the main one
 * @property {[string, unknown][]} entries settings that differ from the main lane's at epoch 0
 * @property {number} seeds
 *
 * @typedef {Object} State
 * @property {[string, unknown][]} entries settings that differ from the defaults at epoch 0
 * @property {number} seeds of the main lane
 * @property {Beside[]} lanes the others
 * @property {number} selected
 * @property {number[]} [tones] the lanes' colours; not in a URL
 * @property {number[]} hidden
 * @property {Axis} axis
 * @property {Quantity} chart what the curves are of
 * @property {boolean} log their scale
 * @property {number} smoothing of them, 0 to 0.99
 * @property {Mode} map what the output pane shows
 * @property {Domain | null} zoom the part of the plane that is seen; null is all of it
 * @property {number | null} layer whose view is shown; null is the last hidden one
 * @property {[number, number] | "principal" | null} units of it; null is the usual plane
 * @property {number | null} target test loss; null is the usual one
 * @property {string | null} race id of a fair race
 * @property {Change[]} changes
 * @property {number} epoch
 * @property {number} batch batches of the next epoch
 * @property {number | null} speed epochs per second; null is as fast as possible
 * @property {import("./lesson.js").Lesson} lesson what it hides and locks
 * @property {string[]} [unread] parts of the URL that make no sense
 */

const MOST_NAMES = 100;
const AXES = ["epochs", "updates", "gradients", "milliseconds"];
/** @type {Quantity[]} */
const CHARTS = ["loss", "accuracy", "r2", "gradients", "activations", "rate", "summary"];
const SMOOTHEST = 0.99;
/** @type {Mode[]} */
const MAPS = [
  "output",
  "classes",
  "uncertainty",
  "errors",
  "losses",
  "layer",
  "surface",
  "difference",
  "disagreement",
];

/** @type {State} */
export const START = {
  entries: [],
  seeds: 1,
  lanes: [],
  selected: 0,
  hidden: [],
  axis: "epochs",
  chart: "loss",
  log: false,
  smoothing: 0,
  map: "output",
  zoom: null,
  layer: null,
  units: null,
  target: null,
  race: null,
  changes: [],
  epoch: 0,
  batch: 0,
  speed: null,
  lesson: NONE,
};

/**
 * @param {State} state
 * @returns {string} without the `#`; empty for the defaults at epoch 0
 */
export function format(state) {
  const { entries, seeds, lanes, changes, epoch, batch, speed } = state;
  const parts = entries.map(([path, value]) => `${path}=${encode(value)}`);
  if (seeds !== 1) parts.push(`seeds=${seeds}`);
  if (lanes.length > 0) {
    const short = lanes.map((lane) => ({
      ...Object.fromEntries(lane.entries),
      ...(lane.seeds === 1 ? {} : { seeds: lane.seeds }),
    }));
    parts.push(`lanes=${encode(short)}`);
  }
  if (state.selected > 0) parts.push(`selected=${state.selected}`);
  if (state.hidden.length > 0) parts.push(`hidden=${encode(state.hidden)}`);
  for (const name of /** @type {const} */ ([
    "axis",
    "chart",
    "log",
    "smoothing",
    "map",
    "zoom",
    "layer",
    "units",
  ])) {
    if (state[name] !== START[name]) parts.push(`${name}=${encode(state[name])}`);
  }
  if (state.target !== null) parts.push(`target=${state.target}`);
  if (state.race !== null) parts.push(`race=${state.race}`);
  if (speed !== null) parts.push(`speed=${speed}`);
  if (changes.length > 0) {
    const short = changes.map(({ epoch, batch = 0, run = 0, changes, weights = [] }) => {
      if (weights.length > 0) return [epoch, changes, batch, run, weights.map(shortEdit)];
      if (run > 0) return [epoch, changes, batch, run];
      return batch ? [epoch, changes, batch] : [epoch, changes];
    });
    parts.push(`changes=${encode(short)}`);
  }
  if (epoch > 0) parts.push(`epoch=${epoch}`);
  if (batch > 0) parts.push(`batch=${batch}`);
  return [...parts, ...partsOf(state.lesson)].join("&");
}

/** @param {import("./lesson.js").Lesson} lesson */
function partsOf(lesson) {
  return Object.entries(lesson).flatMap(([name, value]) => {
    const text = Array.isArray(value) ? value.join() : value;
    return text ? [`${name}=${encode(text)}`] : [];
  });
}

/**
 * The same state with another lesson, also where the state is kept on the server.
 * @param {string} fragment
 * @param {import("./lesson.js").Lesson} lesson
 */
export function withLesson(fragment, lesson) {
  const kept = fragment
    .replace(/^#/, "")
    .split("&")
    .filter((part) => part !== "" && !Object.hasOwn(NONE, part.split("=")[0]));
  return [...kept, ...partsOf(lesson)].join("&");
}

/**
 * @param {string} fragment with or without the `#`
 * @returns {State}
 */
export function parse(fragment) {
  /** @type {State} */
  const state = { ...START, entries: [] };
  for (const part of fragment.replace(/^#/, "").split("&")) {
    const equals = part.indexOf("=");
    if (equals < 1) continue;
    const path = decodeText(part.slice(0, equals));
    const value = decode(part.slice(equals + 1));
    const read = READERS[path];
    if (!Object.hasOwn(READERS, path)) state.entries.push([path, value]);
    else if (!read(state, value)) state.unread = [...(state.unread ?? []), part];
  }
  return state;
}

/**
 * What a URL has beside the settings of the main lane; false for what makes no sense.
 * @type {Record<string, (state: State, value: unknown) => boolean>}
 */
const READERS = {
  epoch: (state, value) => whole(value, (epoch) => Object.assign(state, { epoch })),
  batch: (state, value) => whole(value, (batch) => Object.assign(state, { batch })),
  seeds: (state, value) => {
    state.seeds = seedsOf(value);
    return state.seeds === value;
  },
  selected: (state, value) => whole(value, (selected) => Object.assign(state, { selected })),
  speed: (state, value) => whole(value, (speed) => speed > 0 && Object.assign(state, { speed })),
  target: (state, value) => {
    if (typeof value !== "number" || !(value >= 0)) return false;
    state.target = value;
    return true;
  },
  race: (state, value) => {
    if (!/^[\w-]{1,64}$/.test(String(value))) return false;
    state.race = String(value);
    return true;
  },
  hide: (state, value) => names(state, "hide", value),
  lock: (state, value) => names(state, "lock", value),
  show: (state, value) => names(state, "show", value),
  note: (state, value) => {
    const note = String(value).slice(0, LONGEST_NOTE);
    state.lesson = { ...state.lesson, note };
    return note === String(value);
  },
  axis: (state, value) => {
    if (!AXES.includes(String(value))) return false;
    state.axis = /** @type {Axis} */ (value);
    return true;
  },
  chart: (state, value) => {
    const found = CHARTS.find((one) => one === value);
    if (found) state.chart = found;
    return found !== undefined;
  },
  log: (state, value) => {
    state.log = value === true;
    return typeof value === "boolean";
  },
  smoothing: (state, value) => {
    if (typeof value !== "number" || !(value >= 0 && value <= SMOOTHEST)) return false;
    state.smoothing = value;
    return true;
  },
  zoom: (state, value) => {
    if (!Array.isArray(value) || value.length !== 4 || !value.every(Number.isFinite)) return false;
    if (value[0] >= value[1] || value[2] >= value[3]) return false;
    state.zoom = /** @type {Domain} */ (value);
    return true;
  },
  layer: (state, value) => whole(value, (layer) => Object.assign(state, { layer })),
  units: (state, value) => {
    const pair = Array.isArray(value) && value.length === 2 && value.every(isCount);
    if (pair || value === "principal") state.units = /** @type {State["units"]} */ (value);
    return pair || value === "principal";
  },
  map: (state, value) => {
    const found = MAPS.find((one) => one === value);
    if (found) state.map = found;
    return found !== undefined;
  },
  hidden: (state, value) => {
    state.hidden = (Array.isArray(value) ? value : []).filter((one) => count(one) !== null);
    return Array.isArray(value);
  },
  changes: (state, value) => {
    state.changes = changesOf(value);
    return true;
  },
  lanes: (state, value) => {
    if (!Array.isArray(value)) return false;
    const lanes = value.filter((one) => typeof one === "object" && one !== null);
    state.lanes = lanes.slice(0, MOST - 1).map(({ seeds, ...settings }) => ({
      entries: Object.entries(settings),
      seeds: seedsOf(seeds),
    }));
    return lanes.length === value.length && lanes.length < MOST;
  },
};

/**
 * @param {State} state
 * @param {"hide" | "lock" | "show"} what
 * @param {unknown} value names with commas
 */
function names(state, what, value) {
  const all = String(value).split(",");
  const good = all.filter((name) => /^[\w.]{1,64}$/.test(name)).slice(0, MOST_NAMES);
  state.lesson = { ...state.lesson, [what]: good };
  return good.length === all.length;
}

/**
 * @param {unknown} value
 * @param {(value: number) => unknown} take
 */
function whole(value, take) {
  const number = count(value);
  return number !== null && Boolean(take(number));
}

/**
 * The whole spec: defaults or what it begins with, then the kinds, then the rest.
 * @param {Field[]} fields
 * @param {[string, unknown][]} entries
 * @returns {Plain}
 */
export function specOf(fields, entries, start = defaults(fields)) {
  const kinds = entries.filter(([path]) => path.endsWith(".kind"));
  const others = entries.filter(([path]) => !path.endsWith(".kind"));
  let spec = start;
  for (const [path, kind] of kinds) spec = set(spec, path.slice(0, -".kind".length), { kind });
  for (const [path, value] of others) spec = set(spec, path, value);
  return spec;
}

/**
 * What of a spec differs from another, as dotted paths that lead from that one to this one.
 * @param {Field[]} fields
 * @param {unknown} spec
 * @param {unknown} other
 * @returns {[string, unknown][]}
 */
export function apart(fields, spec, other, above = "") {
  return fields.flatMap((field) => {
    const path = above + field.key;
    const [own, before] = [get(spec, field.key), get(other, field.key)];
    if (own === undefined || equal(own, before)) return [];
    if (field.type === "group") return apart(field.fields, own, before, `${path}.`);
    if (field.type === "list") return [[path, compact(field, own)]];
    const kind = field.type === "choice" && own !== null ? chosen(field, own) : undefined;
    if (!kind) return [[path, own]];
    if (get(before, "kind") === kind.value) return apart(kind.fields, own, before, `${path}.`);
    // Another kind begins with its own defaults, whatever they are in the whole spec.
    const below = apart(kind.fields, own, defaults(kind.fields), `${path}.`);
    return [[`${path}.kind`, kind.value], ...below];
  });
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
function seedsOf(value) {
  return Math.min(MOST_SEEDS, Math.max(1, count(value) ?? 1));
}

/** @param {unknown} value */
function count(value) {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/** @param {unknown} value */
const isCount = (value) => count(value) !== null;

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
    const change = { epoch, batch: count(one[2]) ?? 0, run: count(one[3]) ?? 0, changes };
    const weights = Array.isArray(one[4]) ? one[4].flatMap(editOf) : [];
    return [weights.length > 0 ? { ...change, weights } : change];
  });
}

/** @param {WeightEdit} edit */
const shortEdit = ({ layer, unit, input, value }) => [layer, unit, input, value];

/**
 * @param {unknown} short
 * @returns {WeightEdit[]}
 */
function editOf(short) {
  if (!Array.isArray(short) || !short.every((one) => typeof one === "number")) return [];
  const [layer, unit, input, value] = short;
  return [{ layer, unit, input, value }];
}
