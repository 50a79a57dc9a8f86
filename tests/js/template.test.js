import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const ROOT = new URL("../../", import.meta.url);
const PAGE = readFileSync(new URL("templates/index.html", ROOT), "utf8");

/** @param {string} folder */
function files(folder) {
  const names = readdirSync(new URL(`static/${folder}/`, ROOT), { recursive: true });
  return names.map((name) => `${folder}/${String(name).replaceAll("\\", "/")}`);
}

test("the page asks for every style sheet, and for nothing else", () => {
  const asked = [...PAGE.matchAll(/\{\{ static \}\}\/([\w./-]+\.css)"/g)];
  const wanted = files("css").filter((path) => path.endsWith(".css"));
  assert.deepEqual(asked.map(([, path]) => path).sort(), wanted.sort());
});

test("the page has no inline scripts or styles", () => {
  assert.doesNotMatch(PAGE, /<style|style=|\son\w+=|<script(?![^>]*src=)/);
});
