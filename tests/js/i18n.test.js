import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { catalog, locale, rich, t, tn } from "../../static/js/i18n.js";

afterEach(() => {
  locale.value = "en";
  catalog.value = {};
});

test("English texts stand for themselves", () => {
  assert.equal(t("Epoch {epoch} of {last}", { epoch: 3, last: 9 }), "Epoch 3 of 9");
  assert.equal(tn("{count} point", "{count} points", 1), "1 point");
  assert.equal(tn("{count} point", "{count} points", 0), "0 points");
});

test("a translation takes the place of a text, in its own order", () => {
  locale.value = "zh-Hans";
  catalog.value = { "Epoch {epoch} of {last}": "共 {last} 轮，第 {epoch} 轮" };
  assert.equal(t("Epoch {epoch} of {last}", { epoch: 3, last: 9 }), "共 9 轮，第 3 轮");
});

test("plural forms are those of the language", () => {
  locale.value = "zh-Hans";
  catalog.value = { "{count} point": ["{count} 个点"] };
  assert.equal(tn("{count} point", "{count} points", 2), "2 个点");
});

test("elements stand at their places in a sentence", () => {
  const name = { tag: "strong" };
  assert.deepEqual(rich("Settings of {name}", { name }), ["Settings of ", name, ""]);
});
