/** Reads the JSON Schema of a run into descriptions of controls, and specs against them. */

import { equal, get } from "./paths.js";

/** @typedef {import("./paths.js").Plain} Plain */

/**
 * @typedef {Object} Option one value of an enumeration, or one kind of a choice with its fields
 * @property {string} value
 * @property {string} title
 * @property {string} description
 * @property {string} formula LaTeX, one equation a line
 * @property {string} mathml the same
 * @property {string} source where to read on
 * @property {Field[]} fields
 * @property {boolean} titled it has a title of its own
 * @property {string[] | null} columns of a data set that is a table
 *
 * @typedef {Object} Field
 * @property {string} key
 * @property {"number" | "select" | "choice" | "set" | "list" | "parts" | "group" | "text" | "switch"} type
 *   "parts": places in the network, set in the diagram
 * @property {string} title
 * @property {string} description
 * @property {string} effect what turning it up does
 * @property {string} mathml its formula
 * @property {string} source where to read on
 * @property {boolean | string} restarts changing it starts a run afresh; a sentence where only some
 *   changes do
 * @property {unknown} default
 * @property {string} group
 * @property {boolean} advanced by itself; what lies inside an advanced field is advanced too
 * @property {"linear" | "log"} scale
 * @property {number | null} step
 * @property {boolean} integer
 * @property {number} minimum
 * @property {number} maximum
 * @property {boolean} openMinimum the minimum itself is refused
 * @property {boolean} openMaximum
 * @property {string[]} words accepted instead of a number, such as "full"
 * @property {boolean} nullable
 * @property {Option[]} options of an enumeration, a set or a choice
 * @property {Field[]} fields of a group, or of a list's items
 * @property {number} minimumItems
 * @property {number} maximumItems
 *
 * @typedef {Field & {path: string, put: unknown, section?: string}} Placed a field at its place in
 *   a spec; `put` is its default there, `section` the title of the group it lies in
 */

/**
 * @param {Plain} schema JSON Schema of RunSpec
 * @returns {Field[]}
 */
export function describe(schema) {
  const defs = /** @type {Record<string, Plain>} */ (schema.$defs ?? {});

  /** @type {(node: Plain) => Plain} */
  const resolve = (node) => {
    if (typeof node.$ref !== "string") return node;
    const { $ref, ...beside } = node;
    return { ...resolve(defs[$ref.split("/").at(-1) ?? ""] ?? {}), ...beside };
  };

  /** @type {(node: Plain, above: string) => Field[]} */
  const properties = (node, above) =>
    Object.entries(/** @type {Record<string, Plain>} */ (node.properties ?? {}))
      .filter(([, property]) => property.const === undefined)
      .map(([key, property]) => field(key, property, above));

  /** @type {(node: Plain, above: string) => Option[]} */
  const kinds = (node, above) =>
    list(node.oneOf).map((variant) => {
      const { properties: own, ...words } = resolve(variant);
      const kind = get(own, "kind.const");
      return { ...option(kind, words), fields: properties(resolve(variant), above) };
    });

  /** @type {(key: string, raw: Plain, above: string) => Field} */
  const field = (key, raw, above) => {
    const outer = resolve(raw);
    const alternatives = list(outer.anyOf).map(resolve);
    const main = alternatives.find((one) => one.type !== "null" && one.const === undefined);
    const node = { ...main, ...outer };
    const hints = /** @type {Plain} */ (node["x-control"] ?? {});
    const group = String(hints.group ?? above);
    const each = node.items ? resolve(/** @type {Plain} */ (node.items)) : null;
    // Words that are known, beside others that only the data know.
    const items = each && { ...list(each.anyOf).find((one) => one.enum), ...each };
    const titles = /** @type {Record<string, string>} */ (hints.titles ?? {});
    const values = list(/** @type {Plain} */ (items ?? node).enum);
    return {
      key,
      type: hints.elsewhere === true ? "parts" : typeOf(node, items),
      title: String(node.title ?? key),
      description: String(node.description ?? ""),
      effect: String(hints.effect ?? ""),
      mathml: String(node["x-mathml"] ?? ""),
      source: String(hints.source ?? ""),
      restarts: typeof hints.restarts === "string" ? hints.restarts : hints.restarts === true,
      default: node.default,
      group,
      advanced: hints.advanced === true,
      scale: hints.scale === "log" ? "log" : "linear",
      step: typeof hints.step === "number" ? hints.step : null,
      integer: node.type === "integer",
      minimum: Number(node.minimum ?? node.exclusiveMinimum ?? Number.NEGATIVE_INFINITY),
      maximum: Number(node.maximum ?? node.exclusiveMaximum ?? Number.POSITIVE_INFINITY),
      openMinimum: node.exclusiveMinimum !== undefined,
      openMaximum: node.exclusiveMaximum !== undefined,
      words: alternatives.flatMap((one) => (typeof one.const === "string" ? [one.const] : [])),
      nullable: alternatives.some((one) => one.type === "null"),
      options: node.oneOf
        ? kinds(node, group)
        : values.map((value) => option(value, { title: titles[value] })),
      fields: properties(items ?? node, group),
      minimumItems: Number(node.minItems ?? 0),
      maximumItems: Number(node.maxItems ?? Number.POSITIVE_INFINITY),
    };
  };

  return properties(resolve(schema), "model");
}

