"""Lanes side by side: what a person does with them and sees."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import (
    PLACES,
    check_everything,
    themes,
    widths,
)
from tests.browser.playground import Playground

PIXELS = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return Array.from(data);
}"""
OPTIMIZERS = ["SGD", "Momentum"]
THREE = "lanes=" + json.dumps(
    [{"optimizer.kind": "sgd"}, {"optimizer.kind": "momentum"}], separators=(",", ":")
)


class Strip:
    """The lanes of a playground."""

    def __init__(self, playground: Playground) -> None:
        self.playground = playground
        self.page: Page = playground.page
        self.section = self.page.get_by_role("region", name="Side by side")
        self.cards = self.page.locator(".lane")
        self.chooser = self.page.get_by_role("dialog", name="Compare")

    def card(self, index: int) -> Locator:
        return self.cards.nth(index)

    def open_button(self, index: int) -> Locator:
        return self.card(index).locator(".lane-open")

    def names(self) -> list[str]:
        return self.cards.locator(".lane-name").all_inner_texts()

    def words(self) -> list[str]:
        return self.cards.locator(".lane-words").all_inner_texts()

    def compare(self, setting: str, *values: str) -> None:
        """Add lanes with these values of a setting, and wait until they are there."""
        before = self.cards.count()
        self.page.get_by_role("button", name="Compare", exact=True).click()
        self.chooser.get_by_role("searchbox", name="Find a setting").fill(setting)
        self.chooser.get_by_role("button", name=re.compile(f"^{setting}")).first.click()
        for value in values:
            self.chooser.get_by_role("checkbox", name=value, exact=True).check()
        self.chooser.get_by_role("button", name=re.compile("^Add")).click()
        expect(self.cards).to_have_count(max(1, before) + len(values))
        expect(self.chooser).to_be_hidden()

    def menu(self, index: int) -> Locator:
        """The open menu of a lane."""
        self.card(index).get_by_role("button", name=re.compile("^More for")).click()
        return self.card(index).locator(".popover.lane-menu")

    def do(self, index: int, action: str) -> None:
        self.menu(index).get_by_role("button", name=action, exact=True).click()

    def set_seeds(self, index: int, count: int) -> None:
        menu = self.menu(index)
        menu.get_by_role("textbox", name="Number of seeds").fill(str(count))
        self.page.keyboard.press("Enter")
        self.page.keyboard.press("Escape")
        self.playground.until(lambda: self.runs[index]["seeds"] == count)

    def boundary(self, index: int) -> list[int]:
        pixels: list[int] = self.card(index).locator("canvas.lane-map").evaluate(PIXELS)
        return pixels

    def readout(self, index: int, name: str = "test_loss") -> float:
        text = self.card(index).locator(f"[data-number={name}]").inner_text()
        return float(text.replace("−", "-").removesuffix("%"))

    @property
    def runs(self) -> list[dict[str, Any]]:
        runs: list[dict[str, Any]] = self.playground.get()["runs"]
        return runs

    def histories(self) -> list[list[float]]:
        """The test losses of each lane, as the server has them."""
        return [run["test_loss"] for run in self.playground.get("/history")["runs"]]


@pytest.fixture
def expected_problems() -> list[str]:
    return ["status of 422", "status of 404"]


@pytest.fixture
def strip(playground: Playground) -> Strip:
    return Strip(playground)


@pytest.fixture
def three(new_playground: Callable[..., Playground]) -> Strip:
    strip = Strip(new_playground(THREE))
    expect(strip.cards).to_have_count(3)
    return strip


