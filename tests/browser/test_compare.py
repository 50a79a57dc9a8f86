"""Comparing lanes: chart, summary, rewinding, forks, maps, presets and the fair race."""

import json
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from engine.metrics import EXACT
from tests.browser.accessibility import axe_violations
from tests.browser.playground import PLOTTED, Playground, same

THREE = "lanes=" + json.dumps(
    [{"optimizer.kind": "sgd"}, {"optimizer.kind": "momentum", "seeds": 3}], separators=(",", ":")
)
DARKNESS = """(canvas, [row, column, cells]) => {
  const side = canvas.width / cells;
  const at = [Math.floor((column + 0.5) * side), Math.floor((row + 0.5) * side)];
  const [red, green, blue] = canvas.getContext("2d").getImageData(...at, 1, 1).data;
  return 255 * 3 - red - green - blue;
}"""
SEEK = """(slider, epoch) => {
  slider.value = epoch;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
}"""


@pytest.fixture
def expected_problems() -> list[str]:
    return ["status of 422"]


@pytest.fixture
def three(new_playground: Callable[..., Playground]) -> Playground:
    """Three lanes that have trained for a while; the last has three seeds."""
    return trained(new_playground, THREE)


def trained(new_playground: Callable[..., Playground], fragment: str) -> Playground:
    """Paused at an epoch of which the chart still draws every one."""
    playground = new_playground(f"{fragment}&epoch=40")
    playground.expect_epoch(40)
    playground.expect_status("paused")
    playground.expect_plots()
    return playground


def lines(playground: Playground) -> dict[str, dict[str, list[float]]]:
    """What the chart draws, by name; of a band its upper edge."""
    playground.page.wait_for_function(
        """() => {
          const { epoch } = document.querySelector(".page").dataset;
          const all = document.querySelector(".curves .plot").data;
          const lines = all?.filter(({ mode, y }) => mode === "lines" && y.length);
          return lines?.length && lines.every(({ y }) => y.length > Number(epoch));
        }"""
    )
    return {one["name"]: one for one in playground.page.evaluate(PLOTTED, ".curves .plot")}


def drawn_at(playground: Playground, places: Any) -> bool:
    return np.allclose(lines(playground)["Adam"]["x"], places)


def seek(playground: Playground, epoch: int) -> None:
    playground.page.get_by_role("slider", name="Epoch", exact=True).evaluate(SEEK, epoch)
    playground.expect_epoch(epoch)


def arrived(playground: Playground) -> None:
    """Wait for the picture of the epoch shown."""
    playground.until(lambda: playground.received.picture_epoch == playground.epoch)


def rows(run: Mapping[str, Any]) -> Any:
    return np.array([run[name] for name in EXACT], float).T


def test_every_lane_is_drawn_with_its_band(three: Playground) -> None:
    runs = three.get("/history")["runs"]
    seeds = np.array([run["test_loss"] for run in runs if run["run"] == 2])
    drawn = lines(three)
    assert same(drawn["Adam"]["y"], runs[0]["test_loss"])
    assert same(drawn["Adam, train"]["y"], runs[0]["train_loss"])
    assert same(drawn["SGD"]["y"], runs[1]["test_loss"])
    assert "SGD, train" not in drawn
    median, upper = np.quantile(seeds, (0.5, 0.75), axis=0)
    [name] = [name for name in drawn if re.fullmatch("Momentum.*quartiles", name)]
    assert np.allclose(drawn[name]["y"], upper, rtol=1e-12)
    assert np.allclose(drawn[name.removesuffix(", quartiles")]["y"], median, rtol=1e-12)

    three.page.locator(".lane-open").nth(1).click()
    three.until(lambda: "SGD, train" in lines(three))
    assert "Adam, train" not in lines(three)


def test_the_axis_counts_what_an_epoch_costs(three: Playground) -> None:
    runs = three.get("/history")["runs"]
    points = len(three.get("/data?run=0")["train"]["x"])
    epochs = np.arange(len(runs[0]["test_loss"]))
    spent = np.cumsum(np.array(runs[0]["milliseconds"], float))
    expected = {
        "updates": runs[0]["updates"],
        "gradients": epochs * points,
        "ms": spent,
        "epochs": epochs,
    }
    for title, places in expected.items():
        three.choose_axis(title)
        three.until(partial(drawn_at, three, places))
    three.choose_axis("updates")
    three.until(lambda: "axis=updates" in three.page.url)


