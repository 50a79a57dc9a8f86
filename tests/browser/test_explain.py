"""Everything is explained where it stands, and collected in the glossary."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from app.glossary import glossary
from tests.browser.accessibility import axe_violations
from tests.browser.looks import Looks
from tests.browser.playground import Playground

OVERFLOWING = """() => [...document.querySelectorAll(".term, .help, .formula")]
  .filter((one) => one.scrollWidth > one.clientWidth + 1 && !one.matches(".formula"))
  .map((one) => one.id)"""


def explanation(page: Page) -> Locator:
    return page.get_by_role("tooltip")


def label_of(page: Page, title: str) -> Locator:
    return page.get_by_role("region").locator("label").get_by_text(title, exact=True).first


def test_a_setting_is_explained_and_leads_to_the_glossary(
    new_playground: Callable[..., Playground], looks: Looks, tmp_path: Path
) -> None:
    page = new_playground("", **looks.options).page
    label = label_of(page, looks.t("Learning rate"))
    label.tap() if looks.phone else label.hover()
    bubble = explanation(page)
    expect(bubble).to_contain_text(looks.t("Turning it up"))
    expect(bubble).to_contain_text(
        looks.t(
            "Learns faster, then jumps about the valley, then diverges. "
            "When in doubt try ten times less or more."
        )
    )
    assert not page.evaluate(OVERFLOWING)
    page.screenshot(path=tmp_path / "explained.png")
    assert not axe_violations(page)
    # The pointer can go into the explanation without losing it.
    with page.context.expect_page() as opened:
        link = bubble.get_by_role("link", name=looks.t("More in the glossary"))
        link.tap() if looks.phone else link.click()
    expect(opened.value).to_have_url("/glossary#optimizer.learning_rate")
    term = opened.value.locator(".term:target")
    expect(term).to_be_in_viewport()
    expect(term.get_by_role("heading")).to_have_text(looks.t("Learning rate"))
    opened.value.close()


def test_a_chosen_option_shows_its_formula_and_source(playground: Playground) -> None:
    page = playground.page
    label_of(page, "Optimizer").hover()
    bubble = explanation(page)
    expect(bubble.locator("math")).to_have_count(3)
    expect(bubble).to_contain_text("Kingma and Ba 2015, arXiv:1412.6980")
    page.keyboard.press("Escape")
    expect(bubble).to_be_hidden()


def test_explanations_come_by_keyboard(playground: Playground) -> None:
    page = playground.page
    page.get_by_role("combobox", name="Initialization", exact=True).focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    bubble = explanation(page)
    expect(bubble).to_contain_text("Xavier uniform")
    with page.context.expect_page() as opened:
        page.keyboard.press("F1")
    expect(opened.value).to_have_url("/glossary#init:xavier_uniform")
    opened.value.close()
    page.keyboard.press("Escape")
    expect(bubble).to_be_hidden()


def test_the_glossary_is_read_and_searched(
    new_page: Callable[..., Page], looks: Looks, tmp_path: Path
) -> None:
    page = new_page(**looks.options)
    page.goto("/glossary")
    expect(page.get_by_role("heading", level=1)).to_have_text(looks.t("Glossary"))
    terms = page.locator(".term")
    expect(terms).to_have_count(len(glossary()))
    page.screenshot(path=tmp_path / "glossary.png")
    assert not page.evaluate(OVERFLOWING)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not axe_violations(page)
    box = page.get_by_role("searchbox", name=looks.t("Find a term"))
    box.fill("torch.optim adam")
    visible = page.locator(".term:visible")
    expect(visible).to_have_count(4)
    expect(page.locator("nav li:visible")).to_have_count(1)
    box.fill("no such word")
    expect(visible).to_have_count(0)
    expect(page.get_by_role("status")).to_have_text(looks.t("There is no such term."))
    # A link to a term that the search has hidden shows it.
    page.evaluate("location.hash = 'marks.dead'")
    expect(page.locator(".term:target")).to_be_in_viewport()
    expect(box).to_have_value("")


def test_the_glossary_needs_no_javascript(new_page: Callable[..., Page]) -> None:
    page = new_page(java_script_enabled=False)
    page.goto("/glossary#loss:huber")
    expect(page.locator(".term:target")).to_be_in_viewport()
    expect(page.locator(".term:target math")).to_have_count(2)
    expect(page.get_by_role("searchbox")).to_be_hidden()


def test_a_glossary_is_a_step_away(playground: Playground) -> None:
    page = playground.page
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Glossary").click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Glossary")
    opened.value.close()


@pytest.mark.parametrize("width", [1400, 390])
def test_every_formula_fits(new_page: Callable[..., Page], width: int) -> None:
    page = new_page(viewport={"width": width, "height": 900})
    page.goto("/glossary")
    small = page.locator(".formula math").evaluate_all(
        """(all) => all.filter((one) => {
          const { width, height } = one.getBoundingClientRect();
          return width < 5 || height < 4 || one.querySelector("merror");
        }).length"""
    )
    assert small == 0
    wide = page.locator(".formula").evaluate_all(
        """(all) => all.filter((one) => one.scrollWidth > one.clientWidth)
          .map((one) => one.innerText)"""
    )
    assert not wide
