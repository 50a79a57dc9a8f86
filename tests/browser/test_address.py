"""The URL is the state: written always, read also when it is wrong."""

from collections.abc import Callable, Sequence
from functools import partial

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.browser.playground import Playground, same


@pytest.fixture
def expected_problems() -> list[str]:
    return ["status of 422"]


def test_the_defaults_need_no_words(playground: Playground) -> None:
    assert playground.page.url.endswith("/")
    playground.taken(lambda: playground.type_in("Noise", "0.2"))
    playground.expect_fragment("data.noise=0.2")
    playground.press("Step")
    playground.expect_fragment("data.noise=0.2&epoch=1")
    playground.press("Reset")
    playground.taken(lambda: playground.type_in("Noise", "0.1"))
    playground.expect_fragment("")


def test_the_address_holds_the_epoch_of_a_pause(playground: Playground) -> None:
    for epoch in (1000, 2000, 3000):
        playground.pause_at(epoch)
        playground.expect_fragment(f"epoch={playground.epoch}")


def test_an_edited_address_applies(playground: Playground) -> None:
    page = playground.page
    playground.pause_at(5)
    playground.go('data.kind=xor&layers=[{"units":3}]&epoch=12')
    playground.expect_epoch(12)
    playground.expect_status("paused")
    expect(page.get_by_role("radio", name="XOR")).to_be_checked()
    expect(playground.entry("Units, layer 1")).to_have_value("3")
    assert playground.get()["runs"][0]["units"] == [2, 3, 1]
    playground.expect_received(playground.history())
    playground.go("")
    playground.expect_epoch(0)
    assert playground.spec["data"]["kind"] == "circle"


def test_reloading_keeps_the_state(playground: Playground) -> None:
    playground.taken(lambda: playground.choose_data("Gaussian"))
    playground.pause_at(20)
    epoch, rows = playground.epoch, playground.history()
    playground.page.reload()
    playground.expect_ready()
    playground.expect_epoch(epoch)
    assert same(playground.history(), rows)


def shows(plot: Locator, domain: Sequence[float]) -> bool:
    """A plot's axes are these: x1 from, to; x2 from, to."""
    seen = "(plot) => [...plot.layout.xaxis.range, ...plot.layout.yaxis.range]"
    return same(plot.evaluate(seen), domain)


def test_a_link_holds_how_curves_and_plane_are_looked_at(
    playground: Playground, new_playground: Callable[..., Playground]
) -> None:
    page = playground.page
    page.get_by_label("log", exact=True).check()
    options = playground.open_chart_options()
    options.get_by_label("Smoothing").fill("0.6")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Layer view").click()
    page.get_by_role("combobox", name="Layer shown").select_option("1")
    page.get_by_role("combobox", name="Seen along").select_option(label="Two units")
    page.get_by_role("combobox", name="Unit upward").select_option("3")
    playground.expect_fragment("log=true&smoothing=0.6&map=layer&layer=1&units=[0,3]")

    other = new_playground(page.url.partition("#")[2])
    expect(other.page.get_by_label("log", exact=True)).to_be_checked()
    expect(other.page.get_by_role("combobox", name="Layer shown")).to_have_value("1")
    expect(other.page.get_by_role("combobox", name="Unit upward")).to_have_value("3")
    expect(other.open_chart_options().get_by_label("Smoothing")).to_have_value("0.6")
    other.expect_fragment("log=true&smoothing=0.6&map=layer&layer=1&units=[0,3]")

    zoomed = "data.kind=iris&chart=accuracy&zoom=[-1,2,0,1]"
    other.go(zoomed)  # another plane than before
    domain = other.page.locator(".plane .plot")
    other.expect_plots()
    other.until(partial(shows, domain, [-1, 2, 0, 1]))
    expect(other.page.get_by_role("tab", name="Accuracy")).to_have_attribute(
        "aria-selected", "true"
    )
    other.page.get_by_title("Zoom out", exact=True).click()
    expect(other.page).not_to_have_url(f"/#{zoomed}")
    for part, shown in (
        ("[-100,100,0,1]", [-6, 6, -6, 6]),  # no part of another plane
        ("[-3,0,0,3]", [-3, 0, 0, 3]),
        ("[5,7,0,1]", [-6, 6, -6, 6]),  # nor of the same one
    ):
        other.go(f"zoom={part}")
        other.expect_plots()
        other.until(partial(shows, domain, shown))
    other.expect_fragment("")