/** @param {unknown} value */
function list(value) {
  return /** @type {any[]} */ (Array.isArray(value) ? value : []);
}

/**
 * @param {unknown} value
 * @param {Plain} words
 * @returns {Option}
 */
function option(value, words) {
  return {
    value: String(value),
    title: String(words.title ?? value),
    description: String(words.description ?? ""),
    formula: String(words["x-formula"] ?? ""),
    mathml: String(words["x-mathml"] ?? ""),
    source: String(words["x-source"] ?? ""),
    fields: [],
    titled: words.title !== undefined,
    columns: Array.isArray(words["x-columns"]) ? words["x-columns"].map(String) : null,
  };
}

/**
 * @param {Plain} node
 * @param {Plain | null} items
 * @returns {Field["type"]}
 */
function typeOf(node, items) {
  if (node.oneOf) return "choice";
  if (items) return items.enum ? "set" : "list";
  if (node.enum) return "select";
  if (node.type === "number" || node.type === "integer") return "number";
  if (node.type === "boolean") return "switch";
  return node.type === "object" ? "group" : "text";
}

/**
 * The spec with every default written out, as far as the schema gives them.
 * @param {Field[]} fields
 * @returns {Plain}
 */
export function defaults(fields) {
  return Object.fromEntries(
    fields.map((field) => [
      field.key,
      field.type === "group"
        ? { ...defaults(field.fields), .../** @type {Plain} */ (field.default ?? {}) }
        : field.default,
    ]),
  );
}

/**
 * The chosen kind of a choice.
 * @param {Field} field
 * @param {unknown} value
 * @returns {Option | undefined}
 */
export function chosen(field, value) {
  const kind = typeof value === "string" ? value : get(value, "kind");
  return field.options.find((option) => option.value === kind);
}

/**
 * Another kind with the values that were changed before, where it has the same field.
 * @param {Field} field
 * @param {unknown} before
 * @param {string} kind
 * @returns {Plain}
 */
export function carried(field, before, kind) {
  const from = chosen(field, before);
  const kept = chosen(field, kind)?.fields.flatMap((next) => {
    const old = from?.fields.find(({ key }) => key === next.key);
    const value = get(before, next.key);
    const same = old && equal(old.default, next.default) && !equal(value, old.default);
    return same ? [[next.key, value]] : [];
  });
  return { kind, ...Object.fromEntries(kept ?? []) };
}

