"""Play, Pause, Step, Reset, New weights, and how fast."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import STICKING_OUT, axe_violations
from tests.browser.looks import Looks
from tests.browser.playground import Playground, same


def test_step_adds_one_epoch(playground: Playground) -> None:
    for epoch in (1, 2):
        playground.press("Step")
        playground.expect_epoch(epoch)
    assert len(playground.history()) == 3
    playground.expect_received(playground.history())
    expect(playground.transport).to_contain_text("2 epochs")


def test_reset_keeps_the_weights_and_new_weights_does_not(playground: Playground) -> None:
    weights = playground.picture()["weights"]
    initial = playground.history()
    playground.pause_at(5)
    playground.press("Reset")
    playground.expect_epoch(0)
    assert same(playground.picture()["weights"], weights)
    assert same(playground.history(), initial)
    assert playground.page.url.endswith("/")

    playground.press("Step")
    playground.expect_epoch(1)
    playground.press("New weights")
    playground.expect_epoch(0)
    playground.until(lambda: not same(playground.received.picture["weights"], weights))
    assert not same(playground.history(), initial)
    seed = playground.spec["seed"]
    assert seed != 0
    assert playground.page.url.endswith(f"#seed={seed}")
    playground.show_all_settings()
    expect(playground.entry("Seed")).to_have_value(str(seed))


def test_reset_while_playing_plays_on(playground: Playground) -> None:
    playground.play()
    playground.wait_for_epoch(200)
    playground.press("Reset")
    playground.expect_state("timeline", 1)
    playground.expect_status("playing")
    playground.wait_for_epoch(100)
    playground.pause()
    playground.expect_received(playground.history())


def test_speed_changes_while_it_plays(playground: Playground) -> None:
    playground.choose("Speed", "1 epoch/s")
    playground.play()
    playground.wait_for_epoch(2)
    assert set(playground.received.lengths) == {1}  # one epoch at a time
    for choice, speed in (("500 epochs/s", 500), ("max", None)):
        playground.choose("Speed", choice)
        playground.expect_state("epochs_per_second", speed)
        playground.wait_for_epoch(playground.epoch + 100)
    playground.pause()
    assert playground.get()["timeline"] == 0
    playground.expect_received(playground.history())


LAST_BATCH = """async () => {
  const { src } = document.querySelector("script[type=module]");
  return (await import(src.replace("main.js", "store.js"))).lastBatch.value;
}"""


def test_one_batch_and_running_until(
    new_playground: Callable[..., Playground], looks: Looks
) -> None:
    playground = new_playground("data.samples=100&batch_size=20&optimizer=sgd", **looks.options)
    page = playground.page

    def shows(batch: int) -> bool:
        return (page.evaluate(LAST_BATCH) or {}).get("batch") == batch

    for batch in (1, 2):
        page.keyboard.press("Shift+ArrowRight")
        playground.expect_state("batch", batch)
        playground.until(partial(shows, batch))
        assert page.evaluate(LAST_BATCH) == playground.get("/runs/0/batch")
        assert len(page.evaluate(LAST_BATCH)["points"]) == 20
    playground.press(looks.t("Step"))
    playground.expect_epoch(1)
    playground.until(lambda: page.evaluate(LAST_BATCH) is None)

    def run_until(what: str, value: str) -> None:
        page.get_by_role("button", name=looks.t("Other ways to go on")).click()
        ways = page.get_by_role("group", name=looks.t("Other ways to go on"))
        ways.get_by_role("combobox").select_option(label=looks.t(what))
        ways.get_by_label(looks.t("Value to reach")).fill(value)
        found = [*page.evaluate(STICKING_OUT), *axe_violations(page)]
        assert not found, "\n".join(found)
        page.keyboard.press("Enter")

    run_until("epoch", "30")
    playground.expect_epoch(30)
    playground.expect_status("paused")
    target = float(np.array(playground.history())[:, 1].min()) * 0.98
    run_until("test loss", f"{target:.6f}")
    goal = looks.t("test loss ≤ {value}", value=f"{target:.6f}".rstrip("0"))
    expect(page.locator(".passing")).to_contain_text(goal)
    state = playground.get
    playground.until(lambda: state()["epoch"] > 30 and state()["status"] == "paused")
    losses = np.array(playground.history())[:, 1]
    assert losses[-1] <= round(target, 6) < losses[:-1].min()
    page.get_by_role("button", name=looks.t("Other ways to go on")).click()
    page.get_by_label(looks.t("Value to reach")).fill("3")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("3")


OVERLAPS = """() => {
  const names = ".bar > h1, .transport > *, .bar-end > *, .split > button";
  const all = [...document.querySelectorAll(names)]
    .filter((one) => one.checkVisibility() && !one.matches(".split, [popover]"))
    .map((one) => [one.ariaLabel ?? one.className, one.getBoundingClientRect()])
    .filter(([, { width }]) => width > 1);
  const faults = all
    .filter(([, { left, right }]) => left < 0 || right > innerWidth + 0.5)
    .map(([name]) => `${name} sticks out`);
  all.forEach(([name, one], index) => {
    for (const [other, two] of all.slice(index + 1)) {
      const across = Math.min(one.right, two.right) - Math.max(one.left, two.left);
      const down = Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top);
      if (across > 1.5 && down > 1) faults.push(`${name} over ${other}`);
    }
  });
  return faults;
}"""


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_nothing_in_the_bar_overlaps_at_any_width(
    new_playground: Callable[..., Playground], locale: str
) -> None:
    playground = new_playground("data.samples=20&layers=[]&epoch=123456", locale=locale)
    playground.expect_status("playing")  # there are a speed and a large number
    for width in range(320, 1601, 40):
        playground.page.set_viewport_size({"width": width, "height": 800})
        assert not playground.page.evaluate(OVERLAPS), width
        assert not playground.page.evaluate(STICKING_OUT), width


def test_the_list_of_keys_is_what_they_do(playground: Playground) -> None:
    page = playground.page
    keys = page.get_by_role("group", name="Keys")
    page.keyboard.press("?")
    expect(keys).to_be_visible()
    expect(keys.locator("dt").first).to_have_text("Space")
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    page.get_by_role("button", name="Other ways to go on").click()
    page.get_by_role("button", name="All keys").click()
    expect(keys).to_be_visible()
