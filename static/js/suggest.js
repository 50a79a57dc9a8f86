/** Settings that can be compared, and the values that are worth a try. */

import { setting, typedNumber } from "./format.js";
import { listed, t } from "./i18n.js";
import { equal, get, partial, set } from "./paths.js";
import { carried, chosen, settings } from "./schema.js";

/** @typedef {import("./paths.js").Plain} Plain */
/** @typedef {import("./schema.js").Field} Field */
/** @typedef {import("./schema.js").Placed} Placed */

/**
 * @typedef {Object} Subject something to compare
 * @property {Placed} field
 * @property {string} path with `*` where it means all layers
 * @property {string} title
 *
 * @typedef {{value: unknown, title: string, now: boolean}} Candidate
 */

/** What is compared most, in front of the rest. */
const FREQUENT = [
  "optimizer",
  "optimizer.learning_rate",
  "layers.*.activation",
  "init",
  "batch_size",
  "schedule",
  "regularization.l2",
  "regularization.dropout",
  "layers",
  "layers.*.batch_norm",
  "data.noise",
  "seed",
];
const WIDTHS = [[], [4], [8], [16], [4, 2], [8, 8], [16, 16], [8, 8, 8], [8, 8, 8, 8]];

/**
 * Every setting of a spec, the frequent ones first.
 * @param {Field[]} fields
 * @param {Plain} spec
 * @returns {Subject[]}
 */
export function subjects(fields, spec) {
  const all = settings(fields, spec).flatMap((field) => {
    const { path, section } = field;
    const title = t(field.title);
    if (field.type === "text" || field.type === "parts") return [];
    const own = {
      field,
      path,
      title: section ? t("{section}: {title}", { section: t(section), title }) : title,
    };
    return field.type === "list" ? [own, ...inAllLayers(field, spec)] : [own];
  });
  const rank = (/** @type {Subject} */ { path }) => {
    const place = FREQUENT.indexOf(path);
    return place < 0 ? FREQUENT.length : place;
  };
  return all.sort((one, other) => rank(one) - rank(other));
}

/** @param {Subject} subject */
export const isFrequent = ({ path }) => FREQUENT.includes(path);

/**
 * @param {Placed} list
 * @param {Plain} spec
 * @returns {Subject[]}
 */
function inAllLayers(list, spec) {
  const layers = get(spec, list.path);
  if (!Array.isArray(layers) || layers.length === 0) return [];
  return list.fields.map((field) => ({
    field: { ...field, path: `${list.path}.0.${field.key}`, put: field.default },
    path: `${list.path}.*.${field.key}`,
    title: t("{setting} in all layers", { setting: t(field.title) }),
  }));
}

/**
 * The subject of a setting of the panel, also of one layer's.
 * @param {Subject[]} all
 * @param {string} path
 */
export function subjectOf(all, path) {
  const general = path.replace(/^layers\.\d+\./, "layers.*.");
  return all.find((subject) => subject.path === general);
}

/**
 * What a subject could be, with what it is now among them.
 * @param {Subject} subject
 * @param {Plain} spec
 * @param {string[] | null} columns of the table in use
 * @returns {Candidate[]}
 */
export function candidates({ field }, spec, columns = null) {
  const present = get(spec, field.path) ?? field.put;
  const { type, options } = field;
  if (type === "choice") {
    const kind = get(present, "kind");
    // What is named by an id is nothing without one.
    const complete = options.filter(
      ({ value, fields }) => value === kind || !fields.some(({ key }) => key === "id"),
    );
    return complete.map(({ value, title }) => ({ value, title: t(title), now: value === kind }));
  }
  if (type === "select") {
    return options.map(({ value, title }) => ({ value, title: t(title), now: value === present }));
  }
  if (type === "switch") {
    return [false, true].map((value) => ({
      value,
      title: value ? t("On") : t("Off"),
      now: present === value,
    }));
  }
  if (type === "set") return toggled(field, present, columns);
  if (type === "list") {
    const now = widthsOf(present);
    const shapes = [now, ...WIDTHS.filter((one) => !equal(one, now))];
    return shapes.map((value) => ({ value, title: shape(value), now: equal(value, now) }));
  }
  const numbers = [...new Set([...ladder(field, present), present])]
    .filter((value) => typeof value === "number")
    .sort((one, other) => one - other);
  return [...numbers, ...field.words].map((value) => ({
    value,
    title: setting(value),
    now: value === present,
  }));
}

/**
 * Each feature added to those in use, or left out.
 * @param {Field} field
 * @param {unknown} present
 * @param {string[] | null} columns
 * @returns {Candidate[]}
 */
function toggled(field, present, columns) {
  const used = /** @type {string[]} */ (present);
  const offered = field.options.filter(({ value, titled }) =>
    columns ? columns.includes(value) : titled,
  );
  const now = columns && !used.every((one) => columns.includes(one)) ? columns : used;
  const all = offered.map(({ value }) => value);
  const titleOf = (/** @type {string} */ name) =>
    t(offered.find(({ value }) => value === name)?.title ?? name);
  const changed = offered.flatMap(({ value, title }) => {
    const next = all.filter((one) => now.includes(one) !== (one === value));
    if (next.length === 0) return [];
    const feature = t(title);
    const change = now.includes(value)
      ? t("without {feature}", { feature })
      : t("with {feature}", { feature });
    return [{ value: next, title: change, now: false }];
  });
  return [{ value: now, title: listed(now.map(titleOf)), now: true }, ...changed];
}