def test_marks_of_target_present_and_changes(three: Playground) -> None:
    page = three.page

    def shapes() -> dict[str, dict[str, float]]:
        return {
            shape["name"]: shape
            for shape in page.locator(".curves .plot").evaluate("(plot) => plot.layout.shapes")
        }

    three.type_target("0.25")
    three.until(lambda: shapes()["target"]["y0"] == 0.25)
    assert "present" not in shapes()
    seek(three, 11)
    three.until(lambda: "present" in shapes() and shapes()["present"]["x0"] == 11)
    three.type_in("Batch size", "20")
    three.until(lambda: any(change["epoch"] == 11 for change in three.get()["changes"]))
    plot = page.locator(".curves .plot")
    texts = "(plot) => Object.fromEntries(plot.data.map(({ name, text }) => [name, text]))"
    three.until(lambda: plot.evaluate(texts).get("changed") == ["all: batch size 20"])
    assert plot.evaluate(texts)["went back"] == ["went back here from epoch 40"]


def test_gradients_by_layer(three: Playground) -> None:
    three.page.get_by_role("tab", name="Gradients").click()
    three.page.get_by_label("Gradients of").select_option(label="now, by layer")
    arrived(three)

    def drawn() -> list[Any]:
        traces = three.page.evaluate(PLOTTED, ".curves .plot[aria-label='gradient norm by layer']")
        return [trace["y"] for trace in traces]

    wanted = [
        three.received.pictures[lane]["layer_gradient_norm"].astype(float).tolist()
        for lane in range(3)
    ]
    three.until(lambda: drawn() == wanted)


def test_the_summary_is_the_servers(three: Playground) -> None:
    page = three.page
    three.type_target("0.5")
    page.get_by_role("tab", name="Summary").click()
    wanted = three.get("/summary?target=0.5")["runs"]
    table = page.get_by_role("tabpanel", name="Summary")

    def shown() -> dict[int, dict[str, float | None]]:
        cells: list[tuple[str, str, str | None]] = table.locator("td").evaluate_all(
            "(cells) => cells.map(({ parentElement, dataset }) =>"
            " [parentElement.dataset.lane, dataset.column, dataset.value])"
        )
        found: dict[int, dict[str, float | None]] = {}
        for lane, column, value in cells:
            found.setdefault(int(lane), {})[column] = None if value is None else float(value)
        return found

    columns = ["reached", "epochs_to_target", "best", "final", "stability", "accuracy"]
    three.until(
        lambda: all(
            shown().get(run["run"], {}).get(column, -1) == run[column]
            for run in wanted
            for column in columns
        )
    )
    table.get_by_role("button", name="final").click()
    order = [run["run"] for run in sorted(wanted, key=lambda run: run["final"])]

    def lanes() -> list[int]:
        rows = table.locator("tbody tr")
        return [
            int(lane) for lane in rows.evaluate_all("(rows) => rows.map((r) => r.dataset.lane)")
        ]

    three.until(lambda: lanes() == order)
    table.get_by_role("button", name="final").click()
    three.until(lambda: lanes() == order[::-1])
    with page.expect_download() as download:
        page.locator(".curves").get_by_role("button", name="CSV").click()
    assert download.value.suggested_filename == "neural-playground-summary.csv"
    assert not axe_violations(page)


def test_back_to_an_epoch_exactly(
    playground: Playground, new_playground: Callable[..., Playground]
) -> None:
    playground.pause_at(60)
    before = playground.history()
    seek(playground, 12)
    row = dict(zip(EXACT, before[12], strict=True))
    assert playground.readout("test_loss") == pytest.approx(row["test_loss"], abs=6e-4)
    arrived(playground)
    other = new_playground("epoch=12")
    other.expect_epoch(12)
    other.expect_status("paused")
    arrived(other)
    for name in ("weights", "boundary", "unit_maps"):
        assert same(playground.received.picture[name], other.received.picture[name])

    playground.page.keyboard.press("ArrowLeft")
    playground.expect_epoch(11)
    playground.page.keyboard.press("ArrowRight")
    playground.expect_epoch(12)
    assert same(playground.history(), before)  # nothing of the future is lost
    playground.pause_at(len(before) + 5)
    assert same(playground.history()[: len(before)], before)


def test_the_scrubber_follows_and_pauses(playground: Playground) -> None:
    slider = playground.page.get_by_role("slider", name="Epoch", exact=True)
    expect(slider).to_be_disabled()
    playground.play()
    playground.wait_for_epoch(20)
    slider.evaluate(SEEK, 5)
    playground.expect_status("paused")
    playground.expect_epoch(5)
    expect(slider).to_have_value("5")
    slider.focus()
    playground.page.keyboard.press("Home")
    playground.expect_epoch(0)
    playground.page.keyboard.press("End")
    playground.expect_epoch(playground.get()["last"])


