"""What a viewer may rely on, also when its connection is bad and when it misbehaves."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from app.framing import DETAIL_ARRAYS
from app.runner import Runner
from app.settings import Settings
from engine import STATISTICS, RunSpec, View, advance, render, start, train
from tests.app.server import PATIENCE, SOMEONE, Frame, Server, serving

FAST = {"data": {"kind": "xor", "samples": 100}, "optimizer": "adam"}


def closing(server: Server, path: str, *messages: str | bytes) -> tuple[int, str]:
    """Code and reason with which the server ends a stream after these messages."""
    url = f"ws://{server.address}{path}"
    with connect(url, compression=None, open_timeout=PATIENCE) as socket:
        for message in messages:
            socket.send(message)
        with suppress(ConnectionClosed):
            while True:
                socket.recv(PATIENCE)
        assert socket.close_code is not None
        return socket.close_code, socket.close_reason or ""


def test_state_first_then_a_frame_with_pictures(server: Server) -> None:
    lab = server.create(FAST, {**FAST, "seed": 1, "layers": [{"units": 3}]})
    with lab.watch() as watcher:
        state = watcher.receive()
        assert state == {"type": "state", **lab.created}
        frame = watcher.receive()
    assert isinstance(frame, Frame)
    header = frame.header
    assert (header["type"], header["sequence"], header["timeline"]) == ("frame", 1, 0)
    assert (header["first_epoch"], header["rows"], header["epoch"]) == (0, 1, 0)
    assert (header["picture_epoch"], header["picture_batch"]) == (0, 0)
    assert [run["units"] for run in header["runs"]] == [[2, 4, 2, 1], [2, 3, 1]]
    specs = [RunSpec.model_validate(run["spec"]) for run in lab.created["runs"]]
    for run, picture in enumerate(render(start(specs), View(detailed=(0,)))):
        assert header["runs"][run]["boundary_scale"] == picture.boundary_scale
        arrays = {"boundary": picture.boundary}
        if run == 0:  # only the lane that is open
            arrays |= {name: getattr(picture.detail, name) for name in DETAIL_ARRAYS}
        arrays |= {f"layer_{name}": getattr(picture.statistics, name) for name in STATISTICS}
        assert {name for name, of in frame.arrays if of == run} == set(arrays)
        for name, expected in arrays.items():
            assert frame.arrays[name, run].dtype == expected.dtype
            np.testing.assert_array_equal(frame.arrays[name, run], expected)
    for entry in header["arrays"]:
        assert entry["offset"] % 8 == 0


def test_every_epoch_once_and_in_order_through_dropped_sockets(server: Server) -> None:
    lab = server.create(FAST)
    received = []
    timeline, epoch = None, None
    lab.post("play")
    for frames in (3, 1, 7, 2, 4):
        with lab.watch(timeline, epoch) as watcher:
            if epoch is not None:
                watcher.next_epoch = epoch + 1
                watcher.timeline = timeline
            watcher.until_frames(frames)
            # The connection is dropped without another word, with frames under way.
            watcher.socket.socket.shutdown(2)
        received.append(watcher.metric("train_loss"))
        assert watcher.next_epoch is not None
        timeline, epoch = watcher.timeline, watcher.next_epoch - 1
    lab.post("pause")
    assert epoch is not None
    expected = train(RunSpec.model_validate(FAST), epochs=epoch).history["train_loss"]
    np.testing.assert_array_equal(np.concatenate(received, axis=1)[0], expected)


def test_a_viewer_of_an_older_timeline_gets_everything(server: Server) -> None:
    lab = server.create(FAST)
    lab.post("step", epochs=5)
    lab.post("reset")
    lab.post("step", epochs=3)
    for timeline, epoch in ((0, 2), (1, 99), (7, 1), (1, -5)):
        with lab.watch(timeline, epoch) as watcher:
            watcher.until_epoch(3)
            assert watcher.frames[0].header["first_epoch"] == 0


def test_no_more_than_two_frames_without_acknowledgement(server: Server) -> None:
    lab = server.create(FAST)
    with lab.watch() as lazy, lab.watch() as eager:
        lazy.until_epoch(0)  # of one that has acknowledged nothing, nothing is known yet
        lazy.acknowledges = False
        lab.post("play")
        eager.until_epoch(300)
        final = lab.post("pause")["epoch"]
        eager.until_epoch(final)
        lazy.until(lambda w: w.states and w.states[-1]["epoch"] == final)
        assert [frame.header["sequence"] for frame in lazy.frames] == [1, 2, 3]
        # What was held back comes in one go, with the latest picture only.
        lazy.acknowledge(lazy.frames[1])
        frame = lazy.receive()
        assert isinstance(frame, Frame)
        assert frame.header["epoch"] == frame.header["picture_epoch"] == final
        np.testing.assert_array_equal(lazy.metric("test_loss"), eager.metric("test_loss"))


def test_after_a_pause_the_picture_is_of_the_last_epoch(server: Server) -> None:
    lab = server.create(FAST)
    with lab.watch() as watcher:
        lab.post("play")
        watcher.until_epoch(50)
        final = lab.post("pause")["epoch"]
        watcher.until(lambda w: w.frames[-1].header["picture_epoch"] == final)
        state = start([RunSpec.model_validate(FAST)])
        (picture,) = render(advance(state, final)[0], View())
        np.testing.assert_array_equal(watcher.frames[-1].arrays["boundary", 0], picture.boundary)


def test_pictures_after_batches_and_live_changes(server: Server) -> None:
    lab = server.create(FAST)
    with lab.watch() as watcher:
        lab.post("step", batches=2)
        watcher.until(lambda w: w.frames and w.frames[-1].header["picture_batch"] == 2)
        pictures = len(watcher.frames)
        lab.patch(regularization={"l2": 1})  # shows in the gradient norm
        watcher.until(lambda w: len(w.frames) > pictures)
        assert watcher.frames[-1].header["rows"] == 0


def test_a_unit_in_focus_comes_at_full_resolution(server: Server) -> None:
    lab = server.create(FAST, FAST)
    with lab.watch() as watcher, lab.watch() as other:
        watcher.until_epoch(0)
        watcher.send('{"type":"focus","units":[[1,1,2],[0,0,1],[1,0,1],[5,5,5]]}')
        watcher.until(lambda w: w.frames[-1].header["focus"])
        assert [entry[:3] for entry in watcher.frames[-1].header["focus"]] == [[0, 0, 1]]
        watcher.send('{"type":"view","run":1}')
        watcher.until(lambda w: len(w.frames[-1].header["focus"]) == 2)
        frame = watcher.frames[-1]
        assert [entry[:3] for entry in frame.header["focus"]] == [[1, 1, 2], [1, 0, 1]]
        sharp = frame.arrays["focus", None]
        assert sharp.shape == (2, 100, 100)
        coarse = frame.arrays["unit_maps", 1][2 + 2]
        scale = frame.arrays["unit_scales", 1][2 + 2] / frame.header["focus"][0][3]
        assert np.abs(sharp[0, ::3, ::3] - coarse * scale).max() <= 1.5
        lab.post("play")
        watcher.until_epoch(30)
        assert watcher.frames[-1].header["focus"]
        lab.post("pause")
        other.until_epoch(30)
        assert not any(frame.header["focus"] for frame in other.frames)


def test_restart_with_other_layers_shows_the_new_network(server: Server) -> None:
    lab = server.create(FAST)
    with lab.watch() as watcher:
        lab.post("play")
        watcher.until_epoch(10)
        state = lab.patch(layers=[{"units": 5}])
        assert state["status"] == "playing"
        watcher.until(lambda w: w.timeline == 1).until_epoch(10)
        watcher.until(lambda w: w.frames[-1].header["runs"])  # it comes with pictures
        assert watcher.frames[-1].header["runs"][0]["units"] == [2, 5, 1]
        lab.post("pause")


def test_an_unknown_experiment(server: Server) -> None:
    assert closing(server, "/api/experiments/nothing/stream")[0] == 4404


@pytest.mark.parametrize(
    "message",
    [
        "",
        "{",
        "null",
        "[]",
        "{}",
        '{"type":"draw"}',
        '{"type":"ack"}',
        '{"type":"ack","sequence":-1}',
        '{"type":"ack","sequence":7}',
        '{"type":"ack","sequence":1e999}',
        '{"type":"ack","sequence":1,"more":1}',
        '{"type":"ack","sequence":0,"held":-1}',
        '{"type":"ack","sequence":' + "9" * 5000 + "}",
        '{"type":"focus","units":[[0,1]]}',
        '{"type":"view","run":-1}',
        '{"type":"view","seeds":[32]}',
        '{"type":"focus","units":' + json.dumps([[0, 0, 0]] * 17) + "}",
        "[" * 20_000,
        b"\x00\x01",
    ],
)
def test_a_bad_message(server: Server, message: str | bytes) -> None:
    lab = server.create()
    code, reason = closing(server, f"{lab.path}/stream", message)
    assert code == 4400
    assert reason


def test_an_oversized_message(server: Server) -> None:
    lab = server.create()
    assert closing(server, f"{lab.path}/stream", "x" * 100_000)[0] == 1009


def test_a_bad_cursor(server: Server) -> None:
    lab = server.create()
    assert closing(server, f"{lab.path}/stream?timeline=x&epoch=0")[0] == 4400


def test_a_page_of_another_site_gets_no_stream(server: Server) -> None:
    lab = server.create()
    url = f"ws://{server.address}{lab.path}/stream"
    for origin in ("http://evil.example", "null", f"http://{server.address}.evil.example"):
        with (
            pytest.raises(InvalidStatus) as caught,
            connect(url, additional_headers={"Origin": origin}),
        ):
            pass
        assert caught.value.response.status_code == 403
    with connect(url, additional_headers={"Origin": f"http://{server.address}"}) as socket:
        assert socket.recv(PATIENCE)


def test_nobody_watches() -> None:
    with serving(Settings(workers=1, unwatched_seconds=0.3)) as server:
        lab = server.create(FAST)
        with lab.watch() as watcher:
            lab.post("play", epochs_per_second=20)
            watcher.until_epoch(20)  # a second: whoever is watched goes on
        other = server.create(FAST)
        with other.watch() as watcher:
            other.post("play", epochs_per_second=20)
            # Its slices are the clock here; the first experiment must have been paused by then.
            watcher.until_epoch(20)
            assert "nobody watched" in lab.state()["message"]
            assert lab.state()["status"] == "paused"


def test_a_full_server_lets_go_of_who_is_idle() -> None:
    with serving(Settings(workers=1, max_experiments=2, spare_seconds=0)) as server:
        first, second = server.create(), server.create()
        first.state()  # used last
        with first.watch() as watcher:
            watcher.receive()
            third = server.create()
            second.patch(0, name="back")  # from the store; meanwhile the third is there
            third.post("play")
            for answer in (
                server.http.post("/api/experiments", json={"runs": [{}]}),
                server.http.get(second.path),  # only stored; there is no room for it
            ):
                assert answer.status_code == 503
                assert answer.headers["retry-after"]
            third.post("pause")
            assert second.state()["epoch"] == 0
            assert first.state()["epoch"] == 0


def test_runner_needs_no_processes() -> None:
    """Any executor will do: threads here, a cluster elsewhere."""

    async def scenario() -> int:
        runner = Runner(Settings(workers=1), lambda: ThreadPoolExecutor(1))
        await runner.start()
        experiment = await runner.create([RunSpec()], [], client=SOMEONE)
        await runner.step(experiment, epochs=3, batches=0)
        await runner.stop()
        return experiment.history.epoch

    assert asyncio.run(scenario()) == 3
