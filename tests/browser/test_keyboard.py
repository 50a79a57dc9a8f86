"""Everything by keyboard."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.playground import Playground

# What one must be able to reach: all that can be operated, less what arrow keys reach.
INTERACTIVE = """() => {
  const all = document.querySelectorAll("a[href], button, input, select, textarea, [tabindex]");
  const visible = (one) => one.checkVisibility({ visibilityProperty: true });
  const byArrows = (one) =>
    (one.type === "radio" && !one.checked) ||
    (one.tabIndex < 0 && one.closest("[role=tablist], [role=group]"));
  const wanted = [...all].filter((one) => visible(one) && !one.disabled && !byArrows(one));
  wanted.forEach((one, index) => { one.dataset.stop = index; });
  return wanted.map((one) => one.dataset.stop);
}"""
# Where the focus is: which stop, what it looks like, and whether something covers it.
FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const shown = one.type === "radio" ? one.closest("label") : one;
  const marks = [shown, ...shown.querySelectorAll("*")].map((part) => getComputedStyle(part));
  const box = shown.getBoundingClientRect();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const top = document.elementFromPoint(x, y);
  return {
    stop: one.dataset.stop ?? one.outerHTML,
    name: one.getAttribute("aria-label") ?? one.id + one.textContent.trim().slice(0, 40),
    marked: marks.some(({ outlineStyle }) => outlineStyle !== "none"),
    covered: top && (shown.contains(top) || top.contains(shown)) ? "" : (top?.className ?? "-"),
  };
}"""


@pytest.mark.parametrize("width", [1400, 800, 390])
def test_tab_reaches_every_control(new_playground: Callable[..., Playground], width: int) -> None:
    playground = new_playground(viewport={"width": width, "height": 700})
    page = playground.page
    playground.show_all_settings()
    page.get_by_role("button", name="Features", exact=True).click()
    wanted = page.evaluate(INTERACTIVE)
    page.locator("h1").evaluate("(start) => { start.tabIndex = -1; start.focus(); }")
    visited: list[str] = []
    faults: list[str] = []
    for _ in range(len(wanted) + 5):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None or focused["stop"] in visited:
            break
        visited.append(focused["stop"])
        if not focused["marked"]:
            faults.append(f"{focused['name']}: focus not visible")
        if focused["covered"]:
            faults.append(f"{focused['name']}: covered by {focused['covered']}")
    assert sorted(visited) == sorted(wanted)
    assert not faults


def test_keys_of_the_transport(playground: Playground) -> None:
    page = playground.page
    page.keyboard.press("ArrowRight")
    playground.expect_epoch(1)
    page.keyboard.press("ArrowRight")
    playground.expect_epoch(2)
    for _ in range(10):  # held down
        page.keyboard.down("ArrowRight")
    page.keyboard.up("ArrowRight")
    playground.expect_epoch(12)
    page.keyboard.press("r")
    playground.expect_epoch(0)
    page.keyboard.press("Space")
    playground.expect_status("playing")
    playground.wait_for_epoch(10)
    page.keyboard.press("Space")
    playground.expect_status("paused")
    page.keyboard.press("N")
    playground.expect_epoch(0)
    assert playground.spec["seed"] != 0


def test_keys_belong_to_who_is_typing(playground: Playground) -> None:
    page = playground.page
    entry = playground.entry("Noise")
    for key in ("End", "r", "n", "Space", "ArrowRight"):
        entry.press(key)
    expect(entry).to_have_value("0.1rn ")
    entry.press("Escape")
    expect(entry).to_have_value("0.1")
    page.get_by_role("combobox", name="Optimizer").press("q")
    page.get_by_role("tab", name="Loss").press("ArrowRight")
    page.get_by_role("button", name="Layer 1, unit 1").press("ArrowRight")
    # Space on a button presses it, and nothing else.
    page.get_by_role("button", name="Test points").press("Space")
    expect(page.get_by_role("button", name="Test points")).to_have_attribute("aria-pressed", "true")
    playground.transport.get_by_role("button", name="Play").press("Space")
    playground.expect_status("playing")
    playground.transport.get_by_role("button", name="Pause").press("Space")
    playground.expect_status("paused")
    assert playground.spec["seed"] == 0
    assert playground.get()["timeline"] == 0
