import assert from "node:assert/strict";
import { test } from "node:test";
import { entries, MOST, search } from "../../static/js/find.js";
import { describe } from "../../static/js/schema.js";
import { SCHEMA } from "./example_schema.js";

const ALL = entries(describe(SCHEMA));

/**
 * @param {string} text
 * @param {Record<string, string>} [words] of another language
 */
function found(text, words = {}) {
  const results = search(ALL, text, (one) => words[one] ?? one);
  return results.map(({ title, path, value }) => [title, path, value]);
}

test("settings stand before values of that name, and those for all before those of a layer", () => {
  assert.deepEqual(found("learning")[0], ["Learning rate", "optimizer.learning_rate", ""]);
  assert.deepEqual(found("adam")[0], ["Adam", "optimizer", "adam"]);
  assert.deepEqual(found("relu"), [["ReLU", "layers.*.activation", "relu"]]);
  assert.deepEqual(found("units")[0], ["Units", "layers.*.units", ""]);
});

test("a setting that several kinds have stands once; one of some kinds names them", () => {
  const rates = ALL.filter(({ path }) => path === "optimizer.learning_rate");
  assert.deepEqual(
    rates.map(({ within }) => within),
    [["Optimizer"]],
  );
  const beta = ALL.find(({ title }) => title === "Beta");
  assert.deepEqual(beta?.within, ["Optimizer", "Adam"]);
});

test("words may stand in any order, be begun, or be initials", () => {
  const path = "optimizer.learning_rate";
  for (const text of ["rate", "rate learn", "LR", "  learning_rate "]) {
    assert.equal(found(text)[0]?.[1], path, text);
  }
});

test("what is written in the language of the page is found, and in English", () => {
  const words = { "Learning rate": "学习率" };
  assert.equal(found("学习", words)[0][1], "optimizer.learning_rate");
  assert.equal(found("learning", words)[0][1], "optimizer.learning_rate");
});

test("explanations count last; nothing is found for nothing and for what there is not", () => {
  assert.ok(found("about adam").some(([title]) => title === "Adam"));
  assert.deepEqual(found(" "), []);
  assert.deepEqual(found("(zzz["), []);
  assert.ok(found("a").length <= MOST);
});
