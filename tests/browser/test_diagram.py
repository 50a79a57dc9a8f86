"""The network diagram: readable at any size; its weights and units taken in hand."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import STICKING_OUT, axe_violations, check_everything
from tests.browser.diagram import press_on_edge, unit
from tests.browser.looks import Looks
from tests.browser.playground import Playground

WIDE = "layers=[" + ",".join(['{"units":64}'] * 8) + "]"
RICH = (
    'layers=[{"units":6},{"units":6,"residual":true,"batch_norm":true},'
    '{"units":6,"residual":true,"dropout":0.5}]'
)
# Painted pixels of a canvas of edges inside a rectangle of the window.
INK = """(canvas, [left, top, width, height]) => {
  const box = canvas.getBoundingClientRect();
  const [x, y] = [canvas.width / box.width, canvas.height / box.height];
  const { data } = canvas.getContext("2d").getImageData(
    (left - box.left) * x, (top - box.top) * y, Math.ceil(width * x), Math.ceil(height * y));
  let count = 0;
  for (let k = 3; k < data.length; k += 4) count += data[k] > 100;
  return count;
}"""

LOSS = re.compile(r"\d[\d.]*(?:e−?\d+)?")


def test_wide_layers_stay_readable(
    new_playground: Callable[..., Playground], looks: Looks, tmp_path: Path
) -> None:
    playground = new_playground(WIDE, **looks.options)
    page = playground.page
    expect(page.locator(".unit")).to_have_count(2 + 8 * 64 + 1)
    boxes = page.locator(".unit").evaluate_all(
        "(all) => all.map((one) => [...Object.values(one.getBoundingClientRect().toJSON())])"
    )
    assert min(box[2] for box in boxes) >= 16
    frame = page.locator(".network .frame")
    assert frame.evaluate("(frame) => frame.scrollHeight <= frame.clientHeight")
    assert not page.evaluate(STICKING_OUT)
    last = unit(playground, looks, 8, 64)
    last.scroll_into_view_if_needed()
    last.hover()
    caption = looks.t("Layer {layer}, unit {unit}", layer=8, unit=64)
    expect(page.locator(".output .caption")).to_have_text(caption)
    page.screenshot(path=tmp_path / f"wide {looks}.png", full_page=True)


# Faults of what stands over the output: cut off by the frame, or over the last layer's head when
# that is scrolled to.
END = """(scroll) => {
  const frame = document.querySelector(".network .frame");
  frame.scrollLeft = scroll;
  const { left, right } = frame.getBoundingClientRect();
  const boxes = (names) =>
    [...document.querySelectorAll(names)].map((one) => one.getBoundingClientRect());
  const end = boxes(".heads .add, .heads .as-table");
  const last = boxes(".heads .pill").at(-1);
  const cut = end.length !== 2 || end.some((one) => one.left < left || one.right > right);
  const over = scroll > 0 && end.some((one) => one.left < last.right);
  return [cut && "cut", over && "over the last layer"].filter(Boolean);
}"""


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_a_layer_can_be_added_at_any_width(
    new_playground: Callable[..., Playground], locale: str
) -> None:
    playground = new_playground("layers=[{}]", locale=locale)
    page = playground.page
    for count in range(1, 9):
        if count > 1:
            page.locator(".heads .add").click()
            expect(page.locator(".heads .pill")).to_have_count(count)
        for width in (320, 360, 390, 480, 640, 800, 1000, 1400):
            page.set_viewport_size({"width": width, "height": 900})
            for scroll in (0, 5000):
                assert not page.evaluate(END, scroll), (count, width, scroll)


def test_units_that_come_into_view_are_painted(
    new_playground: Callable[..., Playground], looks: Looks
) -> None:
    layers = ",".join(['{"units":10}'] * 16)
    playground = new_playground(f"layers=[{layers}]", **looks.options)
    last = unit(playground, looks, 16, 10)
    last.scroll_into_view_if_needed()
    canvas = last.locator("canvas")
    colours = """(canvas) => new Set(new Uint32Array(
      canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size"""
    playground.until(lambda: canvas.evaluate(colours) > 3)
    last.hover()
    expect(playground.page.locator(".inspector table")).to_be_visible()


def test_an_edge_is_opened_typed_and_frozen(
    new_playground: Callable[..., Playground], looks: Looks
) -> None:
    playground = new_playground("", **looks.options)
    page = playground.page
    playground.picture()
    x2 = page.get_by_role("button", name="x₂", exact=True)
    target = unit(playground, looks, 1, 4)
    press_on_edge(playground, x2, target)
    name = "x₂ → " + looks.t("Layer {layer}, unit {unit}", layer=1, unit=4)
    opened = page.get_by_role("group", name=name, exact=True)
    entry = opened.get_by_role("textbox")
    expect(entry).to_be_focused()
    assert not axe_violations(page)
    entry.fill("-1.75")
    with page.expect_response(lambda r: r.url.endswith("/weights")) as answer:
        entry.press("Enter")
    assert answer.value.ok
    playground.until(lambda: playground.received.picture["weights"][7] == np.float32(-1.75))
    expect(entry).to_have_value("−1.750")

    slider = opened.get_by_role("slider")
    with page.expect_response(lambda r: r.url.endswith("/weights")):
        slider.press("End")
    playground.until(lambda: playground.received.picture["weights"][7] == 2)
    spec = playground.taken(opened.get_by_role("button").click)
    assert spec["frozen"] == [{"layer": 1, "unit": 3, "input": 1}]
    page.keyboard.press("Escape")
    expect(opened).to_have_count(0)
    playground.pause_at(20)
    playground.picture()
    assert playground.received.picture["weights"][7] == 2


def test_a_unit_is_kept_edited_frozen_and_dropped(
    new_playground: Callable[..., Playground], looks: Looks, tmp_path: Path
) -> None:
    playground = new_playground("", **looks.options)
    page = playground.page
    playground.pause_at(50)
    playground.picture()
    own = unit(playground, looks, 1, 2)
    own.focus()
    page.keyboard.press("Enter")
    inspector = page.locator(".inspector.kept")
    name = looks.t("Layer {layer}, unit {unit}", layer=1, unit=2)
    bias = inspector.get_by_role("textbox", name=looks.t("Bias of {unit}", unit=name))
    bias.fill("wrong")
    bias.press("Enter")
    expect(bias).to_have_attribute("aria-invalid", "true")
    bias.fill("0.5")
    with page.expect_response(lambda r: r.url.endswith("/weights")):
        bias.press("Enter")
    playground.until(lambda: playground.received.picture["weights"][8 + 1] == np.float32(0.5))

    before = playground.received.picture["weights"].copy()
    freeze = inspector.get_by_role("button", name=looks.t("Freeze {name}", name=name), exact=True)
    assert playground.taken(freeze.click)["frozen"] == [{"layer": 1, "unit": 1, "input": None}]
    expect(page.locator(".unit.frozen")).to_have_count(1)
    playground.pause_at(80)
    playground.picture()
    after = playground.received.picture["weights"]
    held = [2, 3, 8 + 1]
    assert np.array_equal(after[held], before[held])
    assert not np.array_equal(after[:2], before[:2])

    drop = inspector.get_by_role("button", name=looks.t("Drop {name}", name=name))
    assert playground.taken(drop.click)["ablated"] == [{"layer": 1, "unit": 1}]
    row = playground.history()[playground.epoch]
    losses = page.locator(".ablation")
    expect(losses).to_contain_text("→")
    told = [float(number.replace("−", "-")) for number in LOSS.findall(losses.inner_text())]
    ablated = playground.received.picture["ablation"][0]
    train, test = row[0], row[1]
    assert np.allclose(told, [test, ablated[1], train, ablated[0]], rtol=0.1, atol=0.0006)
    check_everything(page, tmp_path / f"dropped {looks}.png")
    expect(drop).to_have_attribute("aria-pressed", "true")
    assert playground.taken(drop.click)["ablated"] == []
    expect(losses).to_have_count(0)


def test_paths_and_dropout_are_seen(
    new_playground: Callable[..., Playground], looks: Looks, tmp_path: Path
) -> None:
    playground = new_playground(RICH, **looks.options)
    page = playground.page
    playground.picture()
    edges = page.locator("canvas.edges")
    one, two = (unit(playground, looks, layer, 1).bounding_box() for layer in (2, 3))
    assert one
    assert two
    middle = (one["x"] + two["x"] + two["width"]) / 2
    over = [middle - 4, one["y"] - 40, 8, 36]
    assert edges.evaluate(INK, over) > 0  # the path around layer 3
    expect(page.locator(".unit.thinned")).to_have_count(6)
    third = page.locator(".layer-settings-opener").nth(2)
    expect(third.locator(".marks")).not_to_have_attribute("data-marks", "⋯")
    check_everything(page, tmp_path / f"paths {looks}.png")


def test_the_network_as_a_table(
    new_playground: Callable[..., Playground], looks: Looks, tmp_path: Path
) -> None:
    playground = new_playground("", **looks.options)
    page = playground.page
    playground.pause_at(30)
    playground.picture()
    page.get_by_role("button", name=looks.t("Table"), exact=True).click()
    table = page.get_by_role(
        "table", name=looks.t("Units of the network, with what leads into them")
    )
    expect(table.get_by_role("row")).to_have_count(1 + 4 + 2 + 1)
    weights = playground.received.picture["weights"]
    first = table.get_by_role("row").nth(1)
    for number in (weights[0], weights[1], weights[8]):
        expect(first).to_contain_text(f"{number:.2f}".replace("-", "−"))
    page.get_by_role("combobox", name=looks.t("Show"), exact=True).select_option("2")
    expect(table.get_by_role("row")).to_have_count(1 + 2)
    assert not axe_violations(page)
    check_everything(page, tmp_path / f"table {looks}.png")
    turn = page.get_by_role("button", name=looks.t("Table"), exact=True)
    turn.press("Enter")
    expect(page.locator(".unit")).to_have_count(2 + 4 + 2 + 1)
    expect(turn).to_be_focused()


def test_a_layer_is_frozen(new_playground: Callable[..., Playground], looks: Looks) -> None:
    playground = new_playground("", **looks.options)
    page = playground.page
    about = looks.t("Settings of layer {layer}", layer=1)
    page.get_by_role("button", name=about).click()
    name = looks.t("Layer {layer}", layer=1)
    freeze = page.get_by_role("button", name=looks.t("Freeze {name}", name=name), exact=True)
    spec = playground.taken(freeze.click)
    assert [part["layer"] for part in spec["frozen"]] == [1]
    expect(page.locator(".unit.frozen")).to_have_count(4)


def test_the_widest_layers_do_not_break_it(new_playground: Callable[..., Playground]) -> None:
    wide = ",".join(['{"units":256}'] * 3)
    playground = new_playground(f"layers=[{wide}]", viewport={"width": 1400, "height": 900})
    page = playground.page
    expect(page.locator(".unit")).to_have_count(2 + 3 * 256 + 1)
    playground.press("Step")
    playground.expect_epoch(1)
    assert not page.evaluate(STICKING_OUT)


def test_units_left_out_of_a_batch_are_hatched(
    new_playground: Callable[..., Playground], looks: Looks
) -> None:
    playground = new_playground(RICH, **looks.options)
    page = playground.page
    with page.expect_response(lambda r: r.url.endswith("/batch")) as answer:
        page.keyboard.press("Shift+ArrowRight")
    shares = answer.value.json()["shares"][2]
    assert any(share > 0 for share in shares)
    expect(page.locator(".unit.out")).to_have_count(sum(share > 0 for share in shares))


def test_all_weights_of_a_wide_unit_can_be_typed(
    new_playground: Callable[..., Playground], looks: Looks
) -> None:
    playground = new_playground('layers=[{"units":14}]', **looks.options)
    page = playground.page
    page.get_by_role("button", name=looks.t("Output"), exact=True).press("Enter")
    fields = page.locator(".inspector").get_by_role("textbox")
    expect(fields).to_have_count(1 + 10)
    page.get_by_role("button", name=looks.t("All weights")).press("Enter")
    expect(fields).to_have_count(1 + 14)
    fields.last.fill("0.25")
    with page.expect_response(lambda r: r.url.endswith("/weights")):
        fields.last.press("Enter")
    playground.until(lambda: playground.received.picture["weights"][-2] == np.float32(0.25))
