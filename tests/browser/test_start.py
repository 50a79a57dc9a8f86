"""Where one starts: presets, hints, a teacher's link, an iframe; and how the page looks."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from engine.metrics import EXACT
from tests.browser.accessibility import STICKING_OUT, check_everything
from tests.browser.looks import Looks
from tests.browser.playground import Playground
from tests.browser.serving import serving

COLOURS = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size;
}"""
TOKEN = "(name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()"


def open_view(playground: Playground, looks: Looks) -> None:
    playground.page.get_by_role("button", name=looks.t("View"), exact=True).click()


def is_painted(picture: Locator) -> bool:
    return int(picture.evaluate(COLOURS)) > 10


def test_a_card_opens_a_preset(
    new_playground: Callable[..., Playground], looks: Looks, tmp_path: Path
) -> None:
    playground = new_playground("", **looks.options)
    page = playground.page
    page.get_by_role("button", name=looks.t("Presets"), exact=True).click()
    dialog = page.get_by_role("dialog", name=looks.t("Start from…"))
    cards = dialog.get_by_role("listitem")
    expect(cards).to_have_count(20)
    for picture in (cards.nth(0).locator("canvas"), cards.nth(19).locator("canvas")):
        playground.until(partial(is_painted, picture))
    check_everything(page, tmp_path / "presets.png")
    before = playground.received.experiment
    dialog.get_by_role("button", name=looks.t("XOR without a hidden layer")).press("Enter")
    expect(dialog).to_be_hidden()
    playground.until(lambda: playground.received.experiment != before)
    assert (playground.spec["data"]["kind"], playground.spec["layers"]) == ("xor", [])
    page.go_back()
    playground.until(lambda: playground.spec["data"]["kind"] == "circle")


def test_a_hint_that_is_followed_makes_way_for_the_next(playground: Playground) -> None:
    page = playground.page
    hints = page.get_by_role("complementary", name="Hints")
    expect(hints).to_contain_text("Press Play")
    playground.play()
    expect(hints).to_contain_text("Point at a unit")
    page.get_by_role("button", name="Layer 1, unit 1", exact=True).hover()
    expect(hints).to_contain_text("Change anything")
    playground.pause()
    expect(hints).to_contain_text("Change anything")


def test_hints_come_once(new_playground: Callable[..., Playground], looks: Looks) -> None:
    playground = new_playground("", **looks.options)
    page = playground.page
    hints = page.get_by_role("complementary", name=looks.t("Hints"))
    for words in ("Press Play", "Point at a unit"):
        if looks.language == "en":
            expect(hints).to_contain_text(words)
        hints.get_by_role("button", name=looks.t("Next")).press("Enter")
    assert not page.evaluate(STICKING_OUT)
    hints.get_by_role("button", name=looks.t("Got it")).click()
    expect(hints).to_be_hidden()
    page.reload()
    playground.expect_ready()
    expect(hints).to_be_hidden()
    open_view(playground, looks)
    page.get_by_role("button", name=looks.t("Show the hints again")).click()
    hints.get_by_role("button", name=looks.t("Close the hints")).click()
    expect(hints).to_be_hidden()


