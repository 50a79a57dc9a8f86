import assert from "node:assert/strict";
import { test } from "node:test";
import { NONE } from "../../static/js/lesson.js";
import { defaults, describe, differences } from "../../static/js/schema.js";
import { apart, format, parse, START, specOf, withLesson } from "../../static/js/url.js";
import { SCHEMA } from "./example_schema.js";

const FIELDS = describe(SCHEMA);

test("the defaults at epoch 0 need no fragment", () => {
  assert.equal(format(START), "");
  assert.deepEqual(parse(""), START);
  assert.deepEqual(parse("#"), START);
});

test("a lesson comes back with the state, and what is no name is left out", () => {
  const lesson = {
    hide: ["network", "optimizer"],
    lock: ["data.noise"],
    show: [],
    note: "a & b: 1",
  };
  const text = format({ ...START, lesson });
  assert.deepEqual(parse(text), { ...START, lesson });
  assert.deepEqual(parse(withLesson(text, NONE)), START);
  assert.deepEqual(parse(withLesson("#saved=abc", lesson)).lesson, lesson);
  const odd = parse(`hide=network,<b>&note=${"x".repeat(400)}`);
  assert.deepEqual(odd.lesson.hide, ["network"]);
  assert.equal(odd.lesson.note.length, 300);
  assert.equal(odd.unread?.length, 2);
});

test("a state comes back as it was", () => {
  /** @type {import("../../static/js/url.js").State} */
  const state = {
    ...START,
    entries: [
      ["optimizer.kind", "sgd"],
      ["layers", [{ units: 8, activation: "relu" }]],
      ["name", "a & b = 100 % #1"],
      ["other", "17"],
      ["precision", "float64"],
      ["nothing", null],
    ],
    changes: [
      { epoch: 120, batch: 0, run: 0, changes: { optimizer: { learning_rate: 0.5 } } },
      { epoch: 130, batch: 4, run: 0, changes: { batch_size: "full" } },
      {
        epoch: 140,
        batch: 0,
        run: 0,
        changes: {},
        weights: [
          { layer: 1, unit: 2, input: -1, value: 0.5 },
          { layer: 2, unit: 0, input: 1, value: -3 },
        ],
      },
    ],
    epoch: 345,
    batch: 2,
    speed: 25,
    race: "x7-_a",
    chart: "accuracy",
    log: true,
    smoothing: 0.85,
    map: "layer",
    zoom: [-1.5, 0.25, 2, 3],
    layer: 0,
    units: [3, 1],
  };
  const fragment = format(state);
  assert.deepEqual(parse(`#${fragment}`), state);
  assert.match(fragment, /^optimizer\.kind=sgd&layers=\[\{%22units%22:8,/);
  assert.equal(new URL(`http://localhost/#${fragment}`).hash, `#${fragment}`);
});

test("lanes come back as they were, and one lane needs no words for them", () => {
  /** @type {import("../../static/js/url.js").State} */
  const state = {
    ...START,
    seeds: 8,
    lanes: [
      { entries: [["optimizer.kind", "sgd"], ["name", "Mine"]], seeds: 1 }, // biome-ignore format: short
      { entries: [], seeds: 4 },
    ],
    selected: 1,
    hidden: [2],
    axis: "updates",
    target: 0.05,
    changes: [{ epoch: 3, batch: 0, run: 2, changes: { batch_size: 4 } }],
    epoch: 5,
  };
  const fragment = format(state);
  assert.deepEqual(parse(fragment), state);
  assert.match(fragment, /^seeds=8&lanes=\[\{%22optimizer\.kind%22:%22sgd%22/);
  const parsed = parse('seeds=99&lanes=[{"seeds":-1},3]&axis=years&hidden=2&target=none');
  assert.deepEqual([parsed.seeds, parsed.lanes], [32, [{ entries: [], seeds: 1 }]]);
  assert.equal(parsed.unread?.length, 5);
});

test("what is looked at comes back only if it can be", () => {
  assert.equal(format({ ...START, units: "principal", layer: 1 }), "layer=1&units=principal");
  assert.equal(parse("units=principal").units, "principal");
  const odd =
    "chart=years&log=1&smoothing=1&smoothing=x&zoom=[1,0,0,1]&zoom=[1,2]&zoom=all&layer=-1&units=[1]";
  const state = parse(odd);
  assert.deepEqual(state.unread, odd.split("&"));
  assert.equal(format(state), "");
});

test("nonsense is not fatal", () => {
  const state = parse("#&&=3&epoch=-2&speed=fast&changes=[1,[2],[3,null]]&x=%E0%A4%A&y");
  const unread = ["epoch=-2", "speed=fast"];
  assert.deepEqual(state, { ...START, entries: [["x", "%E0%A4%A"]], unread });
});

test("a spec becomes entries and a spec again", () => {
  const spec = specOf(FIELDS, [
    ["optimizer.learning_rate", 0.5],
    ["optimizer.kind", "sgd"],
    ["penalty.l2", 0.1],
  ]);
  assert.deepEqual(spec.optimizer, { kind: "sgd", learning_rate: 0.5 });
  assert.deepEqual(spec.penalty, { l2: 0.1 });
  assert.deepEqual(differences(FIELDS, spec), [
    ["optimizer.kind", "sgd"],
    ["optimizer.learning_rate", 0.5],
    ["penalty.l2", 0.1],
  ]);
  assert.deepEqual(specOf(FIELDS, []), defaults(FIELDS));
});

test("keys of objects cannot be misused", () => {
  const spec = specOf(FIELDS, [["__proto__.polluted", true]]);
  assert.equal(/** @type {any} */ ({}).polluted, undefined);
  assert.ok(Object.hasOwn(spec, "__proto__"));
});

test("what sets a spec apart leads from the one to the other", () => {
  const main = defaults(FIELDS);
  const adam = { ...main, optimizer: { kind: "adam", learning_rate: 0.02, beta: 0.5 } };
  assert.deepEqual(apart(FIELDS, adam, main), [["optimizer.beta", 0.5]]);
  const sgd = { ...main, optimizer: { kind: "sgd", learning_rate: 0.03 } };
  assert.deepEqual(apart(FIELDS, sgd, main), [["optimizer.kind", "sgd"]]);
  // Another kind begins with its own defaults, not with those of the whole spec.
  assert.deepEqual(apart(FIELDS, main, sgd), [
    ["optimizer.kind", "adam"],
    ["optimizer.learning_rate", 0.02],
  ]);
  const wide = { ...main, layers: [{ units: 9, activation: { kind: "relu" }, init: null }] };
  assert.deepEqual(apart(FIELDS, wide, main), [["layers", [{ units: 9, activation: "relu" }]]]);
  assert.deepEqual(apart(FIELDS, { ...main, penalty: { l2: 1 } }, main), [["penalty.l2", 1]]);
  assert.deepEqual(apart(FIELDS, main, main), []);
});
