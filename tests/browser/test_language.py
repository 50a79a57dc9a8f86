"""English and Chinese: as the browser likes, as chosen, as the address says."""

import re
from collections.abc import Callable

import httpx
from playwright.sync_api import Page, expect

from tests.browser.playground import Playground

CHINESE = {"locale": "zh-CN"}


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
