"""Bad networks between a viewer and the server, and viewers that do not keep up."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed, InvalidMessage

from app.cli.serve import _listen
from app.settings import Settings
from app.wire import Array
from tests.app.faults import Proxy, between
from tests.app.server import Frame, Lab, Server, Watcher, serving

FAST = {"data": {"kind": "xor", "samples": 100}, "optimizer": "adam"}
SLOW_LINK: dict[str, Any] = {"delay": 0.05, "rate": 8000}


@pytest.fixture
def proxy(server: Server) -> Iterator[Proxy]:
    with between(server.address, seed=5) as proxy:
        yield proxy


def cells(frame: Frame) -> int:
    return int(frame.arrays["boundary", 0].shape[-1])


def is_sharp(watcher: Watcher, epoch: int) -> bool:
    """Whether a picture of this epoch has come in full."""
    return any(
        frame.header["picture_epoch"] == epoch and not frame.header["coarseness"]
        for frame in watcher.frames
    )


@pytest.mark.parametrize("deflate", [True, False])
def test_a_slow_link_shows_the_present_and_loses_no_number(
    server: Server, proxy: Proxy, deflate: bool
) -> None:
    lab = server.create(FAST)
    proxy.down.set(**SLOW_LINK)
    proxy.up.set(**SLOW_LINK)
    with lab.watch(address=proxy.address, deflate=deflate) as watcher:
        watcher.held = 0
        watcher.until_frames(1)
        lab.post("play")
        watcher.until_frames(8)
        shown = [frame for frame in watcher.frames if frame.header["runs"]]
        assert len(shown) >= 6
        assert cells(shown[0]) == 100
        assert max(cells(frame) for frame in shown[-4:]) < 100
        times = [frame.header["picture_time"] for frame in shown]
        assert times == sorted(times)
        assert bool(watcher.deflated) == deflate
        final = lab.post("pause")["epoch"]
        proxy.heal()
        watcher.until_epoch(final)
        watcher.until(lambda w: is_sharp(w, final))
        rows = lab.history()["runs"][0]["train_loss"]
        np.testing.assert_array_equal(watcher.metric("train_loss")[0], rows)


def test_a_picture_of_a_standstill_gets_sharp_over_a_slow_link(
    server: Server, proxy: Proxy
) -> None:
    lab = server.create(FAST)
    proxy.down.set(**SLOW_LINK)
    with lab.watch(address=proxy.address, deflate=True) as watcher:
        watcher.held = 0
        watcher.until_frames(1)
        lab.post("play")
        watcher.until(lambda w: w.frames[-1].header["runs"] and cells(w.frames[-1]) < 100)
        final = lab.post("pause")["epoch"]
        watcher.until(lambda w: is_sharp(w, final))
        sharp = len(watcher.frames)
        proxy.heal()
        watcher.until_epoch(final)
        assert not any(frame.header["runs"] for frame in watcher.frames[sharp:])  # once is enough


# Exactly once, in order


def follow(lab: Lab, proxy: Proxy, harm: Callable[[Watcher], None], times: int) -> list[Array]:
    """Train losses as a viewer gets them that comes back whenever its connection ends."""
    received: list[Array] = []
    timeline: int | None = None
    epoch: int | None = None
    while len(received) < times:
        with (
            suppress(OSError, EOFError, InvalidMessage, ConnectionClosed),
            lab.watch(timeline, epoch, address=proxy.address, deflate=True) as watcher,
        ):
            watcher.timeline, watcher.next_epoch = timeline, None if epoch is None else epoch + 1
            with suppress(ConnectionClosed):
                watcher.until_frames(3)
                harm(watcher)
                while True:  # until the connection ends
                    watcher.receive()
            assert watcher.next_epoch is not None
            if watcher.columns["train_loss"]:
                received.append(watcher.metric("train_loss")[0])
            timeline, epoch = watcher.timeline, watcher.next_epoch - 1
    return received


@pytest.mark.parametrize(
    ("faults", "harm"),
    [
        ({"delay": 0.01, "jitter": 0.05}, lambda proxy: proxy.drop()),
        ({"piece": 1}, lambda proxy: proxy.reset()),
        ({}, lambda proxy: proxy.half_close(up=True)),
        ({}, lambda proxy: proxy.half_close(up=False)),
    ],
    ids=["jitter", "one-byte pieces and resets", "half-close up", "half-close down"],
)
def test_every_epoch_once_and_in_order(
    server: Server, proxy: Proxy, faults: dict[str, Any], harm: Callable[[Proxy], None]
) -> None:
    lab = server.create(FAST)
    proxy.up.set(**faults)
    proxy.down.set(**faults)
    lab.post("play", epochs_per_second=200)
    received = np.concatenate(follow(lab, proxy, lambda _: harm(proxy), 3))
    lab.post("pause")
    rows = lab.history()["runs"][0]["train_loss"]
    assert len(received) > 3
    np.testing.assert_array_equal(received, rows[: len(received)])


def test_a_black_hole_that_opens_again_has_lost_nothing(server: Server, proxy: Proxy) -> None:
    lab = server.create(FAST)
    with lab.watch(address=proxy.address) as watcher, lab.watch() as other:
        lab.post("play", epochs_per_second=200)
        watcher.until_epoch(10)
        other.until_epoch(10)
        proxy.up.set(frozen=True)
        proxy.down.set(frozen=True)
        other.until_epoch(later := (other.next_epoch or 0) + 50)
        proxy.heal()
        watcher.until_epoch(later)
        final = lab.post("pause")["epoch"]
        watcher.until_epoch(final)
        rows = lab.history()["runs"][0]["train_loss"]
        np.testing.assert_array_equal(watcher.metric("train_loss")[0], rows)


# Viewers that do not keep up are gone, and others go on

NEVER = 1000.0
BUFFERS = 12 * 1024 * 1024
"""More than the kernel and the server hold of what a viewer does not take."""


def settings(**shorter: Any) -> Settings:
    """No limit on viewers but those given."""
    longest: dict[str, Any] = {
        "workers": 1,
        "send_timeout": NEVER,
        "acknowledge_timeout": NEVER,
        "ping_interval": NEVER,
        "close_timeout": 0.2,
        "beat_seconds": 0.1,
    }
    return Settings(**longest | shorter)


def until_closed(watcher: Watcher) -> int:
    """The code with which the server ends it."""
    with suppress(ConnectionClosed):
        watcher.until(lambda _: False)
    code = watcher.socket.close_code
    assert code is not None
    return code


def test_who_reads_and_acknowledges_nothing_is_dropped() -> None:
    with serving(settings(acknowledge_timeout=2)) as server:
        lab = server.create(FAST)
        with lab.watch() as lazy, lab.watch() as other:
            lazy.acknowledges = False
            lab.post("play", epochs_per_second=100)
            with suppress(ConnectionClosed):
                while True:
                    other.receive()
                    lazy.receive()
            assert lazy.socket.close_code == 4408
            assert "No acknowledgement" in (lazy.socket.close_reason or "")
            other.until_epoch((other.next_epoch or 0) + 50)
            assert other.socket.close_code is None


def test_whose_socket_takes_nothing_is_dropped() -> None:
    with serving(settings(send_timeout=0.3)) as server, between(server.address) as proxy:
        lab = server.create(*[FAST] * 16)
        with lab.watch(address=proxy.address) as stalled, lab.watch() as other:
            state = stalled.receive()
            proxy.down.set(stalled=True)
            # Every change is told at once: that soon fills the buffers.
            for number in range(BUFFERS // len(json.dumps(state))):
                lab.post("play", epochs_per_second=1 + number % 2)
                other.receive()
            other.until(lambda w: w.beats >= 20)
            # Cut off: what it has not taken is gone.
            proxy.heal()
            assert until_closed(stalled) == 1006


def test_who_is_in_a_black_hole_is_dropped() -> None:
    hasty = settings(ping_interval=0.2, ping_timeout=0.3)
    with serving(hasty) as server, between(server.address) as proxy:
        lab = server.create(FAST)
        with lab.watch(address=proxy.address) as lost, lab.watch() as other:
            lost.until_epoch(0)
            proxy.up.set(frozen=True)
            proxy.down.set(frozen=True)
            other.until(lambda w: w.beats >= 20)
            proxy.heal()
            assert until_closed(lost) == 1011


def test_the_kernel_drops_who_confirms_nothing() -> None:
    listener = _listen(Settings(port=0, send_timeout=12))
    with listener:
        assert listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 12_000


def test_a_quiet_viewer_hears_a_beat() -> None:
    with serving(Settings(workers=1, beat_seconds=0.05)) as server:
        lab = server.create(FAST)
        with lab.watch() as watcher:
            watcher.until(lambda w: w.beats >= 3)
            assert len(watcher.frames) == 1


def test_who_says_too_much_is_heard_more_slowly() -> None:
    """... and has no other harm, though pings are answered late as well."""
    strict = Settings(
        workers=1,
        messages_per_second=100,
        message_burst=10,
        ping_interval=0.1,
        ping_timeout=0.1,
    )
    with serving(strict) as server:
        lab = server.create(FAST, FAST)
        with lab.watch() as watcher, lab.watch() as other:
            for number in range(100):
                watcher.send(json.dumps({"type": "focus", "units": [[0, 1, number % 4]]}))
            watcher.send('{"type":"view","run":1}')
            other.until_epoch(0)
            lab.post("step", epochs=3)
            other.until_epoch(3)
            watcher.until(lambda w: w.frames and ("unit_maps", 1) in w.frames[-1].arrays)
