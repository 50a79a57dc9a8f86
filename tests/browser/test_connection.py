"""Lost connections, pages and servers that begin anew: mended without losing an epoch."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.app.faults import Proxy, between
from tests.browser.playground import Playground, same
from tests.browser.serving import Server, serving


@pytest.fixture
def expected_problems() -> list[str]:
    # A server that is starting says 503.
    return ["net::ERR", "WebSocket connection to", "status of 404", "status of 503"]


@pytest.fixture
def own_server() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture
def cable(server: str) -> Iterator[Proxy]:
    """The network between the browser and the server."""
    with between(server) as cable:
        yield cable


def test_a_broken_connection_is_shown_and_mended(
    new_playground: Callable[..., Playground], cable: Proxy
) -> None:
    playground = new_playground(base_url=cable.url)
    playground.expect_plots()
    lost = playground.page.get_by_text("Connection lost")
    playground.choose("Speed", "100 epochs/s")
    playground.play()
    for _ in range(2):
        playground.wait_for_epoch(playground.epoch + 20)
        cable.pull()
        expect(lost).to_be_visible()
        playground.expect_connection("lost")
        last = playground.epoch
        cable.plug_in()
        playground.expect_connection("open")
        expect(lost).to_have_count(0)
        playground.expect_status("playing")
        playground.wait_for_epoch(last + 20)
    playground.pause()
    assert playground.get()["timeline"] == 0
    rows = playground.history()
    playground.expect_received(rows)  # each epoch, though the server went on alone
    curve = playground.plotted()["train"]
    assert same(curve["y"], [rows[int(epoch)][0] for epoch in curve["x"]])


def test_what_is_asked_for_meanwhile_is_done_later(
    new_playground: Callable[..., Playground], cable: Proxy
) -> None:
    playground = new_playground(base_url=cable.url)
    playground.expect_plots()
    cable.pull()
    playground.expect_connection("lost")
    playground.type_in("Learning rate", "0.02")
    expect(playground.entry("Learning rate")).to_have_value("0.02")
    cable.plug_in()
    playground.expect_connection("open")
    playground.until(lambda: playground.spec["optimizer"]["learning_rate"] == 0.02)


def freeze(cable: Proxy, frozen: bool) -> None:
    """Let the network carry nothing, without a word."""
    cable.up.set(frozen=frozen)
    cable.down.set(frozen=frozen)


def wait_for_silence(playground: Playground) -> None:
    """Until what was under way in a frozen network has come."""
    frames = playground.received.lengths
    while True:
        came = len(frames)
        playground.page.wait_for_timeout(500)
        if len(frames) == came:
            return


@pytest.mark.parametrize(
    "noticed",
    [
        "() => { const now = Date.now; Date.now = () => now() + 26000; }",  # or it has slept
        "() => dispatchEvent(new Event('online'))",
    ],
    ids=["silence", "another network"],
)
def test_a_network_that_freezes_is_noticed_and_mended(
    new_playground: Callable[..., Playground], cable: Proxy, noticed: str
) -> None:
    playground = new_playground(base_url=cable.url)
    playground.expect_plots()
    playground.choose("Speed", "100 epochs/s")
    playground.play()
    playground.wait_for_epoch(20)
    freeze(cable, True)
    wait_for_silence(playground)
    playground.page.evaluate(noticed)
    expect(playground.page.get_by_text("Connection lost")).to_be_visible()
    last = playground.epoch
    freeze(cable, False)
    playground.expect_connection("open")
    playground.wait_for_epoch(last + 20)
    playground.pause()
    playground.expect_received(playground.history())


def test_a_page_that_is_not_displayed_keeps_acknowledging(playground: Playground) -> None:
    page = playground.page
    playground.play()
    playground.wait_for_epoch(10)
    # As in a tab in the background no display frame comes, but to the waiting of this test.
    page.evaluate("""() => {
      globalThis.real = requestAnimationFrame;
      globalThis.waiting = [];
      globalThis.requestAnimationFrame = (callback) =>
        /native code/.test(callback) ? real(callback) : waiting.push(callback);
    }""")
    frames = len(playground.received.lengths)
    playground.until(lambda: len(playground.received.lengths) >= frames + 6)
    drawn = playground.epoch
    assert drawn < len(playground.received.latest) - 1
    page.evaluate("""() => {
      globalThis.requestAnimationFrame = real;
      waiting.forEach((callback) => real(callback));
    }""")
    playground.wait_for_epoch(drawn + 1)
    playground.pause()
    playground.expect_received(playground.history())
    playground.picture()


def test_a_slow_link_shows_pictures_and_gets_every_number(
    new_playground: Callable[..., Playground], cable: Proxy
) -> None:
    playground = new_playground(base_url=cable.url)
    playground.expect_plots()
    cable.down.set(rate=8000, delay=0.05)
    playground.play()
    playground.until(lambda: playground.received.coarseness > 0)
    coarse = playground.received.picture_epoch
    playground.until(lambda: playground.received.picture_epoch > coarse)
    playground.pause()
    cable.heal()
    playground.expect_received(playground.history())
    playground.picture()


def test_a_command_that_did_not_arrive_can_be_given_again(playground: Playground) -> None:
    page = playground.page
    playground.play()
    playground.wait_for_epoch(20)
    page.route("**/pause", lambda route: route.abort())
    playground.press("Pause")
    expect(page.get_by_text("The server could not be reached just now")).to_be_visible()
    page.unroute("**/pause")
    playground.expect_connection("open")
    playground.pause()
    playground.expect_received(playground.history())


def test_plots_come_although_plotly_did_not_arrive_at_first(page: Page) -> None:
    page.route("**/plotly.min.js", lambda route: route.abort(), times=1)
    playground = Playground(page)
    playground.open()
    playground.pause_at(20)
    playground.expect_plots()
    playground.plotted()


@pytest.mark.parametrize("ending", ["stop", "kill"])
def test_a_paused_page_survives_the_servers_restart(
    new_playground: Callable[..., Playground], own_server: Server, ending: str
) -> None:
    playground = new_playground("data.kind=xor&seed=5", base_url=own_server.address)
    playground.expect_plots()
    playground.pause_at(50)
    playground.taken(lambda: playground.type_in("Learning rate", "0.003"))
    playground.pause_at(playground.epoch + 20)
    epoch, spec, rows = playground.epoch, playground.spec, playground.history()
    experiment = playground.received.experiment
    getattr(own_server, ending)()
    playground.expect_connection("lost")
    own_server.start()
    playground.expect_connection("open")
    playground.expect_epoch(epoch)
    playground.expect_status("paused")
    playground.expect_received(rows)
    assert playground.received.experiment == experiment
    assert playground.spec == spec
    playground.press("Step")
    playground.expect_epoch(epoch + 1)


@pytest.mark.parametrize("ending", ["stop", "kill"])
def test_a_playing_page_plays_on_after_the_servers_restart(
    new_playground: Callable[..., Playground], own_server: Server, ending: str
) -> None:
    playground = new_playground(base_url=own_server.address)
    playground.expect_plots()
    playground.play()
    playground.wait_for_epoch(100)
    getattr(own_server, ending)()
    playground.expect_connection("lost")
    before, experiment = playground.received.latest, playground.received.experiment
    own_server.start()
    playground.expect_connection("open")
    playground.wait_for_epoch(len(before) + 50)
    playground.expect_status("playing")
    playground.pause()
    rows = playground.history()
    playground.expect_received(rows)
    assert playground.received.experiment == experiment
    assert same(rows[: len(before)], before)  # also what the killed server had not stored


def test_a_page_that_is_reloaded_goes_on_where_it_is(playground: Playground) -> None:
    experiment = playground.received.experiment
    playground.pause_at(30)
    playground.taken(lambda: playground.type_in("Learning rate", "0.003"))
    playground.choose("Speed", "100 epochs/s")
    for _ in range(2):
        epoch = playground.epoch
        playground.page.reload()
        playground.expect_ready()
        playground.expect_status("paused")
        playground.expect_epoch(epoch)
        playground.play()
        playground.wait_for_epoch(epoch + 20)
        epoch = playground.epoch
        playground.page.reload()
        playground.expect_ready()
        playground.expect_status("playing")
        assert playground.epoch >= epoch
        playground.pause()
    playground.expect_received(playground.history())
    assert playground.received.experiment == experiment
    assert playground.get()["timeline"] == 0
    expect(playground.entry("Learning rate")).to_have_value("0.003")
    assert playground.page.get_by_role("combobox", name="Speed").input_value() == "100"


def test_a_page_that_is_reloaded_on_its_way_arrives(playground: Playground) -> None:
    playground.choose("Speed", "100 epochs/s")
    playground.go("speed=100&epoch=400")
    experiment = playground.received.experiment
    playground.page.reload()
    playground.expect_ready()
    playground.expect_epoch(400)
    playground.expect_status("paused")
    playground.expect_fragment("speed=100&epoch=400")
    playground.expect_received(playground.history())
    assert playground.received.experiment == experiment


def test_copies_of_a_page_share_an_experiment(playground: Playground) -> None:
    page = playground.page
    playground.pause_at(20)
    with page.expect_popup() as opened:
        page.evaluate("open(location.href)")  # with a copy of what the tab remembers
    copy = Playground(opened.value)
    copy.expect_ready()
    epoch = playground.epoch
    copy.expect_epoch(epoch)
    copy.press("Step")
    playground.expect_epoch(epoch + 1)
    copy.page.goto("about:blank")
    playground.press("Step")
    playground.expect_epoch(epoch + 2)
    copy.page.goto("/#seed=9")
    copy.expect_ready()
    copy.page.close()
    playground.press("Step")
    playground.expect_epoch(epoch + 3)
    playground.expect_received(playground.history())


def test_another_link_opens_another_experiment(playground: Playground) -> None:
    page, first = playground.page, playground.received.experiment
    playground.pause_at(20)
    page.goto("about:blank")
    playground.open("seed=7")
    assert playground.received.experiment != first
    assert playground.spec["seed"] == 7
    playground.expect_epoch(0)
    assert page.request.get(f"/api/experiments/{first}").ok  # nobody has ended it


def test_a_page_opened_before_its_server_waits_for_it(
    new_playground: Callable[..., Playground], own_server: Server
) -> None:
    playground = new_playground(base_url=own_server.address)
    playground.expect_plots()
    own_server.stop()
    playground.expect_connection("lost")
    playground.page.evaluate("location.hash = 'seed=7'")
    own_server.start()
    playground.expect_ready()
    playground.until(lambda: playground.spec["seed"] == 7)


def test_an_experiment_that_the_server_ended_is_made_again(playground: Playground) -> None:
    playground.pause_at(30)
    epoch, rows = playground.epoch, playground.history()
    ended = playground.received.experiment
    playground.page.request.delete(f"/api/experiments/{ended}")
    playground.until(lambda: playground.received.experiment != ended)
    playground.expect_ready()
    playground.expect_epoch(epoch)
    playground.expect_received(rows)
