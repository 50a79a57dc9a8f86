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
    expect(bubble.locator(".key-line")).to_have_count(0)
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


# Controls, heads of tables and marks that neither explain themselves nor stand in something that
# does: a setting's row, or what an explained button opens.
UNEXPLAINED = """(exempt) => {
  const explained = "[data-explained]";
  const names = "button, select, input, textarea, a[href], th, dt, [tabindex='0']";
  const opener = (one) => {
    const popover = one.closest("[popover]");
    return popover && document.querySelector(`[popovertarget="${popover.id}"]`)?.matches(explained);
  };
  return [...document.querySelectorAll(names)].filter((one) =>
    one.checkVisibility({ visibilityProperty: true }) &&
    !one.matches(exempt) &&
    !one.closest(explained) &&
    !one.querySelector(explained) &&
    !one.closest(".field, .pill, fieldset, tr, .popover.weight")?.querySelector(explained) &&
    !opener(one)
  ).map((one) => one.outerHTML.slice(0, 120));
}"""
EXEMPT = ", ".join(
    [
        ".finder .box, [type=search], .subjects",  # their placeholder says it
        ".more-data, .all",  # open more of the same
        ".steps button, .close, .hints button, .zoom-buttons button",  # their name is all
        ".unit, .field-frame, .plot, .scroller",  # the caption or the tab says what they show
        ".card",  # has its text
        "th[scope=row], .tabular, .layers th:first-child, .tabular th:first-child",  # names
    ]
)
# Native titles that say more than a name that is not seen, or than a text that may be cut off.
TITLED = """() => [...document.querySelectorAll("[title]")].filter((one) => {
  if (!one.checkVisibility() || one.closest(".plot")) return false;
  const inside = one.querySelector("[aria-label]")?.ariaLabel;
  const texts = [one.ariaLabel, inside, one.selectedOptions?.[0].label, one.textContent];
  return !texts.some((text) => text?.trim() === one.title.trim());
}).map((one) => one.outerHTML.slice(0, 160))"""
LANES = (
    "lanes=[{%22optimizer.kind%22:%22sgd%22}]&optimizer.learning_rate=0.02&seeds=2&epoch=5"
    "&layers=[{%22units%22:3,%22dropout%22:0.1}]"
)


def check_explained(page: Page, place: str) -> None:
    assert not page.evaluate(UNEXPLAINED, EXEMPT), place
    assert not page.evaluate(TITLED), place


def test_every_control_is_explained(playground: Playground) -> None:
    page = playground.page

    def button(name: str) -> Locator:
        return page.get_by_role("button", name=name, exact=True)

    playground.pause_at(1)
    playground.expect_plots()
    playground.show_all_settings()
    check_explained(page, "start")
    openers = ("Other ways to go on", "Chart options", "Fork here", "Export", "Share", "View")
    for name in (*openers, "Language: EN", "Compare", "Settings of layer 1", "Features"):
        button(name).click()
        expect(page.locator(".popover:popover-open")).to_be_visible()
        check_explained(page, name)
        page.keyboard.press("Escape")
    for name in ("Presets", "Fair race…"):
        if name != "Presets":
            button("Compare").click()
        button(name).click()
        expect(page.locator("dialog[open]")).to_be_visible()
        check_explained(page, name)
        button("Close").click()
    page.locator(".unit").nth(3).click()
    expect(page.locator(".inspector.kept")).to_be_visible()
    check_explained(page, "unit")
    button("Table").click()
    check_explained(page, "table")
    button("Table").click()
    for name in ("Accuracy", "Gradients", "Activations", "Rate", "Summary"):
        page.get_by_role("tab", name=name).click()
        expect(page.locator(".curves")).to_have_attribute("data-tab", name.lower())
        check_explained(page, name)


def test_every_control_of_lanes_is_explained(playground: Playground) -> None:
    playground.go(LANES)
    page = playground.page
    check_explained(page, "lanes")
    chips = page.locator(".modes .chip")
    for index in range(chips.count()):
        chips.nth(index).click()
        check_explained(page, chips.nth(index).inner_text())
    for opener in (".lane-menu-opener", ".changes-opener", ".yours-opener"):
        page.locator(opener).first.click()
        expect(page.locator(".popover:popover-open")).to_be_visible()
        check_explained(page, opener)
        page.keyboard.press("Escape")
    page.get_by_role("tab", name="Summary").click()
    expect(page.locator(".summary tbody tr")).to_have_count(2)
    check_explained(page, "summary")


