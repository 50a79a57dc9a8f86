/** Lanes in words: how each differs from the main one, and what it is called after that. */

import { setting } from "./format.js";
import { listed, t, tn } from "./i18n.js";
import { equal, get } from "./paths.js";
import { chosen, settings } from "./schema.js";

/** @typedef {import("./schema.js").Field} Field */
/** @typedef {import("./paths.js").Plain} Plain */
/** @typedef {{spec: Plain, seeds?: number}} Run */

/**
 * @typedef {Object} Difference
 * @property {string} path
 * @property {string} title of the setting: "optimizer"
 * @property {string} value in words: "SGD"
 * @property {boolean} speaks the value says enough without the title
 */

export const MOST = 16;
export const MOST_SEEDS = 32;

/**
 * In which settings a lane differs from another, in the order of the schema.
 * @param {Run} lane
 * @param {Run} main
 * @param {Field[]} fields
 * @returns {Difference[]}
 */
export function differences(lane, main, fields) {
  const found = settings(fields, lane.spec).flatMap((field) => {
    const [own, other] = [get(lane.spec, field.path), get(main.spec, field.path)];
    if (field.path === "name" || own === undefined) return [];
    if (field.type === "list") return layersApart(field, own, other);
    if (field.type === "choice" ? get(own, "kind") === get(other, "kind") : equal(own, other))
      return [];
    // A setting that only this kind has, left as it usually is, says nothing.
    if (other === undefined && equal(own, field.put)) return [];
    return [difference(field, field.path, own)];
  });
  const seeds = lane.seeds ?? 1;
  if (seeds !== (main.seeds ?? 1)) {
    const value = tn("{count} seed", "{count} seeds", seeds);
    found.push({ path: "seeds", title: t("seeds"), value, speaks: true });
  }
  return found;
}

/**
 * @param {Field} field
 * @param {string} path
 * @param {unknown} value
 * @returns {Difference}
 */
function difference(field, path, value) {
  const title = lower(t(field.title));
  if (field.type === "choice" && value !== null) {
    const kind = chosen(field, value);
    const name = kind ? t(kind.title) : String(get(value, "kind"));
    // "None" and "constant" say nothing by themselves.
    return {
      path,
      title,
      value: name,
      speaks: !/^(none|constant|auto|zeros)$/i.test(kind?.title ?? ""),
    };
  }
  if (field.type === "select") {
    const option = field.options.find((one) => one.value === value);
    return { path, title, value: option ? t(option.title) : String(value), speaks: false };
  }
  if (field.type === "switch")
    return { path, title, value: value ? t("on") : t("off"), speaks: false };
  if (field.type === "set") {
    const names = Array.isArray(value) ? value : [];
    const titles = names.map((name) =>
      t(field.options.find((one) => one.value === name)?.title ?? name),
    );
    return { path, title, value: listed(titles), speaks: false };
  }
  if (field.type === "parts") {
    const count = Array.isArray(value) ? value.length : 0;
    return { path, title, value: count ? String(count) : t("none"), speaks: false };
  }
  return {
    path,
    title,
    value: value === null ? t("as the others") : setting(value),
    speaks: false,
  };
}

/**
 * What a part of a spec sets, in words: "optimizer SGD, learning rate 0.1".
 * @param {Field[]} fields
 * @param {Plain} part
 */
export function partInWords(fields, part) {
  return inWords(setBy(fields, part));
}

/**
 * @param {Field[]} fields
 * @param {Plain} part
 * @returns {Difference[]}
 */
function setBy(fields, part) {
  return fields.flatMap((field) => {
    const value = part[field.key];
    if (value === undefined) return [];
    if (field.type === "group") return setBy(field.fields, /** @type {Plain} */ (value));
    if (field.type === "list") {
      return [{ path: field.key, title: lower(t(field.title)), value: "", speaks: true }];
    }
    const whole = difference(field, field.key, value);
    if (field.type !== "choice" || value === null) return [whole];
    const kind = chosen(field, value);
    // A part without a kind goes to the one that is there, whichever it is.
    const below = kind ? kind.fields : distinct(field.options.flatMap((option) => option.fields));
    const own = setBy(below, typeof value === "object" ? /** @type {Plain} */ (value) : {});
    return kind ? [whole, ...own] : own;
  });
}

/**
 * Fields that several kinds have, once.
 * @param {Field[]} fields
 */
function distinct(fields) {
  return [...new Map(fields.map((field) => [field.key, field])).values()];
}

/**
 * Layers of the same number are told apart by their fields, others by their widths.
 * @param {Field} field
 * @param {unknown} own
 * @param {unknown} other
 * @returns {Difference[]}
 */
function layersApart(field, own, other) {
  const [layers, others] = [own, other].map((one) => /** @type {Plain[]} */ (one ?? []));
  if (layers.length !== others.length) {
    const widths = layers.map((layer) => setting(get(layer, "units")));
    const value = widths.length > 0 ? widths.join("-") : t("none");
    return [{ path: field.key, title: lower(t(field.title)), value, speaks: false }];
  }
  return field.fields.flatMap((below) => {
    const values = layers.map((layer) => get(layer, below.key));
    const apart = values.flatMap((value, k) => (equal(value, get(others[k], below.key)) ? [] : k));
    if (apart.length === 0) return [];
    const inAll = values.every((value) => equal(value, values[0]));
    if (inAll) return [difference(below, `${field.key}.*.${below.key}`, values[0])];
    return apart.map((k) => {
      const one = difference(below, `${field.key}.${k}.${below.key}`, values[k]);
      return {
        ...one,
        title: t("{setting} of layer {number}", { setting: one.title, number: k + 1 }),
        speaks: false,
      };
    });
  });
}

