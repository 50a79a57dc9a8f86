/** Dotted paths into plain data: `optimizer.learning_rate`, `layers.1.units`. */

/** @typedef {{[key: string]: unknown}} Plain */

/**
 * @param {unknown} data
 * @param {string} path
 * @returns {unknown} undefined where there is nothing
 */
export function get(data, path) {
  /** @type {unknown} */
  let here = data;
  for (const key of path.split(".")) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, key)) return undefined;
    here = /** @type {Plain} */ (here)[key];
  }
  return here;
}

/**
 * A copy of the data with one value changed; what lies beside the path is shared.
 * @template T
 * @param {T} data
 * @param {string} path
 * @param {unknown} value
 * @returns {T}
 */
export function set(data, path, value) {
  const [key, ...rest] = path.split(".");
  /** @type {Plain | unknown[]} */
  const copy = Array.isArray(data) ? [...data] : { .../** @type {object} */ (data) };
  const inner = /** @type {Plain} */ (copy)[key];
  const below = typeof inner === "object" && inner !== null ? inner : {};
  const next = rest.length === 0 ? value : set(below, rest.join("."), value);
  Object.defineProperty(copy, key, {
    value: next,
    configurable: true,
    enumerable: true,
    writable: true,
  });
  return /** @type {T} */ (/** @type {unknown} */ (copy));
}

/**
 * The changes as one partial document. Lists are replaced whole, so a path into a list becomes the
 * whole list as it then stands.
 * @param {unknown} data
 * @param {Iterable<[string, unknown]>} changes
 * @returns {Plain}
 */
export function partial(data, changes) {
  /** @type {Plain} */
  let result = {};
  let changed = data;
  for (const [path, value] of changes) {
    changed = set(changed, path, value);
    const list = listAbove(changed, path);
    result = set(result, list ?? path, list === null ? value : get(changed, list));
  }
  return result;
}

/**
 * @param {unknown} data
 * @param {string} path
 * @returns {string | null} the path of the outermost list that the path leads into
 */
function listAbove(data, path) {
  const keys = path.split(".");
  for (let k = 1; k < keys.length; k++) {
    const prefix = keys.slice(0, k).join(".");
    if (Array.isArray(get(data, prefix))) return prefix;
  }
  return null;
}

/**
 * @param {string} path
 * @param {string} above
 */
export function within(path, above) {
  return path === above || path.startsWith(`${above}.`);
}

/**
 * @param {unknown} one
 * @param {unknown} other
 * @returns {boolean}
 */
export function equal(one, other) {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || !one || !other) return false;
  const keys = Object.keys(one);
  return (
    Array.isArray(one) === Array.isArray(other) &&
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && equal(get(one, key), get(other, key)))
  );
}