def test_optimizers_race_side_by_side(strip: Strip) -> None:
    playground = strip.playground
    expect(strip.cards).to_have_count(0)
    strip.compare("Optimizer", "Momentum", "RMSprop")
    assert strip.names() == ["Adam", "Momentum", "RMSprop"]
    assert strip.words() == ["main", "optimizer Momentum", "optimizer RMSprop"]
    assert [run["spec"]["optimizer"]["kind"] for run in strip.runs] == [
        "adam",
        "momentum",
        "rmsprop",
    ]
    blank = strip.boundary(1)
    assert strip.boundary(0) == blank  # the same weights
    playground.pause_at(30)
    playground.until(lambda: strip.boundary(0) != strip.boundary(1) != strip.boundary(2))
    assert strip.boundary(1) != blank
    last = [losses[-1] for losses in strip.histories()]
    playground.until(
        lambda: np.allclose([strip.readout(index) for index in range(3)], last, atol=6e-4, rtol=0.1)
    )


def test_a_lane_added_later_catches_up(strip: Strip) -> None:
    playground = strip.playground
    playground.pause_at(20)
    epoch = playground.epoch
    losses = strip.histories()[0]
    strip.compare("Optimizer", "SGD")
    playground.expect_epoch(epoch)
    both = strip.histories()
    assert both[0] == losses
    assert len(both[1]) == len(losses)
    assert both[1] != losses


def test_anything_can_be_compared(strip: Strip) -> None:
    page, chooser = strip.page, strip.chooser
    strip.compare("Activation in all layers", "ReLU")
    assert strip.words()[-1] == "activation ReLU"
    strip.open_button(0).click()
    strip.compare("Batch normalization", "On")
    assert strip.words()[-1] == "batch normalization on"
    strip.compare("Hidden layers", "8-8")
    assert all(layer["units"] == 8 for layer in strip.runs[-1]["spec"]["layers"])
    # From a setting of the panel, with values of one's own.
    field = strip.playground.field("Learning rate")
    field.hover()
    field.get_by_role("button", name="Compare values of Learning rate").click()
    chooser.get_by_role("textbox", name="Others").fill("0.25, 0.5 x")
    expect(chooser.get_by_role("alert")).to_contain_text("“x”")
    chooser.get_by_role("textbox", name="Others").fill("0.25, 0.5")
    chooser.get_by_role("button", name="Add 2 lanes").click()
    expect(strip.cards).to_have_count(6)
    assert [run["spec"]["optimizer"]["learning_rate"] for run in strip.runs[-2:]] == [0.25, 0.5]
    # What the server refuses is said here.
    strip.section.get_by_role("button", name="+ Compare").click()
    chooser.get_by_role("button", name=re.compile("^Learning rate")).click()
    chooser.get_by_role("textbox", name="Others").fill("-1")
    chooser.get_by_role("button", name="Add a lane").click()
    expect(chooser.get_by_role("alert")).to_contain_text("more than 0")
    chooser.get_by_role("textbox", name="Others").fill(" ".join(map(str, range(2, 14))))
    expect(chooser.get_by_role("button", name=re.compile("^Add"))).to_be_disabled()
    expect(chooser).to_contain_text("16 lanes at most")
    page.keyboard.press("Escape")
    expect(chooser).to_be_hidden()


def test_sixteen_lanes_are_all(new_playground: Callable[..., Playground]) -> None:
    rates = [{"optimizer.learning_rate": round(0.001 * k, 3)} for k in range(1, 16)]
    strip = Strip(new_playground(f"lanes={json.dumps(rates, separators=(',', ':'))}"))
    expect(strip.cards).to_have_count(16)
    expect(strip.section.get_by_role("button", name="+ Compare")).to_have_count(0)
    tones = strip.cards.evaluate_all("(all) => all.map((one) => one.style.cssText)")
    assert len(set(tones)) == 16


def test_clicking_a_card_opens_its_network(three: Strip) -> None:
    playground = three.playground
    three.compare("Hidden layers", "8")
    expect(three.open_button(0)).to_have_attribute("aria-pressed", "true")
    playground.pause_at(10)
    three.card(3).click(position={"x": 60, "y": 120})  # anywhere on it
    expect(three.open_button(3)).to_have_attribute("aria-pressed", "true")
    expect(three.page.get_by_role("button", name="Layer 1, unit 8")).to_be_visible()
    expect(three.page.locator(".whose")).to_contain_text("Settings of Hidden layers 8")
    assert playground.readout("test_loss") == three.readout(3)
    # Its units are pictured, though nothing trains.
    unit = three.page.get_by_role("button", name="Layer 1, unit 8").locator("canvas")
    playground.until(lambda: len(set(unit.evaluate(PIXELS))) > 8)
    three.open_button(1).focus()
    three.page.keyboard.press("Enter")
    expect(three.open_button(1)).to_have_attribute("aria-pressed", "true")
    expect(three.page.get_by_role("combobox", name="Optimizer")).to_have_value("sgd")


