"""A page before a full server: it says how many wait before it, and goes on by itself."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import axe_violations
from tests.browser.playground import Playground
from tests.browser.serving import Server, serving


@pytest.fixture
def expected_problems() -> list[str]:
    return ["status of 503", "status of 422"]


@pytest.fixture
def small_server() -> Iterator[Server]:
    limits = {"MAX_EXPERIMENTS": "1", "RETRY_SECONDS": "2", "MAX_UNITS": "100"}
    with serving(
        **{f"NEURAL_PLAYGROUND_{name}": value for name, value in limits.items()}
    ) as server:
        yield server


def test_pages_wait_for_their_turn(
    small_server: Server,
    new_playground: Callable[..., Playground],
    new_page: Callable[..., Page],
) -> None:
    first = new_playground(base_url=small_server.address)
    first.play()
    second = new_page(
        base_url=small_server.address, viewport={"width": 390, "height": 844}, color_scheme="dark"
    )
    second.goto("/#seed=7")
    waiting = second.get_by_role("status").filter(has_text="The server is full")
    expect(waiting).to_contain_text("You are next.")
    expect(waiting).to_contain_text("goes on by itself")
    expect(second.get_by_text("Connection lost")).to_have_count(0)
    box = waiting.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert second.evaluate("document.documentElement.scrollWidth") <= 390
    assert axe_violations(second) == []  # for seconds it asks for nothing, and may lose its place
    expect(waiting).to_contain_text("You are next.")

    third = new_page(base_url=small_server.address)
    third.goto("/")
    behind = third.get_by_role("status").filter(has_text="The server is full")
    expect(behind).to_contain_text("One is waiting before you.")
    first.pause()  # still in use: somebody looks at it
    expect(waiting).to_contain_text("You are next.")
    first.page.close()
    playground = Playground(second)
    playground.expect_ready()
    playground.expect_status("paused")
    expect(waiting).to_have_count(0)
    expect(behind).to_contain_text("You are next.")
    second.close()
    Playground(third).expect_ready()
    expect(behind).to_have_count(0)


def test_whoever_begins_anew_does_not_wait_behind_others(
    small_server: Server,
    new_playground: Callable[..., Playground],
    new_page: Callable[..., Page],
) -> None:
    first = new_playground(base_url=small_server.address)
    other = new_page(base_url=small_server.address)
    other.goto("/")
    behind = other.get_by_role("status").filter(has_text="The server is full")
    expect(behind).to_contain_text("You are next.")
    first.go("data.kind=xor")
    assert first.spec["data"]["kind"] == "xor"
    expect(behind).to_contain_text("You are next.")


def test_what_is_too_much_is_said_beside_its_control(
    small_server: Server, new_playground: Callable[..., Playground]
) -> None:
    playground = new_playground("layers.0.units=101", base_url=small_server.address)
    expect(
        playground.page.get_by_text("This server allows 100 units in a layer").first
    ).to_be_visible()
