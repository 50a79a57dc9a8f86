/** What a lane answers at one place of the plane. */

/** @typedef {import("./wire.js").RunPicture} RunPicture */
/** @typedef {[left: number, right: number, bottom: number, top: number]} Domain */
/** @typedef {{x1: number, x2: number}} Place */

/**
 * Where a place is on a map, as shares from its left and from its top; null outside.
 * @param {Domain} domain
 * @param {Place} place
 */
export function shares([left, right, bottom, top], { x1, x2 }) {
  const across = (x1 - left) / (right - left);
  const down = (top - x2) / (top - bottom);
  return across >= 0 && across <= 1 && down >= 0 && down <= 1 ? { across, down } : null;
}

/**
 * The place under a pointer.
 * @param {Domain} domain
 * @param {{left: number, top: number, width: number, height: number}} box of the map
 * @param {{clientX: number, clientY: number}} pointer
 * @returns {Place | null} null outside
 */
export function placeUnder([left, right, bottom, top], box, { clientX, clientY }) {
  const across = (clientX - box.left) / box.width;
  const down = (clientY - box.top) / box.height;
  if (!(across >= 0 && across <= 1 && down >= 0 && down <= 1)) return null;
  return { x1: left + across * (right - left), x2: top - down * (top - bottom) };
}

/**
 * @typedef {Object} Answer
 * @property {number} value the probability of the class, or the predicted value
 * @property {number | null} winner the likeliest class; null for values
 */

/**
 * The answer in the cell that a place lies in.
 * @param {RunPicture} run
 * @param {Domain} domain
 * @param {Place} place
 * @param {boolean} regression
 * @returns {Answer | null} null outside
 */
export function answerAt({ boundary, boundaryScale, cells }, domain, place, regression) {
  const at = shares(domain, place);
  if (!at) return null;
  const within = (/** @type {number} */ share) => Math.min(cells - 1, Math.floor(share * cells));
  const size = cells * cells;
  const cell = within(at.down) * cells + within(at.across);
  const signed = (boundary[cell] / 127) * boundaryScale;
  if (boundary.length === size) {
    if (regression) return { value: signed, winner: null };
    const winner = boundary[cell] > 0 ? 1 : 0;
    return { value: (1 + Math.abs(signed)) / 2, winner };
  }
  let winner = 0;
  for (let one = 1; one < boundary.length / size; one++) {
    if (boundary[one * size + cell] > boundary[winner * size + cell]) winner = one;
  }
  return { value: (boundary[winner * size + cell] / 127) * boundaryScale, winner };
}