def test_a_link_for_a_class(
    new_playground: Callable[..., Playground], looks: Looks, tmp_path: Path
) -> None:
    teacher = new_playground("data.kind=xor", **looks.options)
    page = teacher.page
    page.get_by_role("button", name=looks.t("Share"), exact=True).click()
    page.get_by_role("button", name=looks.t("Link for a class…")).click()
    dialog = page.get_by_role("dialog", name=looks.t("Link for a class"))
    note = "What does one layer change? <b>Try</b> & see: 1 + 1"
    dialog.get_by_role("textbox", name=looks.t("Note on top of the page")).fill(note)
    dialog.get_by_role("combobox", name=looks.t("Optimizer"), exact=True).select_option("locked")
    dialog.get_by_role("combobox", name=looks.t("Schedule"), exact=True).select_option("hidden")
    for part in ("Compare", "Output"):
        dialog.get_by_role("checkbox", name=looks.t(part), exact=True).uncheck()
    check_everything(page, tmp_path / "dialog.png")
    link = dialog.get_by_role("textbox", name=looks.t("Link"), exact=True).input_value()

    learner = new_playground(link.partition("#")[2], **looks.options)
    page = learner.page
    expect(page.get_by_role("complementary", name=looks.t("Note"))).to_have_text(note)
    rate = page.get_by_role("slider", name=looks.t("Learning rate"), exact=True)
    expect(rate).to_be_disabled()
    expect(
        page.get_by_role("img", name=looks.t("Locked by the link that opened this page"))
    ).to_have_count(2)
    expect(page.get_by_role("combobox", name=looks.t("Schedule"))).to_have_count(0)
    expect(page.get_by_role("button", name=looks.t("Compare"), exact=True)).to_be_hidden()
    expect(page.locator(".output")).to_be_hidden()
    check_everything(page, tmp_path / "lesson.png")
    assert learner.spec["data"]["kind"] == "xor"
    # It stays as it is while they work.
    page.keyboard.press("ArrowRight")
    learner.expect_epoch(1)
    learner.until(lambda: "epoch=1" in page.url)
    page.reload()
    learner.expect_ready()
    expect(rate).to_be_disabled()
    expect(page.get_by_role("complementary", name=looks.t("Note"))).to_have_text(note)


def test_what_is_hidden_has_no_key(new_playground: Callable[..., Playground]) -> None:
    playground = new_playground("hide=step,reset,new_weights&epoch=2")
    playground.expect_epoch(2)
    for key in ("ArrowRight", "r", "n"):
        playground.page.keyboard.press(key)
    playground.page.keyboard.press("Space")
    playground.wait_for_epoch(4)
    playground.page.keyboard.press("Space")
    playground.expect_status("paused")
    assert playground.get()["timeline"] == 0
    assert playground.spec["seed"] == 0


FRAMED = ("favicon", "404", "Blocked autofocusing")
"""What a browser says of every iframe: the outer page has no icon, the inner one takes no focus."""


