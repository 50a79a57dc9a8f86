import assert from "node:assert/strict";
import { test } from "node:test";
import { defaults, describe, differences } from "../../static/js/schema.js";
import { format, parse, specOf } from "../../static/js/url.js";
import { SCHEMA } from "./example_schema.js";

const FIELDS = describe(SCHEMA);

/** @type {import("../../static/js/url.js").State} */
const START = { entries: [], changes: [], epoch: 0, batch: 0, speed: null };

test("the defaults at epoch 0 need no fragment", () => {
  assert.equal(format(START), "");
  assert.deepEqual(parse(""), START);
  assert.deepEqual(parse("#"), START);
});

test("a state comes back as it was", () => {
  /** @type {import("../../static/js/url.js").State} */
  const state = {
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
    ],
    epoch: 345,
    batch: 2,
    speed: 25,
  };
  const fragment = format(state);
  assert.deepEqual(parse(`#${fragment}`), state);
  assert.match(fragment, /^optimizer\.kind=sgd&layers=\[\{%22units%22:8,/);
  assert.equal(new URL(`http://localhost/#${fragment}`).hash, `#${fragment}`);
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
