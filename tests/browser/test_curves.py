"""The chart: smoothing, zoom, the layers over time, what happened on the way."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from playwright.sync_api import Locator, expect

from tests.browser.accessibility import STICKING_OUT, axe_violations
from tests.browser.looks import Looks
from tests.browser.playground import PLOTTED, Playground

LAYERS = '&layers=[{"units":3},{"units":2}]'
RANGE = "(plot) => plot.layout.xaxis.range"
DARK = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const tones = new Set();
  for (let at = 0; at < data.length; at += 4) tones.add(data.slice(at, at + 3).join());
  return tones.size;
}"""


def chart(playground: Playground) -> Locator:
    return playground.page.locator(".curves .plot")


def plotted(playground: Playground) -> dict[str, Any]:
    return {one["name"]: one for one in playground.page.evaluate(PLOTTED, ".curves .plot")}


def shows(plot: Locator, part: list[float]) -> bool:
    return np.allclose(plot.evaluate(RANGE), part)


def test_smoothing_zoom_and_layers_over_time(
    new_playground: Callable[..., Playground], looks: Looks
) -> None:
    playground = new_playground(f"data.samples=50&epoch=57{LAYERS}", **looks.options)
    page, plot = playground.page, chart(playground)
    playground.expect_epoch(57)
    for epoch in (58, 59, 60):
        playground.press(looks.t("Step"))
        playground.expect_epoch(epoch)
        playground.picture()
    playground.expect_plots()
    plot.scroll_into_view_if_needed()
    rows = np.array(playground.history())
    playground.until(lambda: len(plotted(playground)[looks.t("test")]["x"]) == 61)

    page.get_by_role("button", name=looks.t("Chart options")).click()
    options = page.get_by_role("group", name=looks.t("Chart options"))
    options.get_by_label(looks.t("Smoothing")).fill("0.5")
    expected, weight = [0.0], 0.0
    for loss in rows[:, 1]:
        weight = 0.5 * weight + 0.5
        expected.append(0.5 * expected[-1] + 0.5 * loss)
        if len(expected) == 2:
            first = expected[1] / weight
    raw = looks.t("{name}, as measured", name=looks.t("test"))
    playground.until(lambda: raw in plotted(playground))
    drawn = plotted(playground)
    assert np.array_equal(drawn[raw]["y"], rows[:, 1])
    assert np.isclose(drawn[looks.t("test")]["y"][0], first)
    assert np.isclose(drawn[looks.t("test")]["y"][-1], expected[-1] / weight)
    best = drawn[looks.t("least test loss, at epoch {epoch}", epoch=int(rows[:, 1].argmin()))]
    assert best["y"] == [rows[:, 1].min()]

    options.get_by_role("button", name=looks.t("Zoom in")).click()
    playground.until(lambda: plot.evaluate(RANGE) == [15, 45])
    found = [*page.evaluate(STICKING_OUT), *axe_violations(page)]
    assert not found, "\n".join(found)
    page.keyboard.press("Escape")
    page.get_by_role("button", name=looks.t("Show all")).click()
    playground.until(lambda: plot.evaluate(RANGE) == [0, 60])

    page.get_by_role("tab", name=looks.t("Gradients")).click()
    layers = {looks.t("Layer {layer}", layer=1), looks.t("Output")}
    playground.until(lambda: layers <= set(plotted(playground)))
    page.get_by_role("tab", name=looks.t("Activations")).click()
    shades = page.locator(".shades")
    playground.until(lambda: shades.is_visible() and shades.evaluate(DARK) > 5)
    found = [*page.evaluate(STICKING_OUT), *axe_violations(page)]
    assert not found, "\n".join(found)