@contextmanager
def site(folder: Path) -> Iterator[str]:
    """Another site: its origin."""
    handler = partial(SimpleHTTPRequestHandler, directory=folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_an_iframe_on_a_site_that_is_allowed_and_on_another(
    browser: Browser, tmp_path: Path
) -> None:
    with site(tmp_path) as origin, serving(NEURAL_PLAYGROUND_EMBEDDED_BY=origin) as server:
        frame = f'<iframe src="{server.address}/?embed=1#hide=settings" width="900" height="700">'
        (tmp_path / "lesson.html").write_text(f"<!DOCTYPE html><title>Lesson</title>{frame}")
        (tmp_path / "all.html").write_text(f'<iframe src="{server.address}/">')
        with browser.new_context() as context:
            page = context.new_page()
            errors: list[str] = []
            page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
            page.goto(f"{origin}/lesson.html")
            inside = page.frame_locator("iframe")
            inside.get_by_role("button", name="Step", exact=True).click()
            expect(inside.locator(".page")).to_have_attribute("data-epoch", "1")
            for name in ("Presets", "Compare", "Share", "Export", "View"):
                expect(inside.get_by_role("button", name=name, exact=True)).to_be_hidden()
            expect(inside.locator(".settings")).to_be_hidden()
            assert not [text for text in errors if not any(part in text for part in FRAMED)]
            assert not refused(page, f"{origin}/lesson.html")
            assert refused(page, f"{origin}/all.html")
            assert refused(page, f"{origin.replace('127.0.0.1', 'localhost')}/lesson.html")


def refused(page: Page, url: str) -> bool:
    """The frame in this page stays empty."""
    with page.expect_event("requestfinished", lambda request: "favicon" not in request.url):
        page.goto(url)
    frame = page.frames[1]
    return frame.url.startswith("chrome-error:") or frame.locator(".page").count() == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_palettes_and_contrast(
    new_playground: Callable[..., Playground],
    subtests: pytest.Subtests,
    tmp_path: Path,
    theme: str,
) -> None:
    playground = new_playground(color_scheme=theme)
    page = playground.page
    playground.pause_at(30)
    page.get_by_role("button", name="Close the hints").click()
    seen = {page.evaluate(TOKEN, "--negative-tint")}
    for name, value in (
        ("Colours", "Pink and green"),
        ("Colours", "Dark and light"),
        ("Contrast", "High"),
        ("Colours", "Pink and green"),
        ("Colours", "Orange and blue"),
        ("Theme", "Light" if theme == "dark" else "Dark"),
    ):
        with subtests.test(f"{name}: {value}"):
            page.get_by_role("button", name="View", exact=True).click()
            page.get_by_role("combobox", name=name, exact=True).select_option(label=value)
            page.keyboard.press("Escape")
            check_everything(page, tmp_path / f"{theme} {name} {value}.png")
            seen.add(page.evaluate(TOKEN, "--negative-tint"))
    assert len(seen) > 3
    page.reload()
    playground.expect_ready()
    other = "light" if theme == "dark" else "dark"
    expect(page.locator("html")).to_have_attribute("data-theme", other)
    expect(page.locator("html")).to_have_attribute("data-contrast", "more")


def test_what_the_system_prefers(new_playground: Callable[..., Playground]) -> None:
    playground = new_playground(contrast="more", reduced_motion="reduce")
    root = playground.page.locator("html")
    for name, value in (("theme", "light"), ("contrast", "more"), ("motion", "reduced")):
        expect(root).to_have_attribute(f"data-{name}", value)
    playground.page.emulate_media(
        color_scheme="dark", contrast="no-preference", reduced_motion="no-preference"
    )
    for name, value in (("theme", "dark"), ("contrast", "normal"), ("motion", "full")):
        expect(root).to_have_attribute(f"data-{name}", value)
    assert playground.page.evaluate(TOKEN, "--panel") == "#171b21"


def test_the_training_in_words(
    new_playground: Callable[..., Playground], looks: Looks, tmp_path: Path
) -> None:
    playground = new_playground("", **looks.options)
    page = playground.page
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    playground.expect_epoch(12)
    open_view(playground, looks)
    page.get_by_role("button", name=looks.t("Training in words")).click()
    dialog = page.get_by_role("dialog", name=looks.t("Training in words"))
    test_loss = dict(zip(EXACT, playground.history()[12], strict=True))["test_loss"]
    if looks.language == "en":
        expect(dialog).to_contain_text("Paused at epoch 12.")
        expect(dialog).to_contain_text("Since epoch 6 the test loss has fallen from")
        expect(dialog).to_contain_text("4, 2 in hidden layers")
    expect(dialog).to_contain_text(f"{test_loss:.3f}")
    check_everything(page, tmp_path / "words.png")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_who_listens_is_told_when_it_starts_and_stops(playground: Playground) -> None:
    page = playground.page
    told = page.get_by_role("status").filter(has_text="epoch")
    playground.play()
    expect(page.get_by_role("status").filter(has_text="Training.")).to_have_count(1)
    playground.wait_for_epoch(20)
    playground.pause()
    expect(told).to_contain_text(f"Paused at epoch {playground.epoch:,}. Test loss")


@pytest.mark.parametrize(("width", "height"), [(700, 450), (400, 500)])
def test_nothing_is_lost_at_200_percent(
    new_playground: Callable[..., Playground], tmp_path: Path, width: int, height: int
) -> None:
    """A window of 1400 or 800 pixels, zoomed, has half as many."""
    viewport = {"width": width, "height": height}
    playground = new_playground(viewport=viewport, device_scale_factor=2)
    page = playground.page
    playground.press("Step")
    playground.expect_epoch(1)
    check_everything(page, tmp_path / "page.png")
    for name in ("Presets", "View"):
        page.get_by_role("button", name=name, exact=True).click()
        check_everything(page, tmp_path / f"{name}.png")
        page.keyboard.press("Escape")
