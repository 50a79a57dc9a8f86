"""Where the units of the network diagram are, and the edges between them."""

from playwright.sync_api import Locator

from tests.browser.looks import Looks
from tests.browser.playground import Playground


def unit(playground: Playground, looks: Looks, layer: int, number: int) -> Locator:
    name = looks.t("Layer {layer}, unit {unit}", layer=layer, unit=number)
    return playground.page.get_by_role("button", name=name, exact=True)


def press_on_edge(playground: Playground, start: Locator, end: Locator) -> None:
    """Press the middle of the edge between two units."""
    start.scroll_into_view_if_needed()
    one, other = start.bounding_box(), end.bounding_box()
    assert one
    assert other
    x = (one["x"] + one["width"] + other["x"]) / 2
    y = (one["y"] + other["y"] + other["height"]) / 2
    playground.page.mouse.click(x, y)
