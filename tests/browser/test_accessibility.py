"""axe-core at all widths, in both themes, in every state of the page; and nothing sticks out."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import (
    PLACES,
    STICKING_OUT,
    axe_violations,
    check_everything,
    themes,
    widths,
)
from tests.browser.playground import Playground


@pytest.fixture
def expected_problems() -> list[str]:
    return ["status of 422"]


@themes
@widths
def test_nothing_is_found_in_any_state(
    new_playground: Callable[..., Playground],
    subtests: pytest.Subtests,
    tmp_path: Path,
    width: int,
    height: int,
    theme: str,
) -> None:
    viewport = {"width": width, "height": height}
    playground = new_playground(viewport=viewport, color_scheme=theme)
    page = playground.page

    def check(state: str) -> None:
        with subtests.test(state):
            check_everything(page, tmp_path / f"{width} {theme} {state}.png")

    playground.expect_plots()
    check("at the beginning")
    playground.pause_at(300)
    playground.plotted()
    page.get_by_role("button", name="Test points").click()
    page.get_by_role("button", name="Layer 2, unit 1").hover()
    check("with a unit enlarged")
    page.get_by_role("button", name="Features", exact=True).click()
    check("while features are chosen")
    page.keyboard.press("Escape")
    playground.show_all_settings()
    check("with all settings")
    playground.type_in("Learning rate", "-1")
    playground.type_in("Units, layer 1", "0")
    expect(page.locator(".problem")).to_have_count(2)
    check("with refused values")
    page.get_by_role("tab", name="Accuracy").click()
    playground.settings.get_by_text("Learning rate", exact=True).hover()
    expect(page.get_by_role("tooltip")).to_be_visible()
    check("with an explanation")


DIVERGED = (
    "data.kind=plane&init.kind=he_normal&optimizer.kind=sgd&optimizer.learning_rate=10"
    '&layers=[{"units":8,"activation":"relu"}]'
)


def test_nothing_is_found_when_training_diverged(
    new_playground: Callable[..., Playground], subtests: pytest.Subtests, tmp_path: Path
) -> None:
    playground = new_playground(DIVERGED)
    playground.press("Play")
    playground.expect_status("diverged")
    page: Page = playground.page
    for width in (1400, 800, 390):
        for theme in ("light", "dark"):
            with subtests.test(f"{width} {theme}"):
                page.set_viewport_size({"width": width, "height": 844})
                page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
                page.screenshot(path=tmp_path / f"{width} {theme} diverged.png")
                assert not page.evaluate(STICKING_OUT)
                assert not axe_violations(page)


def test_a_large_network_scrolls_inside_its_panel(
    new_playground: Callable[..., Playground], tmp_path: Path
) -> None:
    layers = "[" + ",".join(['{"units":24}'] * 16) + "]"
    playground = new_playground(f"layers={layers}", viewport={"width": 390, "height": 844})
    page = playground.page
    playground.press("Step")
    playground.expect_epoch(1)
    expect(page.get_by_role("button", name="Add a layer")).to_be_disabled()
    for width in (390, 800, 1400):
        page.set_viewport_size({"width": width, "height": 844})
        page.screenshot(path=tmp_path / f"{width} large network.png", full_page=True)
        assert not page.evaluate(STICKING_OUT)
    last = page.get_by_role("button", name="Layer 16, unit 24")
    last.scroll_into_view_if_needed()
    last.hover()
    expect(page.locator(".output .caption")).to_have_text("Layer 16, unit 24")


@widths
def test_nothing_jumps(
    new_playground: Callable[..., Playground], subtests: pytest.Subtests, width: int, height: int
) -> None:
    playground = new_playground(viewport={"width": width, "height": height})
    page = playground.page
    before = page.evaluate(PLACES)

    def check(when: str) -> None:
        with subtests.test(when):
            now = page.evaluate(PLACES)
            assert {name: now[name] for name in now if now[name] != before.get(name)} == {}

    playground.expect_plots()
    check("when the plots have loaded")
    playground.play()
    playground.wait_for_epoch(1500)
    check("while numbers change")
    playground.pause()
    check("after Pause")
    page.get_by_role("button", name="Layer 2, unit 1").focus()
    expect(page.locator(".output .caption")).to_have_text("Layer 2, unit 1")
    playground.until(lambda: page.locator(".inspector table").count())
    page.evaluate("scrollTo(0, 0)")
    check("when a unit is enlarged")
