"""Names that users give are text everywhere: none becomes markup, none runs."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Page, expect

from tests.browser.playground import Playground

LINK = '<a href="javascript:alert(1)">x</a>'
IMAGE = "<img src=x onerror=alert(1)>"
SIGNS = "&amp; %{x} <b>b</b>"
TURNED = "\u202eabc\u2066\u200f"
NAMES = [LINK, IMAGE, SIGNS, TURNED]
# Whatever would have come of markup in a name.
FOREIGN = """() => [...document.querySelectorAll(
  'a[href^="javascript"], img[onerror], img[src="x"], .plot a, .plot b, .point-card b, svg a'
)]
  .map((one) => one.outerHTML)"""


def hovered(page: Page, plot: str) -> str:
    """Point at the middle of a plot; what its label says."""
    box = page.locator(plot).locator(".nsewdrag").first.bounding_box()
    assert box
    label = page.locator(plot).locator(".hoverlayer text")
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(box["x"] + box["width"] / 2 + 2, box["y"] + box["height"] / 2)
    expect(label.first).to_be_visible()
    return " ".join(label.all_text_contents())


def test_names_of_lanes(new_playground: Callable[..., Playground]) -> None:
    dialogs: list[str] = []
    lanes = [{"name": name, "optimizer.kind": "sgd"} for name in NAMES[1:]]
    fragment = f"name={quote(LINK, safe='')}&lanes={quote(json.dumps(lanes), safe='')}"
    playground = new_playground(fragment)
    page = playground.page
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    playground.expect_plots()
    assert page.locator(".lane-name").all_text_contents() == NAMES
    playground.pause_at(30)
    playground.until(lambda: page.locator(".curves .plot .scatterlayer .trace").count() >= 4)
    said = hovered(page, ".curves .plot")
    for name in (LINK, IMAGE, SIGNS):
        assert name in said, said
    assert "abc" in said
    assert "\u202e" not in said
    assert page.evaluate(FOREIGN) == []
    page.get_by_role("tab", name="Summary").click()
    table = page.get_by_role("tabpanel", name="Summary")
    for name in NAMES:
        expect(table.locator(".name").get_by_text(name, exact=True)).to_be_visible()
    assert page.evaluate(FOREIGN) == []
    assert dialogs == []


def test_names_in_a_file(playground: Playground, tmp_path: Path) -> None:
    dialogs: list[str] = []
    page = playground.page
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    columns = [LINK, IMAGE.replace("=", ":"), "kind"]
    rows = [
        (f"{1 + k / 10}", f"{(k * 7) % 10}", SIGNS if k % 2 else IMAGE.replace("1", "2"))
        for k in range(40)
    ]
    quoted = ['"' + cell.replace('"', '""') + '"' for cell in columns]
    file = tmp_path / "<b onload=alert(3)>&amp;.csv"
    file.write_text("\n".join([",".join(quoted), *(",".join(row) for row in rows)]))
    page.get_by_role("button", name="Yours").click()
    playground.taken(lambda: page.get_by_label("CSV file").set_input_files(file))
    playground.expect_plots()
    page.get_by_role("button", name="Yours").click()
    expect(page.get_by_text("In use: <b onload=alert(3)>&amp;, 40 rows")).to_be_visible()
    page.keyboard.press("Escape")
    playground.press("Step")
    playground.expect_epoch(1)
    page.get_by_role("application", name="Map of the plane").press("ArrowRight")
    expect(page.locator(".point-card dl")).to_contain_text("%")
    name = re.compile(r"<img src=x onerror=alert\(2\)>|&amp; %\{x\} <b>b</b>")
    expect(page.locator(".point-card strong")).to_have_text(name)
    page.get_by_role("button", name="Features", exact=True).click()
    expect(page.locator("body")).to_contain_text(LINK)
    assert page.evaluate(FOREIGN) == []
    assert dialogs == []
