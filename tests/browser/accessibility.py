"""axe-core in the page."""

from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Page

# Whatever sticks out of its panel or of the window, and would be seen or scrolled to there.
STICKING_OUT = """() => {
  const faults = [];
  if (document.documentElement.scrollWidth > innerWidth) faults.push("the page scrolls sideways");
  const frames = ".panel, .bar, .transport, .page, [popover]";
  for (const one of document.querySelectorAll("body *")) {
    const box = one.getBoundingClientRect();
    if (box.width < 2 || !one.checkVisibility() || one.closest(".plot, .sr-only")) continue;
    if (one.matches(":popover-open")) continue; // it is above its panel
    let frame = one.parentElement;
    while (frame && !frame.matches(frames) && getComputedStyle(frame).overflowX === "visible") {
      frame = frame.parentElement;
    }
    if (!frame?.matches(frames)) continue; // it scrolls
    const room = frame.getBoundingClientRect();
    if (box.left < room.left - 1 || box.right > room.right + 1) {
      faults.push(`${one.tagName} ${one.className} "${one.textContent.trim().slice(0, 30)}"`);
    }
  }
  return faults;
}"""
PLACES = """() => Object.fromEntries(
  [...document.querySelectorAll(".panel, .bar > *, .transport > *, .unit")].map((one, index) => {
    const { x, y, width } = one.getBoundingClientRect();
    const name = one.getAttribute("aria-label") ?? one.className;
    return [`${index} ${name}`, [x, y, width].map(Math.round)];
  }))"""

AXE = Path(__file__).parents[2] / ".config/node_modules/axe-core/axe.min.js"


widths = pytest.mark.parametrize(("width", "height"), [(1400, 900), (800, 1000), (390, 844)])
"""A window, a tablet and a phone."""
themes = pytest.mark.parametrize("theme", ["light", "dark"])


@cache
def _source() -> str:
    return AXE.read_text(encoding="utf-8")


def axe_violations(page: Page) -> list[str]:
    """What axe-core finds: one line per rule and element, empty when all is well."""
    # Evaluated by the debugger, so the page's Content-Security-Policy does not apply.
    page.evaluate(_source())
    found: list[str] = page.evaluate(
        """async () => {
          const { violations } = await axe.run({ resultTypes: ["violations"] });
          return violations.flatMap(({ id, nodes }) =>
            nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary}`));
        }"""
    )
    return found


def check_everything(page: Page, screenshot: Path) -> None:
    """Nothing sticks out and axe-core finds nothing; otherwise keeps a picture of it all."""
    found = [*page.evaluate(STICKING_OUT), *axe_violations(page)]
    if found:
        page.screenshot(path=screenshot, full_page=True)
    assert not found, "\n".join(found)
