import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const ROOT = new URL("../../", import.meta.url);
const PAGES = ["index", "glossary"].map((name) =>
  readFileSync(new URL(`templates/${name}.html`, ROOT), "utf8"),
);

/** @param {string} folder */
function files(folder) {
  const names = readdirSync(new URL(`static/${folder}/`, ROOT), { recursive: true });
  return names.map((name) => `${folder}/${String(name).replaceAll("\\", "/")}`);
}

test("the pages ask for every style sheet, and for nothing else", () => {
  const asked = [...PAGES.join("").matchAll(/\{\{ static \}\}\/([\w./-]+\.css)"/g)];
  const page = readFileSync(new URL("static/css/page.css", ROOT), "utf8");
  const imported = [...page.matchAll(/^@import "([\w-]+\.css)";$/gm)];
  const found = [...asked.map(([, path]) => path), ...imported.map(([, name]) => `css/${name}`)];
  const wanted = files("css").filter((path) => path.endsWith(".css"));
  assert.deepEqual([...new Set(found)].sort(), wanted.sort());
});

test("the pages have no inline scripts or styles", () => {
  for (const page of PAGES) {
    assert.doesNotMatch(page, /<style|style=|\son\w+=|<script(?![^>]*src=)/);
  }
});
