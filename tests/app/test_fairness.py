"""Worker time is shared by clients, then by their experiments; clicks go first."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from app.clients import Client
from app.experiment import Experiment
from app.runner import Runner
from app.settings import Settings
from app.shares import Shares
from app.viewing import Viewer
from engine import RunSpec, train
from tests.app.server import PATIENCE

SMALL = RunSpec.model_validate({"layers": []})
LARGE = RunSpec.model_validate(
    {"data": {"kind": "spiral", "samples": 2000}, "layers": [{"units": 64}] * 3}
)
ENOUGH = 2.0
"""CPU seconds in which shares can show."""


class Recording(Executor):
    """A thread that notes the calls it gets."""

    calls: list[tuple[str, tuple[Any, ...]]]

    def __init__(self) -> None:
        self.calls = []
        self._thread = ThreadPoolExecutor(1)

    def submit(self, function: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.calls.append((args[0].__name__, args[1:]))
        return self._thread.submit(function, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._thread.shutdown(wait)


def on_one_slot(
    scenario: Callable[[Runner, Recording], Awaitable[None]], slice_seconds: float = 0.04
) -> None:
    async def all() -> None:
        executor = Recording()
        runner = Runner(Settings(workers=1, slice_seconds=slice_seconds), lambda: executor)
        await runner.start()
        try:
            async with asyncio.timeout(PATIENCE):
                await scenario(runner, executor)
        finally:
            await runner.stop()

    asyncio.run(all())


async def opened(runner: Runner, client: str, spec: RunSpec) -> Experiment:
    return await runner.create([spec], [], client=Client(client, client))


async def until(experiment: Experiment, condition: Callable[[], bool]) -> None:
    """Wait for something that comes with an experiment's progress."""
    viewer = Viewer(credit=0)
    experiment.viewers.add(viewer)
    while not condition():
        viewer.wake.clear()
        await viewer.wake.wait()
    experiment.viewers.remove(viewer)


async def compete(runner: Runner, *experiments: Experiment) -> list[float]:
    """The share of worker time that each gets."""
    for experiment in experiments:
        runner.play(experiment, None)
    await until(experiments[0], lambda: sum(one.worker_seconds for one in experiments) > ENOUGH)
    for experiment in experiments:
        await runner.pause(experiment)
    total = sum(one.worker_seconds for one in experiments)
    return [one.worker_seconds / total for one in experiments]


def test_large_and_small_networks_get_the_same_time() -> None:
    async def scenario(runner: Runner, _: Recording) -> None:
        small, large = [await opened(runner, spec.data.kind, spec) for spec in (SMALL, LARGE)]
        assert await compete(runner, small, large) == pytest.approx([0.5, 0.5], abs=0.1)

    on_one_slot(scenario)


def test_who_has_more_experiments_gets_no_more() -> None:
    async def scenario(runner: Runner, _: Recording) -> None:
        one = await opened(runner, "one", SMALL)
        three = [await opened(runner, "three", spec) for spec in (SMALL, LARGE, SMALL)]
        shares = await compete(runner, one, *three)
        assert shares == pytest.approx([1 / 2, 1 / 6, 1 / 6, 1 / 6], abs=0.1)

    on_one_slot(scenario)


def test_who_comes_late_starts_level() -> None:
    async def scenario(runner: Runner, _: Recording) -> None:
        early = await opened(runner, "early", SMALL)
        runner.play(early, None)
        await until(early, lambda: early.worker_seconds > ENOUGH / 2)
        late = await opened(runner, "late", SMALL)
        before = early.worker_seconds
        runner.play(late, None)
        await until(late, lambda: late.worker_seconds > ENOUGH / 4)
        assert early.worker_seconds - before > ENOUGH / 8

    on_one_slot(scenario)


