"""Workers die; nobody notices."""

import asyncio
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from time import process_time
from typing import Any

import numpy as np
import pytest

from app.executors import HungWorker, WorkerProcess
from app.runner import Runner
from app.settings import Settings
from engine import RunSpec, train
from tests.app.server import PATIENCE, SOMEONE, Server, descendants, serving

SPEC = {"data": {"kind": "spiral", "samples": 300}, "layers": [{"units": 16}] * 2}


@pytest.fixture
def one_worker() -> Iterator[Server]:
    with serving(Settings(workers=1)) as server:
        yield server


def kill_workers(how: signal.Signals = signal.SIGKILL) -> int:
    """A signal to every process that trains; how many there were."""
    killed = 0
    for child in descendants(os.getpid()):
        for worker in descendants(child):  # below the fork server
            os.kill(worker, how)
            killed += 1
    return killed


@pytest.mark.parametrize("how", ["SIGKILL", "SIGSEGV", "SIGSTOP", "SIGTERM"])
def test_killed_and_hung_workers_change_no_bit(one_worker: Server, how: str) -> None:
    lab = one_worker.create(SPEC)
    with lab.watch() as watcher:
        lab.post("play")
        for _ in range(3):
            watcher.until_epoch((watcher.next_epoch or 0) + 20)
            while not kill_workers(signal.Signals[how]):  # the one before is being replaced
                watcher.receive()
        watcher.until_epoch((watcher.next_epoch or 0) + 20)
        final = lab.post("pause")["epoch"]
        watcher.until_epoch(final)
        received = watcher.metric("train_loss")[0]
    expected = train(RunSpec.model_validate(SPEC), epochs=final).history["train_loss"]
    np.testing.assert_array_equal(received, expected)


def test_a_worker_killed_between_slices(one_worker: Server) -> None:
    lab = one_worker.create(SPEC)
    kill_workers()
    assert lab.post("step", epochs=2)["epoch"] == 2


def die_while_answering() -> bytes:
    """Far more than a pipe holds, from a worker that is killed in the middle of it."""
    threading.Timer(0.02, os.kill, (os.getpid(), signal.SIGKILL)).start()
    return bytes(200_000_000)


def test_a_worker_killed_in_the_middle_of_its_answer() -> None:
    worker = WorkerProcess()
    try:
        assert worker.submit(os.getpid).result(PATIENCE) != os.getpid()
        with pytest.raises(BrokenExecutor):
            worker.submit(die_while_answering).result(PATIENCE)
        with pytest.raises(BrokenExecutor):
            worker.submit(os.getpid).result(PATIENCE)
    finally:
        worker.shutdown()


def test_a_worker_that_waits_for_ever_or_computes_for_ever_is_replaced() -> None:
    for call, seconds in ((signal.pause, PATIENCE), (spin, 1.5)):
        worker = WorkerProcess(seconds)
        try:
            with pytest.raises(HungWorker):
                worker.submit(call).result(PATIENCE)
        finally:
            worker.shutdown()


def spin() -> None:
    while True:
        pass


def test_a_worker_that_is_busy_for_long_is_left_alone() -> None:
    worker = WorkerProcess()
    try:
        assert worker.submit(compute, 1.0).result(PATIENCE) >= 1.0
    finally:
        worker.shutdown()


def compute(seconds: float) -> float:
    began = process_time()
    while process_time() < began + seconds:
        pass
    return process_time() - began


def test_a_hung_worker_does_not_keep_the_server_from_stopping() -> None:
    worker = WorkerProcess()
    future = worker.submit(compute, 1000)
    worker.shutdown()
    with pytest.raises(BrokenExecutor):
        future.result(PATIENCE)


def test_what_a_call_raises_comes_back_with_its_place() -> None:
    worker = WorkerProcess()
    try:
        with pytest.raises(ValueError, match="invalid literal") as caught:
            worker.submit(int, "x").result(PATIENCE)
        assert "in serve" in caught.value.__notes__[0]
        assert worker.submit(int, "7").result(PATIENCE) == 7
    finally:
        worker.shutdown()


class Crashing(Executor):
    """Loses its worker whenever it is to train a network with this many units."""

    def __init__(self, units: int) -> None:
        self._units = units

    def submit(self, function: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        training = args[0].__name__ == "train_slice"
        if training and args[1].runs[0].units[1] == self._units:
            future.set_exception(BrokenExecutor())
        else:
            future.set_result(function(*args, **kwargs))
        return future


def test_what_crashes_three_workers_is_set_aside() -> None:
    async def scenario() -> None:
        runner = Runner(Settings(workers=1), lambda: Crashing(7))
        await runner.start()
        good = await runner.create([RunSpec()], [], client=SOMEONE)
        bad = await runner.create(
            [RunSpec.model_validate({"layers": [{"units": 7}]})], [], client=SOMEONE
        )
        runner.play(bad, None)
        async with asyncio.timeout(PATIENCE):
            while bad.status == "playing":
                await bad.idle.wait()
                await asyncio.sleep(0)
            await runner.step(good, epochs=2, batches=0)
        assert bad.status == "paused"
        assert "crashed its worker" in bad.message
        assert bad.history.epoch == 0
        assert good.history.epoch == 2
        await runner.stop()

    asyncio.run(scenario())
