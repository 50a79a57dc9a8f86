import assert from "node:assert/strict";
import { test } from "node:test";
import { plain, sentence } from "../../static/js/plain.js";
import { describe } from "../../static/js/schema.js";
import { SCHEMA } from "./example_schema.js";

const FIELDS = describe(SCHEMA);

test("what the server says of numbers is put in plain words", () => {
  const said = {
    "Should be a valid number, unable to parse string as a number": "Needs a number",
    "Should be a valid integer, got a number with a fractional part": "Needs a whole number",
    "Should be greater than or equal to 1; or: Should be 'full'": "Must be at least 1 or “full”",
    "Should be less than or equal to 0.95": "Must be at most 0.95",
    "Should be greater than 0": "Must be more than 0",
    "Tuple should have at least 1 item after validation, not 0": "At least one is needed",
    "Layer 2 has 3 units; a residual layer needs 4":
      "Layer 2 has 3 units; a residual layer needs 4",
  };
  for (const [detail, words] of Object.entries(said)) assert.equal(plain(detail), words);
});

test("kinds go by their titles", () => {
  const optimizer = FIELDS.find(({ key }) => key === "optimizer");
  assert.equal(plain("sgd does not fit this", optimizer), "SGD does not fit this");
});

test("a sentence names the setting", () => {
  const error = { path: "batch_size", detail: "Should be a valid number, not so" };
  assert.equal(sentence(error, FIELDS), "Batch size: Needs a number.");
  assert.equal(sentence({ path: "", detail: "No." }, FIELDS), "No.");
});
