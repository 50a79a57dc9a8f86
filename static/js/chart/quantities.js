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
 * @property {string} description
 * @property {string} [formula]
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
    description: message(
      "What training makes small, as a mean over the points of each part. L1 and L2 penalties are left out, so that runs can be compared.",
    ),
    series: { train: "train_loss", test: "test_loss" },
    positive: true,
    hover: "%{y:.4g}",
  },
  accuracy: {
    title: message("Accuracy"),
    name: message("accuracy"),
    label: message("accuracy over the epochs"),
    description: message("Share of the points that are given their own class."),
    series: { train: "train_accuracy", test: "test_accuracy" },
    positive: false,
    hover: "%{y:.1%}",
  },
  r2: {
    title: message("R²"),
    name: message("R²"),
    label: message("R² over the epochs"),
    description: message(
      "Share of the variance of the targets that the network explains: 1 is perfect, 0 is no better than their mean.",
    ),
    formula: "1 - Σ (target - prediction)² / Σ (target - mean)²",
    series: { train: "train_r2", test: "test_r2" },
    positive: false,
    hover: "%{y:.4f}",
  },
  gradients: {
    title: message("Gradients"),
    name: message("gradient norm"),
    label: message("gradient norm by layer"),
    description: message(
      "Length of the gradient of the loss by each layer's parameters. Where it shrinks from the output down to the first layer, the first layers hardly learn: the gradient vanishes.",
    ),
    series: {},
    positive: true,
    hover: "%{y:.3g}",
  },
  activations: {
    title: message("Activations"),
    name: message("activations"),
    label: message("activations of each layer over time"),
    description: message(
      "What the units of each layer answer to the training points, over time: the darker, the more answers of that size. The line is their mean. Answers that gather at the edges are saturated.",
    ),
    series: {},
    positive: false,
    hover: "%{y:.3f}",
  },
  rate: {
    title: message("Rate"),
    name: message("learning rate"),
    label: message("learning rate over the epochs"),
    description: message(
      "The learning rate in force at the end of each epoch, as the schedule has it.",
    ),
    series: { test: "learning_rate" },
    positive: true,
    hover: "%{y:.4g}",
  },
};

export const SUMMARY = {
  title: message("Summary"),
  description: message(
    "Every lane in a few numbers: how soon it reached the target, how good it got.",
  ),
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
