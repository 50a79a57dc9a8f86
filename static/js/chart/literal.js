/**
 * Names and labels are texts, also those that users give: Plotly would take `<a href>` and `<b>` in
 * them for markup, and `&amp;` for a sign. Everything that is drawn goes through here.
 */

/** Signs that turn the direction of whatever follows. */
const TURNING = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** Characters of a name that the hover label has room for. */
const MOST = 40;

/**
 * A text that Plotly shows as it is.
 * @param {string} text
 */
export function literal(text) {
  return text
    .replace(TURNING, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}

/**
 * @template T
 * @param {T} value a text or a list of them; all else stays as it is
 * @returns {T}
 */
function each(value) {
  if (typeof value === "string") return /** @type {T} */ (literal(value));
  return Array.isArray(value) ? /** @type {T} */ (value.map(each)) : value;
}

/** @param {string} name */
const cut = (name) => (name.length > MOST ? `${name.slice(0, MOST - 1)}…` : name);

/** @typedef {Record<string, any>} Loose */

/**
 * A copy of a trace whose texts are shown as they are. Templates are ours, not users'.
 * @param {Loose} trace
 */
export function literalTrace(trace) {
  const { name, text, customdata } = trace;
  return {
    ...trace,
    ...(name === undefined ? {} : { name: literal(cut(name)) }),
    ...(text === undefined ? {} : { text: each(text) }),
    ...(customdata === undefined ? {} : { customdata: each(customdata) }),
  };
}

/**
 * A copy of a layout whose texts are shown as they are.
 * @param {Loose} layout
 */
export function literalLayout(layout) {
  /** @type {Loose} */
  const copy = { ...layout };
  for (const [key, value] of Object.entries(layout)) {
    if (!/^[xy]axis\d*$/.test(key)) continue;
    const title = value.title && { ...value.title, text: each(value.title.text) };
    copy[key] = {
      ...value,
      ...(title ? { title } : {}),
      ...(value.ticktext ? { ticktext: each(value.ticktext) } : {}),
    };
  }
  if (layout.annotations) {
    const own = (/** @type {Loose} */ one) => ({ ...one, text: each(one.text) });
    copy.annotations = layout.annotations.map(own);
  }
  // Plotly would cut in the middle of what stands for a sign.
  copy.hoverlabel = { ...layout.hoverlabel, namelength: -1 };
  return copy;
}
