/** Finds settings, and values of settings, by their names and explanations. */

/** @typedef {import("./schema.js").Field} Field */

/**
 * @typedef {Object} Entry
 * @property {string} title English, as all texts here
 * @property {string[]} within what it lies in, outermost first: the group, the choice, its kinds
 * @property {string} path layers stand as `layers.*`
 * @property {string} description
 * @property {string} value of the setting at the path; empty where the setting itself is meant
 */

export const MOST = 8;

/**
 * All there is to find, in the order of the schema.
 * @param {Field[]} fields
 * @returns {Entry[]}
 */
export function entries(fields) {
  return fields.flatMap((field) => below(field, field.key, []));
}

/**
 * @param {Field} field
 * @param {string} path
 * @param {string[]} within
 * @returns {Entry[]}
 */
function below(field, path, within) {
  const { type, title, description } = field;
  if (type === "text" || type === "parts") return [];
  if (type === "group") {
    return field.fields.flatMap((one) => below(one, `${path}.${one.key}`, [...within, title]));
  }
  const own = { title, within, path, description, value: "" };
  if (type === "list") {
    const items = field.fields.flatMap((one) => below(one, `${path}.*.${one.key}`, [title]));
    return [own, ...items];
  }
  const values = field.options
    .filter(({ titled }) => titled)
    .map((option) => ({
      title: option.title,
      within: [...within, title],
      path,
      description: option.description,
      value: option.value,
    }));
  return [own, ...values, ...ofKinds(field, path, [...within, title])];
}

/**
 * The settings of a choice's kinds; one that several kinds have stands once, with their names.
 * @param {Field} field
 * @param {string} path
 * @param {string[]} within
 * @returns {Entry[]}
 */
function ofKinds(field, path, within) {
  /** @type {Map<string, Entry & {kinds: string[]}>} */
  const found = new Map();
  for (const option of field.options) {
    for (const one of option.fields) {
      for (const entry of below(one, `${path}.${one.key}`, within)) {
        const key = `${entry.path} ${entry.title}`;
        const known = found.get(key) ?? { ...entry, kinds: [] };
        found.set(key, { ...known, kinds: [...known.kinds, option.title] });
      }
    }
  }
  return [...found.values()].map(({ kinds, ...entry }) =>
    kinds.length === field.options.length
      ? entry
      : { ...entry, within: [...entry.within, ...kinds] },
  );
}

/**
 * The best first, at most MOST.
 * @param {Entry[]} all
 * @param {string} text
 * @param {(text: string) => string} translate both languages are searched
 * @returns {Entry[]}
 */
export function search(all, text, translate) {
  const words = plain(text).split(" ").filter(Boolean);
  if (words.length === 0) return [];
  return all
    .map((entry) => ({ entry, rank: rank(entry, words, translate) }))
    .filter(({ rank }) => Number.isFinite(rank))
    .sort((one, other) => one.rank - other.rank)
    .slice(0, MOST)
    .map(({ entry }) => entry);
}

/**
 * How far an entry is from what is looked for: the worst of its words counts. Values stand behind
 * settings, what layers have of their own behind what is for all.
 * @param {Entry} entry
 * @param {string[]} words
 * @param {(text: string) => string} translate
 */
function rank({ title, within, path, description, value }, words, translate) {
  const both = (/** @type {string} */ one) => [plain(one), plain(translate(one))];
  const [titles, around, about] = [both(title), within.flatMap(both), both(description)];
  const initials = titles[0].split(" ").map((word) => word[0]);
  const whole = words.join(" ");
  const ranks = words.map((word) => {
    const begins = new RegExp(`(^| )${word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`);
    if (titles.some((one) => one.startsWith(whole))) return 0;
    if (titles.some((one) => begins.test(one))) return 1;
    if (initials.length > 1 && word === initials.join("")) return 1;
    if (titles.some((one) => one.includes(word))) return 2;
    if (around.some((one) => begins.test(one))) return 3;
    if (about.some((one) => begins.test(one))) return 5;
    return Number.POSITIVE_INFINITY;
  });
  return Math.max(...ranks) + (value ? 0.5 : 0) + (path.includes("*") ? 0.25 : 0);
}

/** @param {string} text */
function plain(text) {
  return text
    .toLowerCase()
    .replace(/[\s_\-.,;:()]+/g, " ")
    .trim();
}