def test_an_explanation_says_the_key_and_is_out_of_the_way(
    new_playground: Callable[..., Playground],
) -> None:
    for width in (1400, 1000, 700):
        playground = new_playground(viewport={"width": width, "height": 900})
        page, bubble = playground.page, explanation(playground.page)
        step = playground.transport.get_by_role("button", name="Step", exact=True)
        step.hover()
        expect(bubble.locator(".key-line")).to_have_text("Key →")
        covered = """(bubble) => {
          const at = bubble.getBoundingClientRect();
          return [...document.querySelectorAll(".bar button, .bar select, .bar input")]
            .filter((one) => one.checkVisibility())
            .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
            .filter(([, { left, right, top, bottom }]) => left < at.right && right > at.left
              && top < at.bottom && bottom > at.top);
        }"""
        assert not bubble.evaluate(covered), width
        step.click()
        expect(bubble).to_be_hidden()
        playground.expect_epoch(1)
        # What cannot be pressed says why, too.
        page.mouse.move(width / 2, 400)
        playground.play()
        page.locator(".fork-opener").hover()
        expect(bubble).to_contain_text("Pause first")
        page.close()  # or it would train on beside the next one


def test_an_explanation_gives_way_to_what_is_opened_by_keyboard(playground: Playground) -> None:
    page, bubble = playground.page, explanation(playground.page)
    playground.transport.get_by_role("button", name="Step", exact=True).focus()
    page.keyboard.press("Tab")
    expect(bubble).to_contain_text("Other ways to go on")
    page.keyboard.press("Enter")
    expect(page.locator("#ways")).to_be_visible()
    expect(bubble).to_be_hidden()


def test_nothing_is_explained_to_a_pointer_that_rests(new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.add_init_script(
        """window.armed = 0;
        const set = window.setTimeout;
        window.setTimeout = (act, wait, ...rest) => {
          if (wait === 700) window.armed++;
          return set(act, wait, ...rest);
        };"""
    )
    playground = Playground(page)
    playground.open()
    page.mouse.move(500, 30)
    page.mouse.move(700, 500)
    before = page.evaluate("armed")
    page.evaluate(
        """() => {
          const step = document.querySelector(".split .step");
          const { left, top } = step.getBoundingClientRect();
          step.style.transform = `translate(${690 - left}px, ${490 - top}px)`;
          step.style.zIndex = 99;
        }"""
    )
    page.wait_for_function("() => document.querySelector('.split .step').matches(':hover')")
    assert page.evaluate("armed") == before
    page.mouse.move(701, 501)  # still over it
    expect(explanation(page)).to_contain_text("Trains one epoch")
    assert page.evaluate("armed") > before


def test_a_finger_presses_without_an_explanation_and_gets_it_by_staying(
    new_playground: Callable[..., Playground],
) -> None:
    playground = new_playground(viewport={"width": 390, "height": 844}, has_touch=True)
    page = playground.page
    page.evaluate(
        """() => {
          window.seen = [];
          new MutationObserver(() => {
            const title = document.querySelector(".help strong")?.textContent;
            if (title && title !== window.seen.at(-1)) window.seen.push(title);
          }).observe(document.body, { childList: true, subtree: true, characterData: true });
        }"""
    )
    playground.transport.get_by_role("button", name="Step", exact=True).tap()
    playground.expect_epoch(1)
    reset = playground.transport.get_by_role("button", name="Reset", exact=True)
    reset.dispatch_event("pointerdown", {"pointerType": "touch", "bubbles": True})
    expect(explanation(page)).to_contain_text("Back to epoch 0")
    assert page.evaluate("seen") == ["Reset"]
    playground.expect_epoch(1)


def test_explanations_know_the_keys(playground: Playground) -> None:
    page = playground.page
    page.keyboard.press("?")
    listed = page.get_by_role("group", name="Keys").locator("kbd").all_inner_texts()
    told = {term.shortcut for term in glossary() if term.shortcut}
    assert told <= set(listed)
    assert {"Space", "→", "⇧ →", "←", "R", "N", "?"} <= told