def test_a_click_goes_before_training() -> None:
    async def scenario(runner: Runner, executor: Recording) -> None:
        others = [await opened(runner, str(number), SMALL) for number in range(6)]
        clicked = await opened(runner, "clicked", SMALL)
        await runner.step(clicked, epochs=50, batches=0)  # more used than the others
        for other in others:
            runner.play(other, None)
        await until(others[0], lambda: len(executor.calls) > 40)
        before = len(executor.calls)
        await runner.reset(clicked, new_weights=True)
        names = [name for name, _ in executor.calls[before:]]
        assert names.index("open_runs") <= 1  # one slice may have been under way

    on_one_slot(scenario)


def test_slices_get_shorter_when_many_train() -> None:
    async def scenario(runner: Runner, _: Recording) -> None:
        experiments = [await opened(runner, str(number), SMALL) for number in range(20)]
        alone = runner.slice_seconds()
        for experiment in experiments:
            runner.play(experiment, None)
        assert runner.slice_seconds() < alone / 3
        for experiment in experiments:
            await runner.pause(experiment)
        assert runner.slice_seconds() == alone

    on_one_slot(scenario)


def test_an_epoch_longer_than_a_slice_is_trained_in_parts() -> None:
    spec = LARGE.model_copy(update={"batch_size": 1, "seed": 5})

    async def scenario(runner: Runner, executor: Recording) -> None:
        experiment = await opened(runner, "one", spec)
        await runner.step(experiment, epochs=2, batches=0)
        parts = [args[1:3] for name, args in executor.calls if name == "train_slice"]
        assert len(parts) > 2
        assert all(epochs == 0 for epochs, _ in parts)
        await runner.step(experiment, epochs=0, batches=experiment.updates + 7)
        assert experiment.position == (3, 7)
        runner.play(experiment, None)
        await until(experiment, lambda: experiment.history.epoch > 4)
        await runner.pause(experiment)
        rows = experiment.history.rows
        expected = train(spec, epochs=rows - 1).history["train_loss"]
        received = experiment.history.lanes[0].column("train_loss")
        np.testing.assert_array_equal(received, expected)

    on_one_slot(scenario, slice_seconds=0.01)


class One:
    """Something that has a share."""

    def __init__(self, owner: str) -> None:
        self.owner, self.active, self.share, self.worker_seconds = owner, True, 0.0, 0.0


def test_newcomers_start_level_with_their_clients_others_or_with_other_clients() -> None:
    shares = Shares()
    a, b = One("a"), One("b")
    shares.charge("a", 5.0, a)
    shares.charge("b", 7.0, b)
    second = One("a")
    shares.join(second, [a, b, second])
    assert shares.rank("a", second) == (5.0, 5.0)
    stranger = One("c")
    shares.join(stranger, [a, b, second, stranger])
    assert shares.rank("c", stranger) == (5.0, 0.0)
    shares.join(b, [a, b, second, stranger])
    assert shares.rank("b", b) == (7.0, 7.0)
    shares.keep_only([b])
    assert shares.rank("a") == (0.0, 0.0)
    assert shares.rank("b") == (7.0, 0.0)


def test_pictures_take_no_more_than_training_where_many_train() -> None:
    async def scenario(runner: Runner, executor: Recording) -> None:
        experiments = [await opened(runner, str(number), SMALL) for number in range(3)]
        for experiment in experiments:
            experiment.viewers.add(Viewer())  # which could take a picture with every slice
        await compete(runner, *experiments)
        slices = [args for name, args in executor.calls if name == "train_slice"]
        drawn = [args for args in slices if args[3] is not None]
        assert 0 < len(drawn) < len(slices)
        alone = len(executor.calls)
        runner.play(experiments[0], None)
        await until(experiments[0], lambda: len(executor.calls) > alone + 20)
        await runner.pause(experiments[0])
        slices = [args for name, args in executor.calls[alone:] if name == "train_slice"]
        assert all(args[3] is not None for args in slices)

    on_one_slot(scenario)
