import assert from "node:assert/strict";
import { test } from "node:test";
import { equal, get, partial, set, within } from "../../static/js/paths.js";

const SPEC = { a: 1, layers: [{ units: 4 }, { units: 2 }], optimizer: { kind: "sgd", rate: 1 } };

test("values are found and changed without touching the original", () => {
  assert.equal(get(SPEC, "layers.1.units"), 2);
  assert.equal(get(SPEC, "layers.7.units"), undefined);
  const changed = set(SPEC, "layers.1.units", 5);
  assert.equal(get(changed, "layers.1.units"), 5);
  assert.equal(get(SPEC, "layers.1.units"), 2);
  assert.equal(changed.optimizer, SPEC.optimizer);
});

test("a partial document replaces lists whole", () => {
  const document = partial(SPEC, [
    ["layers.0.units", 8],
    ["layers.1.units", 9],
    ["optimizer", { kind: "adam" }],
    ["optimizer.rate", 3],
  ]);
  assert.deepEqual(document, {
    layers: [{ units: 8 }, { units: 9 }],
    optimizer: { kind: "adam", rate: 3 },
  });
});

test("equality and containment", () => {
  assert.ok(equal(SPEC, structuredClone(SPEC)));
  assert.ok(!equal([], {}));
  assert.ok(!equal({ a: 1 }, { a: 1, b: undefined }));
  assert.ok(within("a.b", "a") && within("a", "a") && !within("ab", "a"));
});