def test_lanes_are_named_moved_hidden_and_removed(three: Strip) -> None:
    playground, page = three.playground, three.page
    playground.pause_at(5)
    epoch = playground.epoch
    before = three.histories()
    tones = three.cards.evaluate_all("(all) => all.map((one) => one.style.cssText)")
    menu = three.menu(1)
    menu.get_by_role("textbox", name="Name").fill("Plain")
    page.keyboard.press("Enter")
    expect(three.open_button(1)).to_have_text("Plain")
    assert three.names() == ["Adam", "Plain", "Momentum"]
    three.open_button(2).click()
    three.do(2, "Move left")
    expect(three.open_button(1)).to_have_text("Momentum")
    # What was open stays open, and colours go with their lanes.
    expect(three.open_button(1)).to_have_attribute("aria-pressed", "true")
    moved = three.cards.evaluate_all("(all) => all.map((one) => one.style.cssText)")
    assert moved == [tones[0], tones[2], tones[1]]
    three.do(1, "Hide in the chart")
    expect(three.card(1)).to_have_class(re.compile("hidden-lane"))
    three.do(1, "Make main")
    expect(three.open_button(0)).to_have_text("Momentum")
    expect(three.card(0)).to_have_class(re.compile("hidden-lane"))
    assert three.words()[0] == "main"
    assert three.words()[1] == "optimizer Adam"
    assert three.histories() == [before[2], before[0], before[1]]
    three.do(0, "Show in the chart")
    three.do(0, "Remove")
    expect(three.cards).to_have_count(2)
    assert three.names() == ["Adam", "Plain"]
    assert three.histories() == before[:2]
    playground.expect_epoch(epoch)
    three.do(1, "Remove")
    expect(three.cards).to_have_count(0)
    expect(three.section.get_by_role("button", name="+ Compare")).to_be_visible()
    playground.play()


def test_what_lanes_share_is_said(three: Strip) -> None:
    facts = three.section.get_by_role("list", name="What the lanes share").get_by_role("listitem")
    prints = three.runs[0]["fingerprints"]
    expected = [f"same {part} {prints[part][:4]}" for part in ("points", "weights", "batches")]
    expect(facts).to_have_text([*expected, "✓"])
    three.compare("Noise", "0.4")
    expect(facts).to_have_text(["other points in 1", *expected[1:]])
    facts.nth(0).locator(".fact").hover()
    expect(three.page.get_by_role("tooltip")).to_contain_text("Other points than")
    three.do(3, "Remove")
    expect(facts).to_have_text([*expected, "✓"])
    three.compare("Hidden layers", "8-8")  # other shapes cannot have the same weights
    expect(facts).to_have_text([*expected, "✓"])
    three.compare("Batch size", "1")
    expect(facts.nth(2)).to_have_text("other batches in 1")
    three.compare("Seed", "1")
    expect(facts.nth(1)).to_have_text("other weights in 1")


def test_several_seeds_have_a_band(new_playground: Callable[..., Playground]) -> None:
    # Where the seeds of Adam have come far apart.
    playground = new_playground(f"{THREE}&epoch=600")
    playground.expect_epoch(600)
    playground.expect_status("paused")
    three = Strip(playground)
    curve = three.card(0).locator("canvas.lane-curve")
    coloured = """(canvas) => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      let faint = 0;
      for (let k = 3; k < data.length; k += 4) if (data[k] > 40 && data[k] < 70) faint++;
      return faint;
    }"""
    three.set_seeds(0, 8)
    expect(three.card(0).locator(".lane-numbers")).to_contain_text("seeds")
    playground.until(lambda: curve.evaluate(coloured) > 300)
    assert len(three.playground.get("/history?run=0")["runs"]) == 8
    three.set_seeds(0, 1)
    playground.until(lambda: curve.evaluate(coloured) < 200)
    three.set_seeds(1, 8)
    assert three.words()[1] == "optimizer SGD, learning rate 0.03, 8 seeds"


