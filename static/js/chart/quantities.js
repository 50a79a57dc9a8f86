/** What the tabs of the chart show. */

import { message } from "../i18n.js";

/** @typedef {import("../history.js").Measure} Measure */
/** @typedef {import("../history.js").Series} Series */
/** @typedef {"loss" | "accuracy" | "r2" | "gradients" | "activations" | "rate" | "summary"} Quantity */

/**
 * @typedef {Object} Kind
 * @property {string} title
 * @property {string} name
 * @property {string} label of the picture, to be read aloud
 * @property {string} mark in the glossary
 * @property {Partial<Record<"train" | "test", Series>>} series
 * @property {boolean} positive it can be drawn on a logarithmic scale
 * @property {string} hover
 */

/** @type {Record<Exclude<Quantity, "summary">, Kind>} */
export const KINDS = {
  loss: {
    title: message("Loss"),
    name: message("loss"),
    label: message("loss over the epochs"),
    mark: "marks.loss",
    series: { train: "train_loss", test: "test_loss" },
    positive: true,
    hover: "%{y:.4g}",
  },
  accuracy: {
    title: message("Accuracy"),
    name: message("accuracy"),
    label: message("accuracy over the epochs"),
    mark: "marks.accuracy",
    series: { train: "train_accuracy", test: "test_accuracy" },
    positive: false,
    hover: "%{y:.1%}",
  },
  r2: {
    title: message("R²"),
    name: message("R²"),
    label: message("R² over the epochs"),
    mark: "marks.r2",
    series: { train: "train_r2", test: "test_r2" },
    positive: false,
    hover: "%{y:.4f}",
  },
  gradients: {
    title: message("Gradients"),
    name: message("gradient norm"),
    label: message("gradient norm by layer"),
    mark: "marks.gradient_norm",
    series: {},
    positive: true,
    hover: "%{y:.3g}",
  },
  activations: {
    title: message("Activations"),
    name: message("activations"),
    label: message("activations of each layer over time"),
    mark: "marks.activation_history",
    series: {},
    positive: false,
    hover: "%{y:.3f}",
  },
  rate: {
    title: message("Rate"),
    name: message("learning rate"),
    label: message("learning rate over the epochs"),
    mark: "marks.learning_rate",
    series: { test: "learning_rate" },
    positive: true,
    hover: "%{y:.4g}",
  },
};

export const SUMMARY = {
  title: message("Summary"),
  mark: "marks.summary",
};

/**
 * What is shown of what was chosen: values have R² where classes have accuracy.
 * @param {Quantity} quantity
 * @param {boolean} regression
 * @returns {Quantity}
 */
export function offered(quantity, regression) {
  if (quantity === "accuracy" || quantity === "r2") return regression ? "r2" : "accuracy";
  return quantity;
}
