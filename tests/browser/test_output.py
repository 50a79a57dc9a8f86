"""The network and the output: maps, points, edges, curves."""

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from engine.metrics import EXACT
from tests.browser.playground import Playground, same

# A canvas as (side, side, 4) bytes, at a size of one's own.
PIXELS = """(canvas, side) => {
  const copy = new OffscreenCanvas(side, side).getContext("2d");
  copy.drawImage(canvas, 0, 0, side, side);
  return Array.from(copy.getImageData(0, 0, side, side).data);
}"""
SIDE = 16


def pixels(canvas: Locator) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.array(canvas.evaluate(PIXELS, SIDE), float).reshape(SIDE, SIDE, 4)[..., :3]


def distance(one: Locator, other: Locator) -> float:
    """Mean difference of two canvases, out of 255."""
    return float(np.abs(pixels(one) - pixels(other)).mean())


@pytest.fixture
def trained(playground: Playground) -> Playground:
    playground.pause_at(100)
    playground.picture()
    return playground


def test_a_unit_under_the_pointer_or_focus_is_enlarged(trained: Playground) -> None:
    page = trained.page
    large = page.locator("canvas.field-map")
    caption = page.locator(".output .caption")
    first, second = (
        page.get_by_role("button", name=f"Layer 1, unit {k}", exact=True) for k in (1, 2)
    )
    output = page.get_by_role("button", name="Output", exact=True)

    def expect_enlarged(unit: Locator, name: str) -> None:
        expect(caption).to_have_text(name)
        trained.until(lambda: distance(large, unit.locator("canvas")) < 12)

    usual = caption.inner_text()
    expect_enlarged(output, usual)
    first.hover()
    expect_enlarged(first, "Layer 1, unit 1")
    trained.until(lambda: [unit[:3] for unit in trained.received.focus] == [[0, 1, 0]])
    assert distance(large, second.locator("canvas")) > 25
    weights = page.get_by_role("table", name="Layer 1, unit 1: bias and incoming weights")
    expect(weights.get_by_role("row")).to_have_count(3)
    page.get_by_role("heading", name="Neural Playground").hover()
    expect_enlarged(output, usual)

    first.focus()
    page.keyboard.press("ArrowDown")
    expect(second).to_be_focused()
    expect_enlarged(second, "Layer 1, unit 2")
    page.keyboard.press("Enter")
    expect(second).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("ArrowLeft")
    expect_enlarged(page.get_by_role("button", name="x₁", exact=True), "x₁")
    page.keyboard.press("Tab")
    expect_enlarged(second, "Layer 1, unit 2")  # which was kept
    second.click()
    expect(second).to_have_attribute("aria-pressed", "false")


def test_points_of_both_parts(trained: Playground) -> None:
    page = trained.page
    dots = page.locator("canvas.dots")
    plane = page.get_by_role("application", name="Map of the plane")

    def reached() -> set[str]:
        """Parts of the points that the arrow keys come by."""
        plane.press("Escape")
        found = set()
        for _ in range(20):
            plane.press("ArrowUp")
            found.add(page.locator(".point-card").get_attribute("data-part") or "")
        plane.press("Escape")
        return found

    assert reached() == {"train"}
    alone = pixels(dots)
    page.get_by_role("button", name="Test points").click()
    trained.until(lambda: not same(pixels(dots), alone))
    assert reached() == {"train", "test"}
    page.get_by_role("button", name="Test points").click()
    trained.until(lambda: same(pixels(dots), alone))


def test_a_point_tells_its_class(playground: Playground) -> None:
    page = playground.page
    data = playground.get("/data?run=0")
    box = page.locator("canvas.dots").bounding_box()
    assert box
    [x1, x2], label = data["train"]["x"][0], data["train"]["y"][0]
    left, right, bottom, top = data["domain"]
    page.mouse.move(
        box["x"] + box["width"] * (x1 - left) / (right - left),
        box["y"] + box["height"] * (top - x2) / (top - bottom),
    )
    expect(page.locator(".point-card strong")).to_have_text(f"Train point, class {label:g}")