def test_all_lanes_get_seeds_at_once(three: Strip) -> None:
    opener = three.section.get_by_role("button", name=re.compile("^1 seed each"))
    opener.click()
    box = three.page.locator("#all-seeds").get_by_role("textbox", name="Number of seeds")
    box.fill("4")
    three.page.keyboard.press("Enter")
    three.playground.until(lambda: [run["seeds"] for run in three.runs] == [4, 4, 4])
    expect(three.section.get_by_role("button", name=re.compile("^4 seeds each"))).to_be_visible()


def test_a_change_keeps_lanes_differing_in_the_same_things(three: Strip) -> None:
    playground = three.playground

    def kinds() -> list[str]:
        return [run["spec"]["optimizer"]["kind"] for run in three.runs]

    three.open_button(1).click()
    # All agree: all change, and each keeps what is its own.
    playground.taken(lambda: playground.type_in("Units, layer 1", "6"))
    playground.until(lambda: all(run["spec"]["layers"][0]["units"] == 6 for run in three.runs))
    assert kinds() == ["adam", "sgd", "momentum"]
    playground.taken(lambda: playground.choose("Initialization", "He normal"))
    assert all(run["spec"]["init"]["kind"] == "he_normal" for run in three.runs)
    # They differ: only this one changes, and says so.
    expect(playground.field("Optimizer").locator(".this-lane")).to_be_visible()
    expect(playground.field("Initialization").locator(".this-lane")).to_have_count(0)
    playground.taken(lambda: playground.choose("Optimizer", "Lion"))
    playground.until(lambda: kinds() == ["adam", "lion", "momentum"])
    # Layers that differ keep differing when one is added to all.
    three.compare("Activation in all layers", "ReLU")
    three.page.get_by_role("button", name="Add a layer").click()
    playground.until(lambda: all(len(run["spec"]["layers"]) == 3 for run in three.runs))
    activations = [
        {layer["activation"]["kind"] for layer in run["spec"]["layers"]} for run in three.runs
    ]
    assert activations == [{"tanh"}, {"tanh"}, {"tanh"}, {"relu"}]
    # What is wrong is said beside its field, and changes nothing.
    playground.type_in("L2", "-1")
    expect(playground.field("L2").locator(".problem")).to_be_visible()
    assert all(run["spec"]["regularization"]["l2"] == 0 for run in three.runs)


def test_the_address_holds_all_lanes(
    three: Strip, new_playground: Callable[..., Playground]
) -> None:
    playground = three.playground
    playground.pause_at(40)
    playground.taken(lambda: playground.type_in("L2", "0.003"))
    three.open_button(2).click()
    playground.taken(lambda: playground.type_in("Learning rate", "0.2"))
    playground.pause_at(playground.epoch + 20)
    three.menu(1).get_by_role("textbox", name="Name").fill("Plain & slow")
    three.page.keyboard.press("Enter")
    three.set_seeds(1, 3)
    three.do(1, "Hide in the chart")
    expect(three.page).to_have_url(re.compile(r"selected=2&hidden=\[1\].*epoch="))
    other = Strip(new_playground(three.page.url.partition("#")[2]))
    expect(other.cards).to_have_count(3)
    other.playground.expect_epoch(playground.epoch)
    assert other.histories() == three.histories()
    assert other.names() == three.names()
    ours, theirs = ([(run["spec"], run["base"]) for run in one.runs] for one in (three, other))
    assert ours == theirs
    expect(other.open_button(2)).to_have_attribute("aria-pressed", "true")
    expect(other.card(1)).to_have_class(re.compile("hidden-lane"))
    assert other.page.url == three.page.url


