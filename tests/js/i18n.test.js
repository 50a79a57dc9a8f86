import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { catalog, heard, locale, rich, t, tn } from "../../static/js/i18n.js";

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

test("finished sentences of the server are known by their templates", () => {
  catalog.value = {
    "Stopped early in epoch {epoch}: {reason} for {epochs} epochs.":
      "在第 {epoch} 轮提前停止：{reason}已持续 {epochs} 轮。",
    "Exactly this sentence.": "正是这句话。",
    "{count} at a time": "同时 {count} 个",
  };
  assert.equal(
    heard("Stopped early in epoch 12: (no (gain) for 3 epochs."),
    "在第 12 轮提前停止：(no (gain)已持续 3 轮。",
  );
  assert.equal(heard("Exactly this sentence."), "正是这句话。");
  assert.equal(heard("2 at a time"), "2 at a time", "too little to be told from others");
});
