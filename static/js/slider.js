/** Where a number stands on its slider, and which number a position means. */

/** @typedef {import("./schema.js").Field} Field */

/**
 * @typedef {Object} Track
 * @property {number} stops positions 0..stops
 * @property {(value: number) => number} position
 * @property {(position: number) => number} value
 */

const STOPS_PER_DECADE = 20;
const WIDEST = 100_000;

/**
 * @param {Field} field
 * @returns {Track | null} null where only typing makes sense, as for a seed
 */
export function track(field) {
  const { minimum, maximum, scale } = field;
  if (!Number.isFinite(minimum) || !Number.isFinite(maximum)) return null;
  if (scale === "log") return logarithmic(field);
  return maximum - minimum > WIDEST ? null : linear(field);
}

/**
 * @param {Field} field
 * @returns {Track}
 */
function linear({ minimum, maximum, step, integer, openMinimum, openMaximum }) {
  const width = step ?? round(maximum - minimum, integer);
  const first = Math.floor(minimum / width + 1e-9);
  const stops = Math.ceil(maximum / width - 1e-9) - first - (openMaximum ? 1 : 0);
  const low = openMinimum ? minimum + width : minimum;
  return {
    stops,
    position: (value) => clamp(Math.round(value / width) - first, 0, stops),
    value: (position) => tidy(clamp((position + first) * width, low, maximum)),
  };
}

/**
 * With a first stop of 0 where 0 is allowed.
 * @param {Field} field
 * @returns {Track}
 */
function logarithmic({ minimum, maximum, integer, openMinimum, default: usual }) {
  const zero = minimum <= 0 && !openMinimum ? 1 : 0;
  const typical = typeof usual === "number" && usual > 0 ? usual : maximum;
  const least = integer ? 1 : Math.min(maximum * 1e-7, typical * 1e-3);
  const low = Math.log10(minimum > 0 ? minimum : least);
  const stops = Math.round((Math.log10(maximum) - low) * STOPS_PER_DECADE) + zero;
  return {
    stops,
    position: (value) => {
      if (value <= 0) return 0;
      return clamp(Math.round((Math.log10(value) - low) * STOPS_PER_DECADE) + zero, zero, stops);
    },
    value: (position) => {
      if (zero && position === 0) return 0;
      const exact = 10 ** (low + (position - zero) / STOPS_PER_DECADE);
      const short = integer ? Math.round(exact) : Number(exact.toPrecision(2));
      return clamp(short, minimum, maximum);
    },
  };
}

/**
 * A step of 1, 2 or 5 times a power of ten that gives some hundred stops.
 * @param {number} range
 * @param {boolean} integer
 */
function round(range, integer) {
  const exact = range / 200;
  const power = 10 ** Math.floor(Math.log10(exact));
  const step = ([1, 2, 5, 10].find((times) => times * power >= exact * 0.999) ?? 10) * power;
  return integer ? Math.max(1, step) : tidy(step);
}

/**
 * @param {number} value
 * @param {number} low
 * @param {number} high
 */
function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

/** @param {number} value */
function tidy(value) {
  return Number(value.toPrecision(12));
}
