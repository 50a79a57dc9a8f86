"""English and Chinese: as the browser likes, as chosen, as the address says."""

import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, expect

from app.translation import LANGUAGES, translate
from tests.browser.accessibility import axe_violations
from tests.browser.looks import Looks
from tests.browser.playground import Playground

CHINESE = {"locale": "zh-CN"}
NAMES = {"en": "English", "zh-Hans": "简体中文"}


@pytest.fixture
def expected_problems() -> list[str]:
    return ["422"]  # the browser reports the race that is refused


def choose(page: Page, now: str, wanted: str) -> None:
    page.get_by_role("button", name=now).click()
    page.get_by_role("button", name=wanted, exact=True).click()


def test_the_browsers_language_comes_first_and_a_choice_stays(
    new_playground: Callable[..., Playground],
) -> None:
    playground = new_playground("", **CHINESE)
    page = playground.page
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    choose(page, "语言", "English")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("button", name="Language: EN")).to_be_focused()
    page.reload()
    expect(page.get_by_role("button", name="Language: EN")).to_be_visible()


def test_an_address_may_ask_for_a_language(new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.goto("/?lang=zh-Hans")
    expect(page.get_by_role("button", name="语言：中文")).to_be_visible()
    choose(page, "语言", "English")
    expect(page).not_to_have_url(re.compile("lang="))
    expect(page.get_by_role("button", name="Language: EN")).to_be_visible()
    page.goto("/")
    expect(page.get_by_role("button", name="Language: EN")).to_be_visible()


def test_pages_are_served_in_the_language_asked_for(server: str) -> None:
    def lang(**asked: str) -> str:
        asked = {name.replace("_", "-"): value for name, value in asked.items()}
        text = httpx.get(server, headers=asked).text
        return text.partition('<html lang="')[2].partition('"')[0]

    assert lang() == "en"
    assert lang(accept_language="fr, zh-CN;q=0.8, en;q=0.5") == "zh-Hans"
    assert lang(accept_language="zh-CN", cookie="lang=en") == "en"


def test_changing_the_language_changes_everything_at_once(
    new_playground: Callable[..., Playground], looks: Looks
) -> None:
    playground = new_playground("epoch=3", **looks.options)
    page = playground.page
    expect(page.locator(".page")).to_have_attribute("data-epoch", "3")
    page.evaluate("window.loadedOnce = true")
    (other,) = (one for one in LANGUAGES if one != looks.language)
    menu = translate("Language", looks.language)
    page.get_by_role("button", name=menu).click()
    assert not axe_violations(page)
    page.get_by_role("button", name=NAMES[other], exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", other)
    page.get_by_role("button", name=translate("Compare", other), exact=True).first.click()
    page.get_by_role("button", name=translate("Fair race…", other)).click()
    # A complaint of the server's follows too, although the browser likes the other language.
    dialog = page.get_by_role("dialog", name=translate("Fair race", other))
    dialog.get_by_label(translate("Lowest rate", other)).fill("2")
    dialog.get_by_role("button", name=translate("Start the race", other)).click()
    complaint = translate("The highest rate is below the lowest", other)
    expect(dialog.get_by_role("alert")).to_contain_text(complaint)
    dialog.get_by_role("button", name=translate("Close", other)).click()
    expect(page.locator(".page")).to_have_attribute("data-epoch", "3")
    assert page.evaluate("window.loadedOnce")