def test_a_fork_without_a_change_is_the_original(playground: Playground) -> None:
    page = playground.page
    fork = page.get_by_role("button", name="Fork here")
    expect(fork).to_be_disabled()
    playground.pause_at(20)
    seek(playground, 15)
    fork.click()
    page.locator(".popover.fork").get_by_role("button", name="Fork", exact=True).click()
    expect(page.locator(".lane")).to_have_count(2)
    playground.pause_at(45)
    original, copy = playground.get("/history")["runs"]
    assert same(rows(original), rows(copy))
    assert len(rows(copy)) > 45


def test_a_fork_with_a_change_parts_there(playground: Playground) -> None:
    page = playground.page
    playground.pause_at(20)
    seek(playground, 15)
    page.get_by_role("button", name="Fork here").click()
    box = page.locator(".popover.fork")
    box.get_by_label("Setting to change").select_option(label="Activation in all layers")
    box.get_by_label("Activation in all layers").select_option(label="Maxout")
    box.get_by_role("button", name="Fork", exact=True).click()
    expect(box.get_by_role("alert")).to_contain_text("Can only change from epoch 0 on")
    box.get_by_label("Setting to change").select_option(label="Learning rate")
    box.get_by_role("textbox", name="Learning rate").fill("0.5")
    box.get_by_role("button", name="Fork", exact=True).click()
    expect(page.locator(".lane")).to_have_count(2)
    playground.pause_at(30)
    original, other = (rows(run) for run in playground.get("/history")["runs"])
    assert same(original[:16], other[:16])
    assert not same(original[16], other[16])


@pytest.mark.parametrize("data", ["data.kind=spiral", "data.kind=blobs&data.classes=4"])
def test_the_difference_of_two_lanes(new_playground: Callable[..., Playground], data: str) -> None:
    playground = new_playground(f"{data}&{THREE}")
    page = playground.page
    playground.pause_at(40)
    usual = page.locator("canvas.field-map").screenshot()
    page.get_by_role("button", name="Difference").click()
    arrived(playground)

    def decided(lane: int) -> Any:
        boundary = playground.received.pictures[lane]["boundary"]
        return boundary.argmax(axis=0) if len(boundary) > 1 else boundary[0] > 0

    def share() -> float:
        text = page.locator("[data-readout=decided]").get_attribute("data-value")
        return float(text or "nan")

    playground.until(lambda: share() == float(np.mean(decided(0) != decided(1))))
    assert page.locator("canvas.field-map").screenshot() != usual
    page.get_by_label("minus this lane").select_option(index=1)
    playground.until(lambda: share() == float(np.mean(decided(0) != decided(2))))
    page.get_by_label("This lane", exact=True).select_option(index=1)
    playground.until(lambda: share() == float(np.mean(decided(1) != decided(2))))
    expect(page.locator(".decided")).to_contain_text("of the plane is decided differently")


def test_one_place_in_all_maps(three: Playground) -> None:
    page = three.page
    arrived(three)
    picture = page.locator(".lane-picture").nth(1)
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    assert box
    page.mouse.move(box["x"] + 0.305 * box["width"], box["y"] + 0.705 * box["height"])
    expect(page.locator(".probe")).to_have_count(4)
    for lane in range(3):
        value = page.locator(f".lane-picture .probe-value[data-lane='{lane}']")
        at = three.received.pictures[lane]["boundary"][0][70, 30]
        wanted = (1 + abs(at) / 127) / 2
        assert float(value.get_attribute("data-value") or "nan") == pytest.approx(wanted)
        assert value.get_attribute("data-winner") == str(int(at > 0))
    page.mouse.move(5, 5)
    expect(page.locator(".probe")).to_have_count(0)


