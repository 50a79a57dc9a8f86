"""Every change of the experiment is taken back and made again, whatever it was."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.diagram import press_on_edge, unit
from tests.browser.looks import CHOSEN, Looks
from tests.browser.playground import Playground

NewPlayground = Callable[..., Playground]
THREE = "lanes=" + json.dumps(
    [{"optimizer.kind": "sgd"}, {"optimizer.kind": "momentum"}], separators=(",", ":")
)


class Person:
    """Who changes things and takes them back."""

    def __init__(self, playground: Playground, looks: Looks) -> None:
        self.playground, self.looks = playground, looks
        self.page = playground.page
        self.cards = self.page.locator(".lane")

    def tool(self, name: str) -> Locator:
        steps = self.page.get_by_role("group", name=self.looks.t("Undo and redo"))
        return steps.get_by_role("button", name=re.compile(f"^{self.looks.t(name)}"))

    def names(self, tool: str, change: str) -> None:
        """Undo or redo says what it is about."""
        name = self.looks.t(f"{tool}: {{change}}", change=change)
        expect(self.tool(tool)).to_have_accessible_name(name)

    def undo(self, change: str) -> None:
        self.names("Undo", change)
        self.tool("Undo").click()
        self.names("Redo", change)

    def redo(self, change: str) -> None:
        self.names("Redo", change)
        self.tool("Redo").click()
        self.names("Undo", change)

    def menu(self, lane: int) -> Locator:
        """The open menu of a lane."""
        self.cards.nth(lane).locator("button[popovertarget]").click()
        return self.cards.nth(lane).locator(".popover.lane-menu")

    def do(self, lane: int, action: str) -> None:
        name = self.looks.t(action)
        self.menu(lane).get_by_role("button", name=name, exact=True).click()

    @property
    def state(self) -> dict[str, Any]:
        """All that is to come back."""
        state = self.playground.get()
        table = self.playground.get("/history")
        for run in table["runs"]:
            del run["milliseconds"]
        lanes = [
            (run["spec"], run["base"], run["seeds"], run["fingerprints"]) for run in state["runs"]
        ]
        look = self.cards.evaluate_all(
            "(all) => all.map((one) => [one.className, one.style.cssText])"
        )
        return {"lanes": lanes, "changes": state["changes"], "table": table, "look": look}

    def expect(self, wanted: dict[str, Any]) -> None:
        self.playground.until(lambda: self.state == wanted)


@pytest.fixture
def three(new_playground: NewPlayground, looks: Looks) -> Person:
    person = Person(new_playground(THREE, **looks.options), looks)
    expect(person.cards).to_have_count(3)
    return person


def test_lanes_are_taken_back(three: Person) -> None:
    """Renamed, moved, hidden, changed live, seeded and removed: all of it, with their colours."""
    t, playground, page = three.looks.t, three.playground, three.page
    playground.pause_at(6)
    three.cards.nth(1).locator(".lane-open").click()
    playground.taken(lambda: playground.type_in(t("Learning rate"), "0.3"))
    playground.pause_at(15)
    done: list[tuple[str, dict[str, Any]]] = [("", three.state)]

    def remember(change: str) -> None:
        three.names("Undo", t(change))
        done.append((t(change), three.state))

    menu = three.menu(1)
    menu.get_by_role("textbox", name=t("Name"), exact=True).fill("Mine")
    page.keyboard.press("Enter")
    expect(three.cards.nth(1).locator(".lane-name")).to_have_text("Mine")
    remember("Lane renamed")
    menu = three.menu(1)
    menu.get_by_role("textbox", name=t("Number of seeds")).fill("3")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    playground.until(lambda: playground.get()["runs"][1]["seeds"] == 3)
    remember("Number of seeds")
    three.do(1, "Make main")
    expect(three.cards.first.locator(".lane-name")).to_have_text("Mine")
    remember("Lane moved")
    three.do(0, "Remove")
    expect(three.cards).to_have_count(2)
    remember("Lane removed")

    for (change, _), (_, before) in zip(done[:0:-1], done[-2::-1], strict=True):
        three.undo(change)
        three.expect(before)
    three.undo(t("Learning rate"))  # that of a lane that has been away
    playground.until(lambda: playground.get()["runs"][1]["spec"] == done[0][1]["lanes"][1][1])
    three.redo(t("Learning rate"))
    for change, _ in done[1:]:
        three.redo(change)
    three.expect(done[-1][1])


@pytest.mark.parametrize("looks", CHOSEN[0::3], ids=str)
def test_a_comparison_is_one_step_and_so_is_a_fork(
    new_playground: NewPlayground, looks: Looks
) -> None:
    person = Person(new_playground("", **looks.options), looks)
    t, page = looks.t, person.page
    person.playground.pause_at(8)
    alone = person.state
    page.get_by_role("button", name="+ " + t("Compare")).first.click()
    chooser = page.get_by_role("dialog", name=t("Compare"))
    chooser.get_by_role("button", name=re.compile(f"^{t('Optimizer')}")).first.click()
    for name in ("SGD", "Momentum", "RMSprop"):
        chooser.get_by_role("checkbox", name=t(name), exact=True).check()
    chooser.get_by_role("button", name=re.compile("3")).click()
    expect(person.cards).to_have_count(4)
    change = t("{count} lanes added", count=3)
    person.names("Undo", change)
    added = person.state
    person.undo(change)
    person.expect(alone)
    person.redo(change)
    person.expect(added)
    person.undo(change)
    person.expect(alone)

    page.get_by_role("button", name=t("Fork here")).click()
    box = page.locator(".popover.fork")
    box.get_by_label(t("Setting to change")).select_option(label=t("Learning rate"))
    box.get_by_role("textbox", name=t("Learning rate")).fill("0.5")
    box.get_by_role("button", name=t("Fork"), exact=True).click()
    expect(person.cards).to_have_count(2)
    person.names("Undo", t("Lane forked"))
    forked = person.state
    person.undo(t("Lane forked"))
    person.expect(alone)
    person.redo(t("Lane forked"))
    person.expect(forked)


@pytest.mark.parametrize("looks", CHOSEN[1::3], ids=str)
def test_new_weights_and_weights_set_by_hand_are_taken_back(
    new_playground: NewPlayground, looks: Looks
) -> None:
    person = Person(new_playground("", **looks.options), looks)
    t, page, playground = looks.t, person.page, person.playground
    first = person.state
    page.get_by_role("button", name=t("New weights")).click()
    playground.until(lambda: person.state["lanes"] != first["lanes"])
    other = person.state
    person.undo(t("New weights"))
    person.expect(first)
    person.redo(t("New weights"))
    person.expect(other)

    playground.pause_at(10)
    trained, before = person.state, playground.picture()["weights"][7]
    x2 = page.get_by_role("button", name="x₂", exact=True)
    press_on_edge(playground, x2, unit(playground, looks, 1, 4))
    slider = page.locator(".popover.weight").get_by_role("slider")
    box = slider.bounding_box()
    assert box
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 10, middle[1])
    with page.expect_response(lambda r: r.url.endswith("/weights")):
        page.mouse.move(box["x"] + box["width"] - 1, middle[1], steps=5)
    page.mouse.up()
    page.keyboard.press("Escape")
    playground.until(lambda: playground.received.picture["weights"][7] > 1.9)
    playground.until(lambda: person.state["changes"][0]["weights"][0]["value"] > 1.9)
    edited = person.state
    person.undo(t("Weight"))  # a drag is one step
    person.expect(trained)
    playground.until(lambda: playground.received.picture["weights"][7] == before)
    person.redo(t("Weight"))
    person.expect(edited)
    playground.until(lambda: playground.received.picture["weights"][7] > 1.9)


@pytest.mark.parametrize("looks", CHOSEN[2::3], ids=str)
def test_another_experiment_is_taken_back(three: Person, expected_problems: list[str]) -> None:
    """With its training, and with what was changed in it before."""
    expected_problems.append("404")
    t, page, playground = three.looks.t, three.page, three.playground
    three.do(0, "Remove")
    expect(three.cards).to_have_count(2)
    playground.pause_at(9)
    mine, id, epoch = three.state, playground.received.experiment, playground.epoch
    page.get_by_role("button", name=t("Presets")).first.click()
    title = t("Optimizer race")
    page.get_by_role("dialog").get_by_role("button", name=title).click()
    playground.until(lambda: playground.received.experiment != id)
    playground.expect_ready()
    preset, other = three.state, playground.received.experiment
    change = t("Experiment opened")
    three.undo(change)
    playground.until(lambda: playground.received.experiment == id)
    three.expect(mine)
    three.redo(change)
    playground.until(lambda: playground.received.experiment == other)
    three.expect(preset)
    # Where the server has forgotten it, it is made again.
    assert page.request.delete(f"/api/experiments/{id}").ok
    three.undo(change)
    playground.until(lambda: playground.received.experiment not in (id, other))
    playground.expect_epoch(epoch)
    three.expect(mine)
    three.undo(t("Lane removed"))
    expect(three.cards).to_have_count(3)
    playground.expect_epoch(epoch)


def test_a_step_that_cannot_be_made_any_more_says_so_and_those_before_it_can(
    new_playground: NewPlayground, expected_problems: list[str]
) -> None:
    """Somebody else takes the lane away that it was about."""
    expected_problems.append("422")
    person = Person(new_playground(THREE), Looks(1400, "light", "en"))
    playground, page = person.playground, person.page
    playground.taken(lambda: playground.type_in("Batch size", "25"))
    person.names("Undo", "Batch size")
    person.cards.nth(2).locator(".lane-open").click()
    playground.taken(lambda: playground.type_in("Learning rate", "0.3"))
    person.names("Undo", "Learning rate")
    path = f"/api/experiments/{playground.received.experiment}/runs/2"
    assert page.request.delete(path).ok
    expect(person.cards).to_have_count(2)
    person.tool("Undo").click()
    alert = page.get_by_text(
        "“Learning rate” can no longer be undone. The lane is no longer there."
    )
    expect(alert).to_be_visible()
    person.undo("Batch size")
    playground.until(
        lambda: [run["spec"]["batch_size"] for run in playground.get()["runs"]] == [10, 10]
    )
