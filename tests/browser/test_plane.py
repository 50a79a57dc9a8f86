"""The output pane: ways to see the answers, zoom, points, what a layer sees, a surface."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Locator, expect

from engine import RunSpec, predict, train
from engine.data import split
from tests.browser.accessibility import check_everything
from tests.browser.looks import Looks
from tests.browser.playground import Playground

SPEC: dict[str, Any] = {"data": "spiral", "layers": [{"units": 3}], "optimizer": "adam"}
EPOCHS = 40
SPIRAL = f'data.kind=spiral&layers=[{{"units":3}}]&optimizer.kind=adam&epoch={EPOCHS}'
COLOUR = """(canvas) => {
  const copy = new OffscreenCanvas(64, 64).getContext("2d");
  copy.drawImage(canvas, 0, 0, 64, 64);
  const { data } = copy.getImageData(0, 0, 64, 64);
  const apart = (_, k) => Math.abs(data[4 * k] - data[4 * k + 2]);
  return Math.max(...Array.from({ length: 4096 }, apart));
}"""
NewPlayground = Callable[..., Playground]
LEVELS = """(canvas) => {
  const copy = new OffscreenCanvas(64, 64).getContext("2d");
  copy.drawImage(canvas, 0, 0, 64, 64);
  const { data } = copy.getImageData(0, 0, 64, 64);
  return new Set(Array.from({ length: 4096 }, (_, k) => data.slice(4 * k, 4 * k + 3).join())).size;
}"""


def opened(new_playground: NewPlayground, looks: Looks, fragment: str) -> Playground:
    """At its epoch, with the picture of it."""
    playground = new_playground("", **looks.options)
    playground.page.goto(f"/#{fragment}")
    playground.page.reload()
    playground.expect_ready()
    playground.expect_epoch(EPOCHS)
    playground.picture()
    return playground


def mode(playground: Playground, looks: Looks, name: str) -> None:
    group = playground.page.get_by_role("group", name=looks.t("Map"), exact=True)
    group.get_by_role("button", name=looks.t(name), exact=True).click()


def plane(playground: Playground, looks: Looks) -> Locator:
    return playground.page.get_by_role("application", name=looks.t("Map of the plane"))


def test_ways_to_see_the_answers(
    new_playground: NewPlayground, looks: Looks, tmp_path: Path
) -> None:
    playground = opened(new_playground, looks, SPIRAL)
    page = playground.page
    field = page.locator("canvas.field-map")
    shades = field.evaluate(LEVELS)
    mode(playground, looks, "Classes")
    playground.until(lambda: field.evaluate(LEVELS) < shades / 2)
    assert field.evaluate(COLOUR) > 60
    mode(playground, looks, "Uncertainty")
    playground.until(lambda: field.evaluate(COLOUR) < 30)
    expect(page.locator(".legend")).to_contain_text(looks.t("certain"))

    mode(playground, looks, "Errors")
    spec = RunSpec.model_validate(SPEC)
    parts = split(spec.data)
    checkpoint = train(spec, epochs=EPOCHS).checkpoint
    wrong = {
        part: int(np.sum((predict(checkpoint, points)[0, :, 0] > 0.5) != targets))
        for part, points, targets in (
            ("train", parts.train_points, parts.train_targets),
            ("test", parts.test_points, parts.test_targets),
        )
    }
    expect(page.locator("[data-readout=wrong]")).to_have_text(
        looks.t(
            "Wrong: {train} of {trained} train, {test} of {tested} test",
            **wrong,
            trained=len(parts.train_targets),
            tested=len(parts.test_targets),
        )
    )
    cells = page.locator(".confusion td.number").all_inner_texts()
    counts = np.array([int(cell) for cell in cells]).reshape(2, 2)
    assert counts.sum(axis=1).tolist() == np.bincount(parts.test_targets.astype(int)).tolist()
    assert counts.sum() - np.trace(counts) == wrong["test"]
    mode(playground, looks, "Point loss")
    expect(page.locator(".legend .meaning p")).to_be_visible()
    assert "map=losses" in page.url
    page.reload()
    button = page.get_by_role("button", name=looks.t("Point loss"), exact=True)
    expect(button).to_have_attribute("aria-pressed", "true")
    check_everything(page, tmp_path / f"losses-{looks}.png")


def test_zoom_and_points_by_keyboard(
    new_playground: NewPlayground, looks: Looks, tmp_path: Path
) -> None:
    playground = opened(new_playground, looks, SPIRAL)
    page, card = playground.page, playground.page.locator(".point-card")
    data = playground.get("/data?run=0")
    frame = plane(playground, looks)
    frame.press("ArrowRight")  # the first point
    spec = RunSpec.model_validate(SPEC)
    p = predict(train(spec, epochs=EPOCHS).checkpoint, [data["train"]["x"][0]])[0, 0, 0]
    expect(card).to_contain_text(f"{100 * max(p, 1 - p):.2f} %")
    frame.press("ArrowRight")
    x1 = sorted(x for x, _ in data["train"]["x"])
    after = x1[x1.index(data["train"]["x"][0][0]) + 1]
    expect(card).to_contain_text(f"{after:.2f}".replace("-", "−"))

    for _ in range(4):
        frame.press("+")
    closer = page.locator("canvas.closer-map")
    expect(closer).to_be_visible()
    playground.until(lambda: "closer" in playground.received.picture)
    expect(page.locator("canvas.field-map")).to_be_hidden()  # the part that is seen covers it
    check_everything(page, tmp_path / f"zoomed-{looks}.png")
    before = closer.screenshot()
    frame.press("Shift+ArrowUp")
    frame.press("Escape")
    playground.until(lambda: closer.screenshot() != before)
    if not looks.phone:
        frame.hover()
    page.get_by_role("button", name=looks.t("Whole plane")).click()
    expect(closer).to_be_hidden()
    expect(page.locator("canvas.field-map")).to_be_visible()


def test_what_a_layer_sees(new_playground: NewPlayground, looks: Looks, tmp_path: Path) -> None:
    playground = opened(new_playground, looks, SPIRAL)
    page, received = playground.page, playground.received
    mode(playground, looks, "Layer view")
    playground.until(lambda: "warp_grid" in received.picture)
    canvas = page.locator("canvas.layer-map")
    playground.until(lambda: canvas.evaluate(LEVELS) > 20)
    principal = canvas.screenshot()
    page.get_by_label(looks.t("Seen along")).select_option(label=looks.t("Two units"))
    page.get_by_label(looks.t("Unit upward")).select_option(index=2)
    playground.until(lambda: canvas.screenshot() != principal)
    check_everything(page, tmp_path / f"layer-{looks}.png")
    page.get_by_label(looks.t("Layer shown")).select_option(index=0)
    playground.until(
        lambda: np.ptp(received.picture.get("warp_grid", [0])[0]) == 12
    )  # the plane itself
    before = received.picture["warp_points"]
    np.testing.assert_allclose(
        before[:, :3].T, playground.get("/data?run=0")["train"]["x"][:3], atol=1e-5
    )


def test_values_as_a_surface(new_playground: NewPlayground, looks: Looks, tmp_path: Path) -> None:
    playground = opened(new_playground, looks, f"data.kind=hills&epoch={EPOCHS}")
    page = playground.page
    mode(playground, looks, "Surface")
    surface = page.locator(".surface[data-ready]")
    expect(surface.or_(page.locator(".no-surface"))).to_be_visible()
    if surface.is_visible():
        heights = surface.evaluate("(plot) => plot.data[0].z.flat().map(Math.abs)")
        assert max(heights) <= playground.received.pictured[0]["boundary_scale"]
        assert max(heights) > 0
    check_everything(page, tmp_path / f"surface-{looks}.png")
    mode(playground, looks, "Errors")
    expect(page.locator(".legend .meaning p")).to_be_visible()


def test_without_three_dimensions_the_page_says_so(new_playground: NewPlayground) -> None:
    playground = new_playground("data.kind=hills")
    page = playground.page
    page.evaluate(
        """() => {
          const usual = HTMLCanvasElement.prototype.getContext;
          HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
            return kind.startsWith("webgl") ? null : usual.call(this, kind, ...rest);
          };
        }"""
    )
    page.get_by_role("button", name="Surface", exact=True).click()
    expect(page.locator(".no-surface")).to_contain_text("WebGL")


def test_points_of_tables_tell_their_rows(new_playground: NewPlayground) -> None:
    playground = new_playground("data.kind=wine&scaling.kind=standardize")
    page = playground.page
    page.get_by_role("application", name="Map of the plane").press("ArrowRight")
    data = playground.get("/data?run=0")
    card = page.locator(".point-card")
    assert len(data["columns"]) == 13
    for name, value in list(zip(data["columns"], data["rows"]["train"][0], strict=True))[:6]:
        row = card.locator("div").filter(has=page.get_by_text(name, exact=True))
        expect(row).to_contain_text(f"{float(f'{value:.4g}'):g}")
    expect(card).to_contain_text("and 7 more columns")


def test_pointer_wheel_and_drag(playground: Playground) -> None:
    page = playground.page
    playground.pause_at(3)
    frame = page.get_by_role("application", name="Map of the plane")
    box = frame.bounding_box()
    assert box
    x, y = box["x"] + 0.25 * box["width"], box["y"] + 0.25 * box["height"]
    page.mouse.move(x, y)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -480)  # four times as close
    page.keyboard.up("Control")
    ticks = page.locator(".plane .plot")

    def seen() -> list[float]:
        found: list[float] = ticks.evaluate(
            "({ layout }) => [...(layout?.xaxis.range ?? []), ...(layout?.yaxis.range ?? [])]"
        )
        return found

    near = [-3.75, -0.75, 0.75, 3.75]  # the place under the pointer, (-3, 3), stays there
    playground.until(lambda: np.allclose(seen() or [0], near, atol=0.05))
    page.mouse.down()
    page.mouse.move(x - box["width"] / 3, y, steps=3)
    page.mouse.up()
    playground.until(lambda: np.allclose(seen(), [-2.75, 0.25, 0.75, 3.75], atol=0.05))
    playground.until(lambda: "closer" in playground.received.picture)
    playground.choose_data("Iris")  # another plane is seen whole
    expect(page.locator("canvas.closer-map")).to_be_hidden()


GLOW = """async () => {
  const main = document.querySelector('script[type="module"]').src;
  const store = await import(main.replace("main.js", "store.js"));
  store.lastBatch.value = { epoch: 0, batch: 1, points: [0, 1, 2], dropped: [], shares: [] };
}"""
VIOLET = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let found = 0;
  for (let k = 0; k < data.length; k += 4) {
    if (data[k] === 122 && data[k + 1] === 79 && data[k + 2] === 208) found++;
  }
  return found;
}"""


def test_points_of_the_last_batch_glow(playground: Playground) -> None:
    page = playground.page
    dots = page.locator("canvas.dots")
    playground.picture()
    assert dots.evaluate(VIOLET) == 0
    page.evaluate(GLOW)
    playground.until(lambda: dots.evaluate(VIOLET) > 30)