def test_where_seeds_disagree(new_playground: Callable[..., Playground]) -> None:
    playground = trained(new_playground, "data.kind=spiral&seeds=5")
    page = playground.page
    page.get_by_role("button", name="Disagreement").click()
    playground.until(lambda: "spread" in playground.received.picture)
    spread = playground.received.picture["spread"]
    cells = len(spread)
    most = np.unravel_index(spread.argmax(), spread.shape)
    none = np.unravel_index(spread.argmin(), spread.shape)
    assert spread.max() > spread.min() == 0

    def darkness(cell: Any) -> float:
        found: float = page.locator("canvas.field-map").evaluate(
            DARKNESS, [int(cell[0]), int(cell[1]), cells]
        )
        return found

    playground.until(lambda: darkness(most) > darkness(none) + 100)
    page.get_by_role("group", name="Map").get_by_role("button", name="Probability").click()
    page.get_by_label("its curve in the chart").check()
    page.get_by_label("Seed pictured").select_option(label="4 of 5")
    playground.until(lambda: playground.received.pictured[0]["seed"] == 3)
    wanted = playground.get("/history?run=0&seed=3")["runs"][0]["test_loss"]

    def drawn() -> Any:
        traces = page.evaluate(PLOTTED, ".curves .plot")
        return next((trace["y"] for trace in traces if trace["name"] == "seed 4 alone"), [])

    playground.until(lambda: same(drawn(), wanted))


@pytest.mark.parametrize(
    ("title", "tab", "axis"),
    [
        ("Optimizer race", "Loss", "epochs"),
        ("Activations, eight layers deep", "Gradients", None),
        ("Batch size", "Loss", "milliseconds"),
    ],
)
def test_a_preset_opens_and_trains(
    playground: Playground, title: str, tab: str, axis: str | None
) -> None:
    page = playground.page
    presets = {one["title"]: one for one in page.request.get("/api/presets").json()}
    page.get_by_role("button", name="Presets").click()
    before = playground.received.experiment
    page.get_by_role("dialog").get_by_role("button", name=title).click()
    playground.until(lambda: playground.received.experiment != before)
    playground.expect_ready()
    wanted = presets[title]["runs"]
    expect(page.locator(".lane")).to_have_count(len(wanted))
    assert [run["spec"] for run in playground.get()["runs"]] == wanted
    expect(page.get_by_role("tab", name=tab)).to_have_attribute("aria-selected", "true")
    if axis:
        options = playground.open_chart_options()
        expect(options.get_by_role("combobox", name="x axis")).to_have_value(axis)
        page.keyboard.press("Escape")
    playground.pause_at(3)
    assert page.locator(".lane-name").all_inner_texts() == [run["name"] for run in wanted]
    page.go_back()
    expect(page.locator(".lane")).to_have_count(0)


def test_a_race_from_the_page(new_playground: Callable[..., Playground]) -> None:
    playground = new_playground("layers=[]")
    page = playground.page
    page.get_by_role("button", name="Compare", exact=True).click()
    page.get_by_role("button", name="Fair race…").click()
    dialog = page.get_by_role("dialog", name="Fair race")
    for title in ("Momentum", "RMSprop"):
        dialog.get_by_role("checkbox", name=title, exact=True).uncheck()
    start = dialog.get_by_role("button", name="Start the race")
    for title, value in {"Rates": "3", "Epochs": "4", "Seeds": "0"}.items():
        dialog.get_by_role("textbox", name=title, exact=True).fill(value)
    start.click()
    expect(dialog.get_by_role("alert")).to_have_text("Seeds: Must be at least 1.")
    dialog.get_by_role("textbox", name="Seeds", exact=True).fill("3")
    with page.expect_response("**/api/sweeps") as answer:
        start.click()
    id = answer.value.json()["id"]
    expect(dialog.locator(".verdict")).to_be_visible()
    expect(dialog.locator(".plot[data-ready]")).to_be_attached()
    found = page.request.get(f"/api/sweeps/{id}").json()["result"]
    expect(dialog.locator(".verdict")).to_have_text(found["verdict"])
    places = [found["optimizers"][one["competitor"]] for one in found["ranking"]["places"]]
    names = [text.strip() for text in dialog.locator("tbody th").all_inner_texts()]
    assert names == [one["title"] for one in places]
    medians = {trace["name"]: trace["y"] for trace in page.evaluate(PLOTTED, ".race .plot")}
    for one in places:
        assert medians[one["title"]] == [rate["median"] for rate in one["rates"]]
    assert not axe_violations(page)

    page.reload()
    expect(dialog.locator(".verdict")).to_have_text(found["verdict"])
    with page.expect_download() as download:
        dialog.get_by_role("button", name="CSV").click()
    assert download.value.path().read_text().count("\n") == 1 + 2 * 3 * 3
    before = playground.received.experiment
    dialog.get_by_role("button", name="Open as lanes").click()
    expect(dialog).to_be_hidden()
    playground.until(lambda: playground.received.experiment != before)
    expect(page.locator(".lane")).to_have_count(2)
    runs = playground.get()["runs"]
    assert [run["spec"]["optimizer"] for run in runs] == [one["optimizer"] for one in places]
    assert [run["seeds"] for run in runs] == [3, 3]