/**
 * "optimizer SGD, learning rate 0.1"
 * @param {Difference[]} found
 */
export function inWords(found) {
  return listed(
    found.map(({ path, title, value }) => (path === "seeds" ? value : `${title} ${value}`.trim())),
  );
}

/**
 * What each lane is called: its own name, or what sets it apart. The first is called after what
 * the others differ in.
 * @param {Run[]} runs
 * @param {Field[]} fields
 */
export function namesOf(runs, fields) {
  if (runs.length === 1) return [nameOf(runs[0]) || t("Main")];
  const found = runs.map((run, index) =>
    index > 0 ? differences(run, runs[0], fields) : ofMain(runs, fields),
  );
  const short = runs.map((run, index) => nameOf(run) || called(found[index], index));
  const told = short.map((name, index) => {
    const alone = short.filter((other) => other === name).length === 1;
    return alone || runs[index].spec.name || found[index].length === 0
      ? name
      : upper(listed(found[index].map(phrase)));
  });
  // Names told apart, so that nobody has to guess which one is meant.
  return told.map((name, index) => {
    const before = told.slice(0, index).filter((other) => other === name).length;
    return before === 0 ? name : `${name} (${before + 1})`;
  });
}

/**
 * Its own name, if it has one; those of presets are known in other languages too.
 * @param {Run} run
 */
const nameOf = ({ spec }) => t(String(spec.name || ""));

/**
 * As short as says enough: what speaks for itself, otherwise settings with their values.
 * @param {Difference[]} found
 * @param {number} index
 */
function called(found, index) {
  if (found.length === 0) return index === 0 ? t("Main") : t("Same again");
  const speaking = found.filter(({ path, speaks }) => speaks && path !== "seeds");
  return upper(listed((speaking.length > 0 ? speaking : found).slice(0, 2).map(phrase)));
}

/** @param {Difference} difference */
const phrase = ({ title, value, speaks }) => (speaks ? value : `${title} ${value}`);

/**
 * What of the main lane the others differ in.
 * @param {Run[]} runs
 * @param {Field[]} fields
 */
function ofMain([main, ...others], fields) {
  /** @type {Map<string, Difference>} */
  const found = new Map();
  for (const other of others) {
    for (const one of differences(main, other, fields)) {
      if (!found.has(one.path)) found.set(one.path, one);
    }
  }
  return [...found.values()];
}

/**
 * What lanes have in common of what makes a comparison fair.
 * @param {{units: number[], fingerprints: Record<Part, string>}[]} runs
 * @returns {Shared[]}
 */
export function fairness(runs) {
  const [main] = runs;
  return PARTS.map((part) => {
    const all = runs.map((_, index) => index);
    // Weights of other shapes cannot be equal, and are not meant to be.
    const counted =
      part === "weights"
        ? all.filter((index) => String(runs[index].units) === String(main.units))
        : all;
    const own = main.fingerprints[part];
    const apart = counted.filter((index) => runs[index].fingerprints[part] !== own);
    const digits = own.slice(0, 4);
    return { part, same: apart.length === 0, digits, apart, counted: counted.length };
  });
}

/**
 * @typedef {Object} Shared
 * @property {Part} part
 * @property {boolean} same in all lanes that count
 * @property {string} digits of the main lane
 * @property {number[]} apart the lanes in which it is not the main one's
 * @property {number} counted how many lanes it can be compared in
 */

/** @typedef {"points" | "weights" | "batches"} Part */
const PARTS = /** @type {const} */ (["points", "weights", "batches"]);

/**
 * The first colours that no lane has yet.
 * @param {number[]} taken
 * @param {number} count
 */
export function freeTones(taken, count) {
  const free = Array.from({ length: MOST }, (_, tone) => tone).filter(
    (one) => !taken.includes(one),
  );
  return free.slice(0, count);
}

/** @param {string} text */
const lower = (text) => (/^[A-Z][a-z]/.test(text) ? text[0].toLowerCase() + text.slice(1) : text);

/** @param {string} text */
const upper = (text) => text[0].toUpperCase() + text.slice(1);

/**
 * Lanes differ in a setting: a choice in its kind, a list in its length.
 * @param {string} path
 * @param {{spec: Plain}[]} runs
 */
export function isApart(path, runs, from = 0) {
  const own = get(runs[from]?.spec, path);
  return runs.some(({ spec }) => {
    const other = get(spec, path);
    if (Array.isArray(own) && Array.isArray(other) && typeof own[0] === "object") {
      return own.length !== other.length;
    }
    const kind = get(own, "kind");
    return kind === undefined ? !equal(own, other) : kind !== get(other, "kind");
  });
}

/**
 * The items of a changed list as another lane has them, which differs in some of their fields.
 * @param {Plain[]} changed
 * @param {Plain[]} before the same list before the change
 * @param {Plain[]} own the other lane's, as long as that one
 * @returns {Plain[]}
 */
export function carryItems(changed, before, own) {
  let next = 0;
  return changed.map((item) => {
    const known = before.findIndex((one, index) => index >= next && equal(one, item));
    if (known >= 0) next = known + 1;
    const like = known >= 0 ? known : Math.min(next, before.length) - 1;
    if (like < 0) return item;
    const mine = Object.entries(own[like]).filter(([key, to]) => !equal(before[like][key], to));
    return { ...item, ...Object.fromEntries(mine) };
  });
}