def test_a_part_is_marked_with_the_pointer_and_by_keys(
    new_playground: Callable[..., Playground],
) -> None:
    playground = new_playground("data.samples=50&epoch=100")
    page, plot = playground.page, chart(playground)
    playground.expect_epoch(100)
    playground.expect_plots()
    playground.until(lambda: plot.evaluate(RANGE) == [0, 100])
    box = plot.locator(".nsewdrag").first.bounding_box()
    assert box

    def at(share: float) -> tuple[float, float]:
        return box["x"] + share * box["width"], box["y"] + box["height"] / 2

    playground.play()  # a part can be marked while new epochs come
    page.mouse.move(*at(0.2))
    page.mouse.down()
    page.mouse.move(*at(0.4))
    playground.wait_for_epoch(playground.epoch + 50)
    page.mouse.move(*at(0.6))
    page.mouse.up()
    expect(page.get_by_role("button", name="Show all")).to_be_visible()
    low, high = plot.evaluate(RANGE)
    assert 0 < low < high < playground.epoch
    playground.pause()
    assert plot.evaluate(RANGE) == [low, high]
    drawn = plotted(playground)["test"]["x"]
    assert low - 2 < drawn[0] < drawn[-1] < high + 2
    page.mouse.dblclick(*at(0.5))
    playground.until(lambda: plot.evaluate(RANGE)[1] == playground.epoch)

    plot.focus()
    whole = playground.epoch
    expected: list[float]
    for key, *expected in (
        ("+", whole / 4, 3 * whole / 4),
        ("ArrowRight", 3 * whole / 8, 7 * whole / 8),
        ("0", 0, whole),
    ):
        page.keyboard.press(key)
        playground.until(partial(shows, plot, expected))
    playground.expect_epoch(whole)  # the keys were the chart's


def test_places_gone_back_to_and_forks_are_marked_for_everybody(
    new_playground: Callable[..., Playground], looks: Looks
) -> None:
    playground = new_playground("data.samples=50&epoch=30", **looks.options)
    page, plot = playground.page, chart(playground)
    playground.expect_epoch(30)
    playground.expect_plots()
    scrubber = page.get_by_role("slider", name=looks.t("Epoch"), exact=True)
    scrubber.fill("10")
    playground.expect_epoch(10)
    playground.press(looks.t("Step"))
    playground.expect_epoch(11)
    page.get_by_role("button", name=looks.t("Fork here")).click()
    forking = page.get_by_role("group", name=looks.t("Fork here"))
    forking.get_by_role("button", name=looks.t("Fork"), exact=True).click()
    page.keyboard.press("Escape")
    back, fork = looks.t("went back"), looks.t("forked")
    words = [
        looks.t("went back here from epoch {epoch}", epoch=30),
        looks.t("{lane} forked here", lane=looks.t("Same again")),
    ]
    place = looks.t("epochs")
    told = [
        looks.t("At {place} {axis}: {mark}", place=epoch, axis=place, mark=mark)
        for epoch, mark in zip((10, 11), words, strict=True)
    ]

    for turn in ("as it happens", "after a reload"):
        if turn == "after a reload":
            page.reload()
            playground.expect_ready()
            playground.expect_plots()
        playground.until(lambda: {back, fork} <= set(plotted(playground)))
        drawn = plotted(playground)
        assert (drawn[back]["x"], drawn[fork]["x"]) == ([10], [11]), turn
        assert drawn[back]["y"] == drawn[fork]["y"]
        assert (
            scrubber.evaluate("(range) => range.style.getPropertyValue('--marks')").count("5px")
            == 2
        )
        plot.scroll_into_view_if_needed()
        plot.focus()
        for sentence in (*told, told[0]):
            page.keyboard.press(".")
            expect(page.locator(".chart [role=status]")).to_have_text(sentence)
            expect(plot.locator(".hoverlayer .legend, .hoverlayer .hovertext")).not_to_have_count(0)
        page.keyboard.press(",")
        expect(page.locator(".chart [role=status]")).to_have_text(told[1])
        found = axe_violations(page)
        assert not found, "\n".join(found)
