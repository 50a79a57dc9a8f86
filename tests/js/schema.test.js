import assert from "node:assert/strict";
import { test } from "node:test";
import {
  defaults,
  describe,
  differences,
  isDefault,
  settings,
  titleAt,
} from "../../static/js/schema.js";
import { track } from "../../static/js/slider.js";
import { SCHEMA } from "./example_schema.js";

const FIELDS = describe(SCHEMA);
const SPEC = defaults(FIELDS);

/** @param {string} key */
function field(key) {
  const found = FIELDS.find((one) => one.key === key);
  assert.ok(found);
  return found;
}

test("references, choices, lists, sets and alternatives are understood", () => {
  assert.deepEqual(
    FIELDS.map(({ key, type }) => [key, type]),
    [
      ["seed", "number"],
      ["data", "choice"],
      ["features", "set"],
      ["layers", "list"],
      ["optimizer", "choice"],
      ["penalty", "group"],
      ["batch_size", "number"],
      ["precision", "select"],
    ],
  );
  const optimizer = field("optimizer");
  assert.deepEqual(
    optimizer.options.map(({ value, title, formula }) => [value, title, formula]),
    [
      ["sgd", "SGD", "w - ηg"],
      ["adam", "Adam", ""],
    ],
  );
  assert.deepEqual(field("batch_size").words, ["full"]);
  assert.equal(field("batch_size").integer, true);
  assert.equal(field("features").options[0].title, "x₁");
  const init = field("layers").fields.find(({ key }) => key === "init");
  assert.deepEqual([init?.type, init?.nullable], ["choice", true]);
});

test("fields inherit their group, and advanced", () => {
  const beta = field("optimizer").options[1].fields.find(({ key }) => key === "beta");
  assert.deepEqual([beta?.group, beta?.advanced], ["training", true]);
  const rare = (/** @type {Record<string, boolean>} */ advanced) =>
    settings(FIELDS, SPEC, advanced).flatMap((one) => (one.advanced ? [one.path] : []));
  assert.deepEqual(rare({}), ["optimizer.beta"]);
  const optimizer = ["optimizer", "optimizer.learning_rate", "optimizer.beta"];
  assert.deepEqual(rare({ optimizer: true }), optimizer);
  assert.deepEqual(rare({ "optimizer.beta": false }), []);
});

test("what lies in a group tells its title", () => {
  const placed = settings(FIELDS, SPEC);
  assert.equal(placed.find(({ path }) => path === "penalty.l2")?.section, "Penalty");
  assert.equal(placed.find(({ path }) => path === "batch_size")?.section, undefined);
});

test("a table has columns, and options without a title are told apart", () => {
  const data = field("data");
  assert.deepEqual(
    data.options.map(({ columns }) => columns),
    [null, ["length", "width"]],
  );
  assert.deepEqual(
    field("features").options.map(({ titled }) => titled),
    [true, true, false, false],
  );
});

test("settings follow the chosen kind, with the defaults of that place", () => {
  const paths = settings(FIELDS, SPEC).map(({ path, put }) => [path, put]);
  assert.deepEqual(
    paths.filter(([path]) => String(path).startsWith("optimizer")),
    [
      ["optimizer", { kind: "adam", learning_rate: 0.02, beta: 0.9 }],
      ["optimizer.learning_rate", 0.02],
      ["optimizer.beta", 0.9],
    ],
  );
  const other = settings(FIELDS, { ...SPEC, optimizer: { kind: "sgd" } });
  const rate = other.find(({ path }) => path === "optimizer.learning_rate");
  assert.equal(rate?.put, 0.03);
});

test("the defaults have no differences", () => {
  assert.deepEqual(differences(FIELDS, SPEC), []);
  for (const placed of settings(FIELDS, SPEC)) {
    if (placed.key === "optimizer") assert.ok(isDefault(placed, { kind: "adam" }), placed.path);
  }
});

test("differences are short", () => {
  const spec = {
    ...SPEC,
    optimizer: { kind: "sgd", learning_rate: 0.03 },
    penalty: { l2: 0.1 },
    layers: [{ units: 8, activation: { kind: "relu" }, init: null }],
    batch_size: "full",
  };
  assert.deepEqual(differences(FIELDS, spec), [
    ["layers", [{ units: 8, activation: "relu" }]],
    ["optimizer.kind", "sgd"],
    ["penalty.l2", 0.1],
    ["batch_size", "full"],
  ]);
});

test("every position of a slider means a number within bounds, and the way back is the same", () => {
  const numbers = settings(FIELDS, SPEC).filter(({ type }) => type === "number");
  for (const number of numbers) {
    const rail = track(number);
    if (!rail) continue;
    for (let position = 0; position <= rail.stops; position++) {
      const value = rail.value(position);
      assert.ok(value >= number.minimum && value <= number.maximum, `${number.path} ${value}`);
      if (number.openMinimum) assert.ok(value > number.minimum);
      if (number.openMaximum) assert.ok(value < number.maximum);
      if (!number.integer) assert.equal(rail.position(value), position, number.path);
    }
  }
});

test("a seed has no slider, and a penalty has a stop for none at all", () => {
  assert.equal(track(field("seed")), null);
  const rail = track(field("penalty").fields[0]);
  assert.equal(rail?.value(0), 0);
  assert.ok((rail?.value(1) ?? 0) > 0);
});

test("a path leads to a title, through layers and kinds", () => {
  assert.equal(titleAt(FIELDS, "layers.1.units"), "Units");
  assert.equal(titleAt(FIELDS, "optimizer.beta"), "Beta");
  assert.equal(titleAt(FIELDS, "optimizer"), "Optimizer");
});