/**
 * The fields that lie directly inside another at this value, with their defaults there.
 * @param {Field} field
 * @param {unknown} value
 * @param {string} path
 * @param {unknown} put the outer field's default
 * @returns {Placed[]}
 */
function inner(field, value, path, put) {
  const kind = field.type === "choice" ? chosen(field, value) : undefined;
  const same = field.type === "group" || (kind && kind === chosen(field, put));
  const fields = field.type === "choice" ? (kind?.fields ?? []) : field.fields;
  return fields.map((below) => {
    const whole = same ? get(put, below.key) : undefined;
    const own = whole === undefined ? below.default : whole;
    return { ...below, path: `${path}.${below.key}`, put: own };
  });
}

/**
 * Each single setting in the order of the schema: a choice is followed by the fields of its kind.
 * @param {Field[]} fields
 * @param {unknown} spec
 * @param {Record<string, boolean>} [advanced] where it is to be other than the schema says, by path
 * @returns {Placed[]}
 */
export function settings(fields, spec, advanced = {}) {
  /** @type {(placed: Placed, above: boolean) => Placed[]} */
  const open = (placed, above) => {
    const { type, path } = placed;
    const rare = above || (advanced[path] ?? placed.advanced);
    const whole = { ...placed, advanced: rare };
    if (type !== "group" && type !== "choice") return [whole];
    const below = inside(placed, spec).flatMap((one) => open(one, rare));
    if (type === "choice") return [whole, ...below];
    return below.map((one) => ({ ...one, section: placed.title }));
  };
  return fields.flatMap((field) => open({ ...field, path: field.key, put: field.default }, false));
}

/**
 * The fields that lie directly inside a group or the chosen kind of a choice.
 * @param {Placed} placed
 * @param {unknown} spec
 * @returns {Placed[]}
 */
export function inside(placed, spec) {
  return inner(placed, get(spec, placed.path), placed.path, placed.put);
}

/**
 * The value is its field's default: for a choice, its kind is.
 * @param {Placed} placed
 * @param {unknown} value
 */
export function isDefault(placed, value) {
  if (placed.type === "choice") return get(value, "kind") === get(placed.put, "kind");
  if (placed.type === "list") return equal(compact(placed, value), compact(placed, placed.put));
  return equal(value, placed.put);
}

/**
 * What of a spec differs from the defaults, as dotted paths.
 * @param {Field[]} fields
 * @param {unknown} spec
 * @returns {[string, unknown][]}
 */
export function differences(fields, spec) {
  return settings(fields, spec).flatMap((placed) => {
    const value = get(spec, placed.path);
    if (value === undefined || isDefault(placed, value)) return [];
    /** @type {[string, unknown]} */
    const entry =
      placed.type === "choice" && value !== null
        ? [`${placed.path}.kind`, get(value, "kind")]
        : [placed.path, placed.type === "list" ? compact(placed, value) : value];
    return [entry];
  });
}

/**
 * A list without what its items have by default; choices without own settings as bare words.
 * @param {Field} field
 * @param {unknown} value
 * @returns {Plain[]}
 */
export function compact(field, value) {
  return list(value).map((item) => {
    const changed = field.fields.flatMap((below) => {
      const own = get(item, below.key);
      if (own === undefined || equal(own, below.default)) return [];
      const single = typeof own === "object" && own !== null && Object.keys(own).length === 1;
      return [[below.key, single && below.type === "choice" ? get(own, "kind") : own]];
    });
    return Object.fromEntries(changed);
  });
}

/**
 * What the setting at a path is called: that of any kind, where a choice has several.
 * @param {Field[]} fields
 * @param {string} path
 */
export function titleAt(fields, path) {
  let [here, title] = [fields, path];
  for (const key of path.split(".")) {
    const field = here.find((one) => one.key === key);
    if (!field) continue; // the number of a layer
    title = field.title;
    here = [...field.fields, ...field.options.flatMap((option) => option.fields)];
  }
  return title;
}
