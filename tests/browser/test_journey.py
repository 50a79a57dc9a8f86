"""What a person does in the first minutes."""

from collections.abc import Callable

import numpy as np
from playwright.sync_api import expect

from tests.browser.playground import Playground, same


def test_learning_the_spiral(playground: Playground) -> None:
    person, page = playground, playground.page
    person.choose_data("Spiral")
    page.get_by_role("button", name="Add a layer").click()
    for layer in (1, 2, 3):
        person.type_in(f"Units, layer {layer}", "8")
        person.choose(f"Activation, layer {layer}", "ReLU")
    person.choose("Optimizer", "Adam")
    expect(page.get_by_role("button", name="Layer 3, unit 8")).to_be_visible()

    person.play()
    page.wait_for_function(
        "() => parseFloat(document.querySelector('[data-readout=test_accuracy]').innerText) > 95"
    )
    person.pause()
    paused_at = person.epoch
    person.press("Step")
    person.expect_epoch(paused_at + 1)
    person.expect_status("paused")
    first = person.history()
    assert len(first) == paused_at + 2  # with epoch 0, before any training
    assert max(row[3] for row in first) > 0.95
    first_curve = person.plotted()

    person.press("Reset")
    person.expect_epoch(0)
    assert same(person.history(), first[:1])
    person.pause_at(len(first))
    second = person.history()
    assert same(second[: len(first)], first)
    person.expect_received(second)

    # The curve on the screen is made of these numbers.
    for curves, rows in ((first_curve, first), (person.plotted(), second)):
        for column, name in enumerate(("train", "test")):
            epochs = [int(epoch) for epoch in curves[name]["x"]]
            assert len(epochs) > min(len(rows), 500) / 2
            assert same(curves[name]["y"], [rows[epoch][column] for epoch in epochs])


def test_changing_the_learning_rate_while_it_runs(playground: Playground) -> None:
    person = playground
    person.play()
    person.wait_for_epoch(100)
    person.type_in("Learning rate", "0.002")
    person.until(lambda: person.get()["changes"])
    state = person.get()
    changed_at = state["changes"][0]["epoch"]
    assert state["changes"][0]["changes"] == {"optimizer": {"learning_rate": 0.002}}
    assert state["runs"][0]["spec"]["optimizer"]["learning_rate"] == 0.002
    assert state["timeline"] == 0
    assert state["status"] == "playing"
    person.wait_for_epoch(changed_at + 100)
    person.pause()
    history = person.history()
    person.expect_received(history)
    rows = np.array(history)
    steps = np.abs(np.diff(rows[:, 0]))
    # No jump: the step after the change is smaller than what the beginning had to learn.
    assert steps[changed_at] < 0.1 * (rows[0, 0] - rows[changed_at, 0])


def test_a_copied_link_brings_the_same_state(
    playground: Playground, new_playground: Callable[..., Playground]
) -> None:
    person = playground
    person.choose_data("XOR")
    person.type_in("Units, layer 2", "5")
    person.choose("Optimizer", "Momentum")
    person.type_in("Noise", "0.35")
    person.play()
    person.wait_for_epoch(50)
    person.type_in("L2", "0.01")
    person.until(lambda: person.get()["changes"])
    person.type_in("Batch size", "16")
    person.until(lambda: len(person.get()["changes"]) == 2)
    person.wait_for_epoch(person.epoch + 20)
    person.pause()
    picture = person.picture()

    person.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    person.page.get_by_role("button", name="Share", exact=True).click()
    person.page.get_by_role("button", name="Copy link").click()
    expect(person.page.get_by_role("button", name="Copied")).to_be_visible()
    link = person.page.evaluate("navigator.clipboard.readText()")
    assert link == person.page.url

    other = new_playground(link.partition("#")[2])
    other.expect_status("paused")
    other.expect_epoch(person.epoch)
    assert other.spec == person.spec
    assert other.get()["changes"] == person.get()["changes"]
    assert same(other.history(), person.history())
    other.expect_received(person.history())
    assert other.plotted() == person.plotted()
    again = other.picture()
    assert again.keys() == picture.keys()
    for name, values in picture.items():
        assert again[name].tobytes() == values.tobytes(), name
    expect(other.entry("Noise")).to_have_value("0.35")
    expect(other.entry("L2")).to_have_value("0.01")
    assert other.page.url == link


def test_a_link_goes_on_as_the_original_would(
    playground: Playground, new_playground: Callable[..., Playground]
) -> None:
    playground.pause_at(30)
    other = new_playground(playground.page.url.partition("#")[2])
    other.expect_epoch(playground.epoch)
    goal = playground.epoch + 2
    for window in (playground, other):
        window.press("Step")
        window.press("Step")
        window.expect_epoch(goal)
        window.plotted()
    other.expect_received(playground.received.latest)