/** @param {unknown} layers */
function widthsOf(layers) {
  return (Array.isArray(layers) ? layers : []).map((layer) => Number(get(layer, "units")));
}

/** @param {number[]} widths */
const shape = (widths) => (widths.length > 0 ? widths.join("-") : t("none"));

/**
 * Sensible numbers around the present one.
 * @param {Field} field
 * @param {unknown} present
 * @returns {number[]}
 */
export function ladder(field, present) {
  const { minimum, maximum, openMinimum, openMaximum, integer, scale } = field;
  const fits = (/** @type {number} */ value) =>
    (openMinimum ? value > minimum : value >= minimum) &&
    (openMaximum ? value < maximum : value <= maximum);
  const number = typeof present === "number" ? present : Number.NaN;
  if (integer && !(maximum <= 1e6)) return [1, 2, 3, 4].map((more) => (number || 0) + more);
  if (scale === "log") {
    const zero = fits(0) ? [0] : [];
    if (integer) return [1, 4, 16, 64, 256, 1024].filter(fits);
    const middle = number > 0 ? number : 0.01;
    const rungs = Array.from({ length: 24 }, (_, k) => {
      const power = Math.floor(k / 2) - 7;
      return Number(`${k % 2 ? 3 : 1}e${power}`);
    });
    const apart = (/** @type {number} */ rung) => Math.abs(Math.log10(rung / middle));
    return [...zero, ...rungs.filter((rung) => fits(rung) && apart(rung) < 1.6)];
  }
  if (!Number.isFinite(maximum - minimum)) return [];
  const width = maximum - minimum;
  const even = [0, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9].map((share) => minimum + share * width);
  const round = (/** @type {number} */ value) =>
    integer ? Math.round(value) : Number(value.toPrecision(2));
  return [...new Set(even.map(round))].filter(fits);
}

/**
 * Values typed, with commas between them: numbers, words, or widths such as 8-8.
 * @param {Subject} subject
 * @param {string} text
 * @returns {{values: unknown[], wrong: string}}
 */
export function typed({ field }, text) {
  const parts = text.split(/[,;\s]+/).filter((part) => part !== "");
  const read = (/** @type {string} */ part) => {
    if (field.type === "list") {
      return /^\d+([-x]\d+)*$/.test(part) ? part.split(/[-x]/).map(Number) : undefined;
    }
    if (field.words.includes(part)) return part;
    const number = typedNumber(part);
    return Number.isFinite(number) ? number : undefined;
  };
  const wrong = parts.find((part) => read(part) === undefined) ?? "";
  return { values: parts.map(read).filter((value) => value !== undefined), wrong };
}

/**
 * The change of a spec that gives a subject a value.
 * @param {Subject} subject
 * @param {Plain} spec
 * @param {unknown} value
 * @returns {Plain}
 */
export function changeTo({ field, path }, spec, value) {
  const own = (/** @type {unknown} */ before) =>
    field.type === "choice" ? carried(field, before, String(value)) : value;
  if (field.type === "list") {
    const before = /** @type {Plain[]} */ (get(spec, path));
    const widths = /** @type {number[]} */ (value);
    const layers = widths.map((units, k) => ({ ...before[Math.min(k, before.length - 1)], units }));
    return { [path]: layers };
  }
  if (!path.includes("*")) return partial(spec, [[path, own(get(spec, path))]]);
  const [list, key] = path.split(".*.");
  const layers = /** @type {Plain[]} */ (get(spec, list));
  return { [list]: layers.map((layer) => set(layer, key, own(get(layer, key)))) };
}

/**
 * A number may also be typed; so may the widths of layers.
 * @param {Subject} subject
 */
export const canType = ({ field }) => field.type === "number" || field.type === "list";

/**
 * The settings whose titles or kinds match what is looked for.
 * @param {Subject[]} all
 * @param {string} text
 */
export function search(all, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return all.filter(({ title, field }) => {
    const kinds =
      field.type === "choice"
        ? field.options.flatMap((option) => [option.title, t(option.title)])
        : [];
    const whole = [title, field.title, field.group, ...kinds].join(" ").toLowerCase();
    return words.every((word) => whole.includes(word));
  });
}

/**
 * What a subject is now, in words.
 * @param {Subject} subject
 * @param {Plain} spec
 */
export function present({ field }, spec) {
  const value = get(spec, field.path) ?? field.put;
  if (field.type === "choice") return t(chosen(field, value)?.title ?? "");
  if (field.type === "switch") return value ? t("on") : t("off");
  if (field.type === "list") return shape(widthsOf(value));
  if (field.type === "set") return `${/** @type {unknown[]} */ (value).length}`;
  if (field.type === "select") {
    return t(field.options.find((option) => option.value === value)?.title ?? "");
  }
  return setting(value);
}