def test_an_address_stays_while_what_it_asks_for_is_made(playground: Playground) -> None:
    page = playground.page
    waiting: list[Route] = []
    page.route("**/api/experiments", lambda route: waiting.append(route))
    fragment = "data.kind=xor&log=true&smoothing=0.5"
    page.evaluate("(fragment) => { location.hash = fragment; }", fragment)
    playground.until(lambda: waiting)
    page.evaluate("() => new Promise(requestAnimationFrame)")
    expect(page.get_by_label("log", exact=True)).to_be_checked()
    playground.expect_fragment(fragment)
    waiting[0].continue_()
    expect(page.get_by_role("radio", name="XOR")).to_be_checked()
    playground.expect_fragment(fragment)


def test_reset_makes_a_live_change_the_beginning(
    playground: Playground, new_playground: Callable[..., Playground]
) -> None:
    playground.pause_at(10)
    playground.taken(lambda: playground.type_in("Learning rate", "0.05"))
    playground.press("Reset")
    playground.expect_fragment("optimizer.learning_rate=0.05")
    playground.pause_at(10)
    other = new_playground(playground.page.url.partition("#")[2])
    other.expect_epoch(playground.epoch)
    other.expect_received(playground.history())


BAD_VALUES = [
    ("optimizer.learning_rate=-5", "Learning rate"),
    ("regularization.l2=much", "L2"),
    ("data.samples=7", "Samples"),
    ("batch_size=0", "Batch size"),
]
# What is wrong in an address, and a part of what the page should say of it.
BAD_ADDRESSES = [
    ("data.kind=nonsense", "nonsense"),
    ("nothing.here=1", "nothing.here"),
    ("constructor=1", "constructor"),
    ("%E0%A4%A=3", "%E0%A4%A"),
    ('changes=[[5,{"optimizer":{"learning_rate":-1}}]]&epoch=10', "greater than 0"),
    ("epoch=99999999999", "epoch"),
    ("epoch=soon", "epoch"),
    ("speed=-3", "speed"),
    ('layers=[{"units":0}]', "at least 1"),
    ('features=["zz"]', "zz"),
    ("optimizer.momentum=0.5", "momentum"),
    ("regularization=5", "regularization"),
    ("precision=float16", "float64"),
    ("seed=-1", "at least 0"),
    ("layers=3", ""),
]


def test_a_bad_value_in_the_address_is_named_next_to_its_control(playground: Playground) -> None:
    for fragment, title in BAD_VALUES:
        playground.go(f"{fragment}&data.noise=0.3")
        entry = playground.entry(title)
        expect(entry).to_have_value(fragment.rpartition("=")[2])
        expect(entry).to_have_attribute("aria-invalid", "true")
        expect(playground.field(title).locator(".problem")).to_be_visible()
        expect(playground.entry("Noise")).to_have_value("0.3")
        playground.expect_fragment("data.noise=0.3")
        playground.pause_at(1)


def test_what_is_wrong_in_the_address_is_said_and_the_rest_applies(
    playground: Playground, subtests: pytest.Subtests
) -> None:
    said = playground.page.locator(".problem:visible, [role=alert]:visible")
    for bad, named in BAD_ADDRESSES:
        with subtests.test(bad):
            playground.go(f"{bad}&data.noise=0.3")
            assert said.count() > 0
            assert named in " ".join(said.all_inner_texts())
            assert playground.spec["data"]["noise"] == 0.3
            assert playground.page.url.endswith("#data.noise=0.3")


def test_a_bad_field_of_a_kind_leaves_the_kind(playground: Playground) -> None:
    playground.go("optimizer.kind=sgd&optimizer.beta1=0.3&optimizer.learning_rate=0.2")
    assert playground.spec["optimizer"] == {"kind": "sgd", "learning_rate": 0.2}
