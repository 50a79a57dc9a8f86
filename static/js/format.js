/** Numbers as people read and type them. */

import { computed } from "../vendor/preact.js";
import { locale } from "./i18n.js";

const integer = computed(() => new Intl.NumberFormat(locale.value, { maximumFractionDigits: 0 }));

/** @param {number} value */
export function whole(value) {
  return Number.isFinite(value) ? integer.value.format(value) : "–";
}

/**
 * A loss: three decimals, or an exponent when that would hide it.
 * @param {number} value
 */
export function loss(value) {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size !== 0 && size < 0.0005) return value.toExponential(1).replace("e-", "e−");
  if (size >= 10_000) return value.toExponential(1).replace("e+", "e");
  return value.toFixed(size >= 100 ? 1 : 3).replace("-", "−");
}

/** @param {number} share */
export function percent(share, digits = 1) {
  return Number.isFinite(share) ? `${(100 * share).toFixed(digits)}\u00a0%` : "–";
}

/** @param {number} value */
export const signed = (value) => fixed(value, 2);

/**
 * @param {number} value
 * @param {number} digits after the point
 */
export function fixed(value, digits) {
  if (!Number.isFinite(value)) return "–";
  return value
    .toFixed(digits)
    .replace(/^-(0\.0*)$/, "$1")
    .replace("-", "−");
}

/**
 * Something positive of any size, in as little room as can be: .031, 4.2, 2e−5.
 * @param {number} value
 */
export function small(value) {
  if (!Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  if (value < 0.001 || value >= 1000) {
    return value.toExponential(0).replace("e+", "e").replace("-", "−");
  }
  return value >= 100 ? value.toFixed(0) : value.toPrecision(2).replace(/^0\./, ".");
}

/** @param {number} perSecond */
export function rate(perSecond) {
  if (perSecond >= 10) return integer.value.format(perSecond);
  return perSecond.toFixed(1).replace(/\.0$/, "");
}

/**
 * A setting's value as short as it can be typed: 0.02, 1e-8.
 * @param {unknown} value
 */
export function setting(value) {
  if (typeof value !== "number") return value === null ? "" : String(value);
  if (value !== 0 && Math.abs(value) < 1e-4) {
    return String(Number(value.toPrecision(6)).toExponential()).replace("e+", "e");
  }
  return String(Number(value.toPrecision(12)));
}

/**
 * What somebody typed as a number: 0.02, 0,02, 1e-8, −3, 10,000. NaN when it is none.
 * @param {string} text
 */
export function typedNumber(text) {
  const bare = text.replaceAll(/\s/g, "").replaceAll("−", "-");
  if (bare === "") return Number.NaN;
  const grouped = /^-?[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/.test(bare);
  return Number(grouped ? bare.replaceAll(",", "") : bare.replace(",", "."));
}