def test_edges_show_the_weights(trained: Playground) -> None:
    page = trained.page
    edges = page.locator("canvas.edges")
    colours = edges.evaluate(
        """(canvas) => {
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          const found = { orange: 0, blue: 0 };
          for (let k = 0; k < data.length; k += 4) {
            if (data[k + 3] < 128) continue;
            found[data[k] > data[k + 2] ? "orange" : "blue"]++;
          }
          return found;
        }"""
    )
    assert colours["orange"] > 100
    assert colours["blue"] > 100
    # The middle of an edge is the middle between its units.
    start = page.get_by_role("button", name="x₂", exact=True).bounding_box()
    end = page.get_by_role("button", name="Layer 1, unit 4", exact=True).bounding_box()
    assert start
    assert end
    x = (start["x"] + end["x"] + start["width"]) / 2
    y = (start["y"] + end["y"] + start["height"]) / 2
    page.mouse.move(x, y)
    weight = trained.received.picture["weights"][7]
    label = page.locator(".edge-label")
    expect(label).to_contain_text("x₂ → Layer 1, unit 4")
    expect(label).to_contain_text(f"{weight:.2f}".replace("-", "−"))


def test_curves_of_loss_and_accuracy(trained: Playground) -> None:
    page = trained.page
    rows = trained.history()
    plot = page.locator(".curves .plot")
    loss = trained.plotted()
    assert loss["test"]["y"][0] == rows[0][1]

    ticks = plot.locator(".ytick text")
    page.get_by_role("checkbox", name="log").check()
    trained.until(lambda: plot.evaluate("(plot) => plot.layout.yaxis.type") == "log")
    expect(ticks.first).to_be_visible()
    page.get_by_role("checkbox", name="log").uncheck()
    trained.until(lambda: plot.evaluate("(plot) => plot.layout.yaxis.type") == "linear")

    page.get_by_role("tab", name="Loss").press("ArrowRight")
    expect(page.get_by_role("tab", name="Accuracy")).to_have_attribute("aria-selected", "true")
    trained.until(lambda: "%" in (ticks.first.text_content() or ""))
    accuracy = trained.plotted("accuracy")
    epochs = [int(epoch) for epoch in accuracy["train"]["x"]]
    assert same(accuracy["train"]["y"], [rows[epoch][2] for epoch in epochs])
    plot.hover()
    expect(plot.locator(".hoverlayer")).to_contain_text("train : ")
    expect(plot.locator(".hoverlayer")).to_contain_text("%")


def test_numbers_are_the_latest(trained: Playground) -> None:
    rows = trained.history()
    trained.plotted()  # they change together
    last = dict(zip(EXACT, rows[-1], strict=True))
    train_loss, test_loss, accuracy = (
        last[name] for name in ("train_loss", "test_loss", "test_accuracy")
    )
    assert trained.readout("train_loss") == pytest.approx(train_loss, abs=0.0005)
    assert trained.readout("test_loss") == pytest.approx(test_loss, abs=0.0005)
    assert trained.readout("test_accuracy") == pytest.approx(100 * accuracy, abs=0.05)

    picture = trained.picture()
    row = trained.page.get_by_role("region", name="Layers").get_by_role("row", name="Layer 1")
    for name in ("mean", "spread"):
        shown = row.locator(f'[data-statistic="{name}"]')
        value = f"{picture[f'layer_{name}'][0]:.2f}".replace("-", "−")
        expect(shown).to_have_text(value)
    gradient = float(picture["layer_gradient_norm"][0])

    def is_shown() -> bool:
        text = row.locator('[data-statistic="gradient"]').inner_text().replace("−", "-")
        digits = 1 if "e" in text else 2  # small numbers have one digit
        return float(text) == float(f"{gradient:.{digits}g}")

    trained.until(is_shown)  # mean and spread may have looked the same before


def test_regression_has_values_instead_of_classes(playground: Playground) -> None:
    page = playground.page
    playground.choose_data("Plane")
    expect(page.locator(".output .caption")).to_have_text("Predicted value")
    expect(page.get_by_role("tab", name="Accuracy")).to_have_count(0)
    expect(page.locator("[data-readout=test_accuracy]")).to_have_count(0)
    playground.pause_at(30)
    assert playground.history()[-1][1] < 0.05
    playground.plotted()