def test_a_state_too_long_for_an_address_is_kept_on_the_server(
    strip: Strip, new_playground: Callable[..., Playground]
) -> None:
    layer = '{"units":3,"activation":"relu","dropout":0.1,"batch_norm":true}'
    lanes = [
        {"name": f"A rather long name for a lane {k}", "layers": json.loads(f"[{layer},{layer}]")}
        for k in range(12)
    ]
    playground = strip.playground
    playground.go(f"lanes={json.dumps(lanes, separators=(',', ':'))}&epoch=3")
    playground.expect_epoch(3)
    expect(strip.page).to_have_url(re.compile(r"#saved=[\w-]+$"))
    strip.page.get_by_role("button", name="Share", exact=True).click()
    strip.page.get_by_role("button", name="Copy link").click()
    expect(strip.page.get_by_role("button", name="Copied")).to_be_visible()
    other = Strip(new_playground(strip.page.url.partition("#")[2]))
    expect(other.cards).to_have_count(13)
    other.playground.expect_epoch(3)
    assert other.histories() == strip.histories()
    other.playground.go("saved=nowhere")
    expect(other.page.get_by_role("alert")).to_contain_text("saved=nowhere")


def test_results_are_taken_away(three: Strip, tmp_path: Path) -> None:
    three.playground.pause_at(3)

    def take(title: str) -> str:
        three.page.get_by_role("button", name="Export").click()
        with three.page.expect_download() as download:
            three.page.get_by_role("button", name=title).click()
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        return path.read_text()

    epochs = three.playground.epoch + 1
    assert len(take("Numbers as CSV").splitlines()) == 1 + 3 * epochs
    assert len(json.loads(take("Numbers as JSON"))["runs"]) == 3
    assert len(take("Summary as CSV").splitlines()) == 4
    experiment = json.loads(take("Experiment as JSON"))
    answer = three.page.request.post("/api/experiments", data=experiment)
    assert answer.status == 201
    assert {path.name for path in tmp_path.iterdir()} == {
        "neural-playground-history.csv",
        "neural-playground-history.json",
        "neural-playground-summary.csv",
        "neural-playground-experiment.json",
    }


def test_a_lane_that_diverged_says_so_and_the_others_go_on(
    new_playground: Callable[..., Playground],
) -> None:
    wild = '{"optimizer.kind":"sgd","optimizer.learning_rate":100}'
    strip = Strip(
        new_playground(f'data.kind=plane&layers=[{{"units":8,"activation":"relu"}}]&lanes=[{wild}]')
    )
    strip.playground.play()
    expect(strip.card(1).locator(".lane-state")).to_contain_text("Diverged")
    expect(strip.page.locator(".notice")).to_have_count(0)
    strip.playground.expect_status("playing")
    strip.playground.pause()
    strip.playground.press("Reset")
    expect(strip.card(1).locator(".lane-state")).to_have_count(0)


@themes
@widths
def test_nothing_is_found_with_lanes(
    new_playground: Callable[..., Playground],
    subtests: pytest.Subtests,
    tmp_path: Path,
    width: int,
    height: int,
    theme: str,
) -> None:
    viewport = {"width": width, "height": height}
    strip = Strip(new_playground(THREE, viewport=viewport, color_scheme=theme))
    page = strip.page

    def check(state: str) -> None:
        with subtests.test(state):
            check_everything(page, tmp_path / f"{width} {theme} {state}.png")

    strip.playground.expect_plots()
    before = page.evaluate(PLACES)
    strip.playground.pause_at(100)
    page.evaluate("scrollTo(0, 0)")
    now = page.evaluate(PLACES)
    assert {name: now[name] for name in now if now[name] != before.get(name)} == {}
    check("three lanes")
    strip.menu(1)
    check("the menu of a lane")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Compare", exact=True).click()
    check("what to compare")
    strip.chooser.get_by_role("button", name=re.compile("^Learning rate")).click()
    check("values to compare")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Export").click()
    check("exports")
