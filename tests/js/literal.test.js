import assert from "node:assert/strict";
import { test } from "node:test";
import { literal, literalLayout, literalTrace } from "../../static/js/chart/literal.js";

const LINK = '<a href="javascript:alert(1)">x</a>';
const SHOWN = '&lt;a href="javascript:alert(1)"&gt;x&lt;/a&gt;';

test("what would be markup, or a sign, is text", () => {
  assert.equal(literal(LINK), SHOWN);
  assert.equal(literal("a&amp;b"), "a&amp;amp;b");
  assert.equal(literal("%{x} 1 < 2"), "%{x} 1 &lt; 2");
  assert.equal(literal("a\u202eb\u2066c\u200f"), "abc");
  assert.equal(literal("עברית"), "עברית");
});

test("all texts of a trace, and nothing else of it", () => {
  const x = new Float64Array(2);
  const trace = {
    name: LINK,
    x,
    text: [LINK, "b"],
    customdata: [LINK, 3],
    hovertemplate: "%{y}<br>",
  };
  assert.deepEqual(literalTrace(trace), {
    name: SHOWN,
    x,
    text: [SHOWN, "b"],
    customdata: [SHOWN, 3],
    hovertemplate: "%{y}<br>",
  });
  assert.deepEqual(literalTrace({ x }), { x });
  const { name } = literalTrace({ name: "<".repeat(100) });
  assert.equal(name, `${"&lt;".repeat(39)}…`);
});

test("all texts of a layout", () => {
  const layout = literalLayout({
    width: 3,
    xaxis: { title: { text: LINK, font: 1 }, range: [0, 1] },
    yaxis2: { ticktext: [LINK], tickvals: [1] },
    annotations: [{ text: LINK, x: 1 }],
    hoverlabel: { bgcolor: "red", namelength: 28 },
  });
  assert.deepEqual(layout, {
    width: 3,
    xaxis: { title: { text: SHOWN, font: 1 }, range: [0, 1] },
    yaxis2: { ticktext: [SHOWN], tickvals: [1] },
    annotations: [{ text: SHOWN, x: 1 }],
    hoverlabel: { bgcolor: "red", namelength: -1 },
  });
});
