"""Finding settings, taking changes back, and being told what a change will do."""

import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.accessibility import check_everything
from tests.browser.looks import Looks
from tests.browser.playground import Playground

NewPlayground = Callable[..., Playground]


@pytest.fixture
def person(new_playground: NewPlayground, looks: Looks) -> Playground:
    return new_playground("", **looks.options)


def tool(person: Playground, looks: Looks, name: str) -> Locator:
    """Undo or redo, whatever it is about."""
    steps = person.page.get_by_role("group", name=looks.t("Undo and redo"))
    return steps.get_by_role("button", name=re.compile(f"^{looks.t(name)}"))


def find(person: Playground, looks: Looks, text: str) -> Locator:
    """Type into the search box, reached by its key."""
    page = person.page
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name=looks.t("Find a setting"))
    expect(box).to_be_focused()
    box.fill(text)
    return page.get_by_role("option").filter(visible=True)


def test_any_setting_is_found_by_name(person: Playground, looks: Looks, tmp_path: Path) -> None:
    page = person.page
    spec = person.spec
    results = find(person, looks, looks.t("Patience"))
    expect(results.first).to_contain_text(looks.t("Patience"))
    check_everything(page, tmp_path / "found.png")
    page.keyboard.press("Enter")
    expect(person.entry(looks.t("Patience"))).to_be_focused()
    expect(person.entry(looks.t("Patience"))).to_be_in_viewport()

    find(person, looks, looks.t("Residual"))
    page.keyboard.press("Enter")
    expect(page.locator("#layer-0")).to_be_visible()
    expect(page.locator("#layer-0 [data-setting='layers.0.residual']")).to_be_focused()
    page.keyboard.press("Escape")

    results = find(person, looks, looks.t("Lion"))
    expect(results.first).to_contain_text(looks.t("Optimizer"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name=looks.t("Optimizer"), exact=True)).to_be_focused()
    assert person.spec == spec


def test_changes_are_taken_back_and_made_again(
    person: Playground, looks: Looks, tmp_path: Path
) -> None:
    page = person.page
    first = person.spec
    undo, redo = tool(person, looks, "Undo"), tool(person, looks, "Redo")
    expect(undo).to_be_disabled()
    rate = looks.t("Learning rate")
    person.taken(partial(person.type_in, rate, "3e-2"))
    slider = page.get_by_role("slider", name=looks.t("Noise"), exact=True)
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box
    page.mouse.move(box["x"] + 8, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=8)
    page.mouse.up()
    person.until(lambda: person.spec["data"]["noise"] == pytest.approx(1, abs=0.1))
    page.get_by_role("button", name=looks.t("Add a layer")).click()
    person.until(lambda: len(person.spec["layers"]) == 3)
    last = person.spec

    changed = page.get_by_role("button", name=looks.t("{count} changed", count=3))
    changed.click()
    rows = page.get_by_role("group", name=looks.t("Changed settings")).get_by_role("listitem")
    expect(rows).to_have_count(3)
    check_everything(page, tmp_path / "changed.png")
    page.keyboard.press("Escape")

    expect(undo).to_have_accessible_name(looks.t("Undo: {change}", change=looks.t("Hidden layers")))
    undone = [person.taken(undo.click) for _ in range(3)]  # a drag is one step
    assert len(undone[0]["layers"]) == 2
    assert undone[1]["data"] == first["data"]
    assert undone[2] == first
    expect(undo).to_be_disabled()
    for _ in range(3):
        person.taken(redo.click)
    assert person.spec == last
    expect(redo).to_be_disabled()

    changed.click()
    person.taken(page.get_by_role("button", name=looks.t("Put all back")).click)
    assert person.spec == first
    person.taken(undo.click)  # one step, too
    assert person.spec == last


def test_every_setting_says_whether_it_restarts(person: Playground, looks: Looks) -> None:
    page = person.page
    person.taken(partial(person.choose, looks.t("Schedule"), looks.t("Cosine")))
    curve = page.get_by_role("img", name=re.compile("550"))
    expect(curve).to_be_visible()
    expect(page.locator(".settings .weights svg")).to_have_count(3)
    page.get_by_role("button", name=looks.t("Step"), exact=True).click()
    person.expect_epoch(1)
    rate = person.entry(looks.t("Learning rate"))
    live = looks.t("Applies live, at the next update.")
    expect(rate).to_have_accessible_description(re.compile(re.escape(live)))
    person.taken(partial(person.type_in, looks.t("Learning rate"), "0.02"))
    person.expect_epoch(1)
    init = page.get_by_role("combobox", name=looks.t("Initialization"), exact=True)
    afresh = looks.t("A change starts training afresh.")
    expect(init).to_have_accessible_description(re.compile(re.escape(afresh)))
    person.taken(partial(person.choose, looks.t("Initialization"), looks.t("He normal")))
    person.expect_epoch(0)


def test_undo_keeps_lanes_apart(new_playground: NewPlayground) -> None:
    """What lanes share comes back in all of them, what is one's own in it alone."""
    lanes = json.dumps([{"optimizer.kind": "sgd"}], separators=(",", ":"))
    person = new_playground(f"lanes={lanes}")

    def specs() -> list[Any]:
        return [run["spec"] for run in person.get()["runs"]]

    before = specs()
    assert [one["optimizer"]["kind"] for one in before] == ["adam", "sgd"]
    person.taken(partial(person.type_in, "Batch size", "25"))
    person.until(lambda: [one["batch_size"] for one in specs()] == [25, 25])
    person.taken(partial(person.type_in, "Learning rate", "0.5"))
    person.until(lambda: specs()[0]["optimizer"]["learning_rate"] == 0.5)
    assert specs()[1]["optimizer"] == before[1]["optimizer"]
    undo = person.page.get_by_role("group", name="Undo and redo").get_by_role("button").first
    person.taken(undo.click)
    person.taken(undo.click)
    person.until(lambda: specs() == before)


def test_what_is_refused_is_taken_back_first(
    playground: Playground, expected_problems: list[str]
) -> None:
    expected_problems.append("422")
    playground.taken(partial(playground.type_in, "Learning rate", "0.5"))
    with playground.page.expect_response(lambda r: r.request.method == "PATCH"):
        playground.type_in("Learning rate", "-1")
    expect(playground.entry("Learning rate")).to_have_attribute("aria-invalid", "true")
    undo = playground.page.get_by_role("group", name="Undo and redo").get_by_role("button")
    undo.first.click()
    expect(playground.entry("Learning rate")).to_have_value("0.5")
    playground.taken(undo.first.click)
    expect(playground.entry("Learning rate")).to_have_value("0.01")
