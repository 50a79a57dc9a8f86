"""Play, Pause, Step, Reset, New weights, and how fast."""

from playwright.sync_api import expect

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
