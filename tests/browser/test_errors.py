"""Values that are refused, and runs that go wrong."""

import math
import re
from collections.abc import Callable
from functools import partial

import pytest
from playwright.sync_api import expect

from tests.browser.playground import Playground

DIVERGING = (
    "data.kind=plane&init.kind=he_normal&optimizer.kind=sgd"
    '&layers=[{"units":8,"activation":"relu"},{"units":8,"activation":"relu"}]'
)
BAD_VALUES = [
    ("Learning rate", "-1", "more than 0"),
    ("Learning rate", "fast", "Needs a number"),
    ("Noise", "1e999", "Needs a number"),
    ("Samples", "12.5", "Needs a whole number"),
    ("Batch size", "", "Needs a whole number"),
    ("L2", "11", "at most 10"),
]


@pytest.fixture
def expected_problems() -> list[str]:
    return ["status of 422"]


def test_a_bad_value_is_named_next_to_its_control(playground: Playground) -> None:
    playground.play()
    before = playground.spec
    for title, typed, message in BAD_VALUES:
        entry = playground.entry(title)
        usual = entry.input_value()
        playground.type_in(title, typed)
        expect(playground.field(title).locator(".problem")).to_contain_text(message)
        expect(playground.page.locator(".problem")).to_have_count(1)
        expect(entry).to_have_attribute("aria-invalid", "true")
        expect(entry).to_have_accessible_description(re.compile(message))
        expect(entry).to_have_value(typed)
        # All else stays: settings, weights, and that it plays.
        assert playground.spec == before
        playground.expect_status("playing")
        playground.wait_for_epoch(playground.epoch + 20)

        playground.type_in(title, usual)
        expect(playground.page.locator(".problem")).to_have_count(0)
        expect(entry).to_have_attribute("aria-invalid", "false")
        expect(entry).to_have_value(usual)
    playground.pause()
    assert playground.spec == before
    assert playground.get()["timeline"] == 0


def test_other_settings_can_be_changed_beside_a_bad_one(playground: Playground) -> None:
    playground.show_all_settings()
    playground.type_in("Noise", "77")
    expect(playground.entry("Noise")).to_have_attribute("aria-invalid", "true")
    spec = playground.taken(lambda: playground.type_in("L1", "0.001"))
    assert spec["regularization"]["l1"] == 0.001
    assert spec["data"]["noise"] == 0.1
    expect(playground.entry("Noise")).to_have_value("77")
    playground.pause_at(3)
    playground.field("Noise").get_by_role("button", name="Put back Noise").click()
    expect(playground.entry("Noise")).to_have_value("0.1")
    expect(playground.page.locator(".problem")).to_have_count(0)


def test_a_bad_number_of_units_is_named_at_its_layer(playground: Playground) -> None:
    problem = playground.page.locator(".head .problem")
    for typed in ("0", "257", "many"):
        playground.type_in("Units, layer 2", typed)
        expect(problem).to_be_visible()
        expect(playground.entry("Units, layer 2")).to_have_value(typed)
        expect(playground.entry("Units, layer 2")).to_have_attribute("aria-invalid", "true")
        expect(playground.entry("Units, layer 1")).to_have_attribute("aria-invalid", "false")
        assert playground.get()["runs"][0]["units"] == [2, 4, 2, 1]
    spec = playground.taken(lambda: playground.type_in("Units, layer 2", "3"))
    assert spec["layers"][1]["units"] == 3
    expect(problem).to_have_count(0)


def test_a_network_needs_a_feature(playground: Playground) -> None:
    page = playground.page
    page.get_by_role("button", name="Features", exact=True).click()
    choices = page.get_by_role("group", name="Features")
    for feature in ("x₁", "x₂"):
        choices.get_by_role("button", name=feature, exact=True).click()
    expect(choices.get_by_role("alert")).to_contain_text("At least one")
    assert playground.spec["features"] == ["x2"]
    choices.get_by_role("button", name="radius").click()
    expect(choices.get_by_role("alert")).to_have_count(0)
    playground.until(lambda: playground.spec["features"] == ["radius"])


def reads(playground: Playground, name: str, near: object) -> bool:
    return playground.readout(name) == near


def test_a_diverged_run_says_why_and_offers_a_way_on(
    new_playground: Callable[..., Playground],
) -> None:
    playground = new_playground(DIVERGING)
    playground.play()
    playground.wait_for_epoch(30)
    playground.type_in("Learning rate", "10")
    playground.expect_status("diverged")
    state = playground.get()
    epoch, message = state["epoch"], state["runs"][0]["message"]
    assert epoch >= 30
    assert "diverged" in message
    notice = playground.page.get_by_role("alert")
    expect(notice).to_contain_text(message)

    # The last finite state is kept, and shown.
    rows = playground.history()
    playground.expect_received(rows)
    assert len(rows) == epoch + 1
    assert all(math.isfinite(loss) for row in rows for loss in row[:2])
    assert all(math.isfinite(weight) for weight in playground.picture()["weights"])
    assert playground.plotted()["train"]["x"][-1] == epoch
    for name, value in zip(("train_loss", "test_loss"), rows[-1], strict=False):
        near = pytest.approx(value, rel=0.1, abs=0.0005)
        playground.until(partial(reads, playground, name, near))

    offer = notice.get_by_role("button", name="Learning rate")
    while offer.count():  # a tenth each time
        offer.click()
        expect(notice).to_have_count(0)
        playground.expect_epoch(0)
        playground.expect_status("paused")
        playground.press("Play")
        playground.until(lambda: playground.epoch > 0 or offer.count())
    assert 0.01 <= playground.spec["optimizer"]["learning_rate"] <= 1
    playground.wait_for_epoch(50)


def test_reset_leaves_a_diverged_run(new_playground: Callable[..., Playground]) -> None:
    playground = new_playground(f"{DIVERGING}&optimizer.learning_rate=10")
    playground.press("Play")
    playground.expect_status("diverged")
    playground.expect_epoch(0)
    playground.press("Reset")
    playground.expect_status("paused")
    expect(playground.page.get_by_role("alert")).to_have_count(0)
