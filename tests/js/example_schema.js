/** A schema with one of everything that the server's has. */

/**
 * @param {string} kind
 * @param {string} title
 * @param {object} properties
 * @param {object} [more]
 */
function choice(kind, title, properties, more = {}) {
  return {
    title,
    description: `About ${title}.`,
    type: "object",
    properties: { kind: { const: kind, default: kind, type: "string" }, ...properties },
    ...more,
  };
}

/** @param {number} usual */
function rate(usual) {
  return {
    title: "Learning rate",
    type: "number",
    exclusiveMinimum: 0,
    maximum: 100,
    default: usual,
    "x-control": { scale: "log" },
  };
}

const BETA = {
  title: "Beta",
  type: "number",
  minimum: 0,
  exclusiveMaximum: 1,
  default: 0.9,
  "x-control": { advanced: true, scale: "linear" },
};

/** @type {import("../../static/js/paths.js").Plain} */
export const SCHEMA = {
  $defs: {
    Sgd: choice("sgd", "SGD", { learning_rate: rate(0.03) }, { "x-formula": "w - ηg" }),
    Adam: choice("adam", "Adam", { learning_rate: rate(0.01), beta: BETA }),
    Circle: choice("circle", "Circle", {}),
    Iris: choice("iris", "Iris", {}, { "x-columns": ["length", "width"] }),
    Tanh: choice("tanh", "Tanh", {}),
    Relu: choice("relu", "ReLU", {}),
    Layer: {
      type: "object",
      properties: {
        units: { title: "Units", type: "integer", minimum: 1, maximum: 64, default: 4 },
        activation: {
          title: "Activation",
          oneOf: [{ $ref: "#/$defs/Tanh" }, { $ref: "#/$defs/Relu" }],
          default: { kind: "tanh" },
        },
        init: {
          title: "Initialization",
          anyOf: [{ oneOf: [{ $ref: "#/$defs/Tanh" }] }, { type: "null" }],
          default: null,
          "x-control": { advanced: true },
        },
      },
    },
    Penalty: {
      type: "object",
      properties: {
        l2: {
          title: "L2",
          type: "number",
          minimum: 0,
          maximum: 10,
          default: 0,
          "x-control": { scale: "log" },
        },
      },
    },
  },
  type: "object",
  properties: {
    seed: { title: "Seed", type: "integer", minimum: 0, maximum: 4294967295, default: 0 },
    data: {
      title: "Data",
      oneOf: [{ $ref: "#/$defs/Circle" }, { $ref: "#/$defs/Iris" }],
      default: { kind: "circle" },
      "x-control": { group: "data" },
    },
    features: {
      title: "Features",
      type: "array",
      items: {
        anyOf: [{ type: "string", enum: ["x1", "x2", "length", "width"] }, { type: "string" }],
      },
      default: ["x1", "x2"],
      "x-control": { titles: { x1: "x₁", x2: "x₂" } },
    },
    layers: {
      title: "Hidden layers",
      type: "array",
      items: { $ref: "#/$defs/Layer" },
      default: [{ units: 4, activation: { kind: "tanh" }, init: null }],
    },
    optimizer: {
      title: "Optimizer",
      oneOf: [{ $ref: "#/$defs/Sgd" }, { $ref: "#/$defs/Adam" }],
      default: { kind: "adam", learning_rate: 0.02, beta: 0.9 },
      "x-control": { group: "training" },
    },
    penalty: { $ref: "#/$defs/Penalty", title: "Penalty", default: { l2: 0 } },
    batch_size: {
      title: "Batch size",
      anyOf: [
        { type: "integer", minimum: 1, maximum: 10000 },
        { const: "full", type: "string" },
      ],
      default: 10,
      "x-control": { scale: "log" },
    },
    precision: { title: "Precision", enum: ["float32", "float64"], default: "float32" },
  },
};
