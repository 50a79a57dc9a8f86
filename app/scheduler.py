"""Who trains when: turns of experiments, and the slots they take.

An experiment has one turn at a time: a command, a slice of training, or a set of pictures. Each
call into a worker takes a slot and gives it back, so that the longest wait is one slice. Free
slots go to what was just clicked on, then to the client that has used the least worker CPU time,
and of its experiments to the one that has used the least. What nobody wants goes to background
work, which gets a slot now and then also when all are wanted.
"""

import asyncio
import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Executor
from math import inf
from typing import Any, ParamSpec, TypeVar

from app.command import Command
from app.errors import Stopping, Unknown, Unlucky
from app.executors import Slot
from app.experiment import Experiment
from app.logs import short
from app.metrics import Metrics
from app.settings import Settings
from app.slots import ATTEMPTS, CLICK, PLAIN, Request, Slots
from app.viewing import Drawing

P = ParamSpec("P")
T = TypeVar("T")

ROUND_SECONDS = 0.2
"""Time in which each of many experiments should have had a slice."""
SHORTEST_SLICE = 0.005
"""Seconds. Below, handing it over costs more than the slice."""
BACKGROUND_PAUSE = 0.5
"""Seconds after which background work gets a slot though experiments would take them all."""
LAST_SLICES = 4
"""Seconds in which slices under way can end when the server stops."""
FAREWELL = 2
"""Seconds in which viewers can then be told."""
Work = Callable[[Slot], Awaitable[None]]
"""Something to do with a slot. Raises nothing."""

logger = logging.getLogger(__name__)


class Scheduler(Slots, ABC):
    """Shares slots among experiments. To be used on one event loop."""

    def __init__(
        self, settings: Settings, make_executor: Callable[[], Executor] | None = None
    ) -> None:
        super().__init__(settings, make_executor)
        self.experiments: dict[str, Experiment] = {}
        self.background: Callable[[], Work | None] = lambda: None
        """The next short piece of work for a slot that nobody else wants, if there is one."""
        self._turns: set[asyncio.Task[None]] = set()
        self.streams: set[asyncio.Future[None]] = set()
        """Of each open stream, what is done once it has ended."""
        self._timer: asyncio.TimerHandle | None = None
        self._background_due = 0.0
        self.metrics = Metrics(self)

    @abstractmethod
    async def go_on(self, experiment: Experiment) -> None:
        """The next piece of what an experiment does by itself."""

    async def stop(self) -> None:
        """Finish the slices under way, tell viewers, end the workers. May be called again."""
        self.stopping = True
        if self._timer is not None:
            self._timer.cancel()
        self.refuse_requests()
        for experiment in self.experiments.values():
            while experiment.commands:
                experiment.commands.popleft().fail(Stopping())
            experiment.arrived.set()
            experiment.notify()
        if self._turns:
            await asyncio.wait(self._turns, timeout=LAST_SLICES)
        await self.settled()
        if self.streams:
            await asyncio.wait(self.streams, timeout=FAREWELL)
        await self.end_workers()

    @abstractmethod
    async def settled(self) -> None:
        """Nothing happens any more to any experiment: called on the way to `stop`."""

    def schedule(self) -> None:
        """Give the free slots to who should have them. Call it after every change."""
        if self.stopping or not self._free:
            return
        now = time.monotonic()
        self._requests = [one for one in self._requests if not one.slot.done()]
        wishes: list[tuple[int, tuple[float, float], Request | Experiment]] = [
            (one.urgency, self.shares.rank(one.client, one.experiment), one)
            for one in self._requests
        ]
        next_due = inf
        for experiment in self.experiments.values():
            if experiment.busy:
                continue
            if experiment.status == "playing" and self._is_unwatched(experiment, now):
                self._set_aside(
                    experiment,
                    f"Paused, as nobody watched for {self.settings.unwatched_seconds:g} seconds.",
                )
            urgency = self._urgency(experiment, now)
            if urgency is not None:
                wishes.append((urgency, self.shares.rank(experiment.owner, experiment), experiment))
            elif experiment.active:
                next_due = min(next_due, experiment.due_at())
        wishes.sort(key=lambda wish: wish[:2])
        clicks = sum(urgency == CLICK for urgency, _, _ in wishes)
        if len(wishes) >= len(self._free) > clicks and now >= self._background_due:
            self._begin_background(now)
        for _, _, wish in wishes[: len(self._free)]:
            slot = self._free.pop()
            if isinstance(wish, Request):
                self._requests.remove(wish)
                wish.slot.set_result(slot)
            else:
                wish.held = slot
                self._begin_turn(wish)
        while self._free and self._begin_background(now):
            pass
        if self._timer is not None:
            self._timer.cancel()
        if next_due < inf:
            self._timer = asyncio.get_running_loop().call_later(
                max(0.0, next_due - now), self.schedule
            )

    @property
    def crowded(self) -> bool:
        """Whether more want to train than can."""
        return self._active > self.settings.workers

    @property
    def _active(self) -> int:
        return sum(experiment.active for experiment in self.experiments.values())

    def slice_seconds(self) -> float:
        """Worker time of a slice: the more experiments train, the shorter."""
        fair = ROUND_SECONDS * self.settings.workers / max(1, self._active)
        return min(self.settings.slice_seconds, max(SHORTEST_SLICE, fair))

    def _urgency(self, experiment: Experiment, now: float) -> int | None:
        """None wants nothing now."""
        if experiment.active and experiment.due_at() <= now:
            return CLICK if experiment.fresh else PLAIN
        return CLICK if experiment.wants_picture else None

    def _is_unwatched(self, experiment: Experiment, now: float) -> bool:
        return not experiment.viewers and now - experiment.used > self.settings.unwatched_seconds

    def _begin_turn(self, experiment: Experiment) -> None:
        experiment.busy = True
        experiment.idle.clear()
        self._begin(self._turn(experiment))

    def _begin(self, turn: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(turn)
        self._turns.add(task)
        task.add_done_callback(self._turns.discard)

    def _begin_background(self, now: float) -> bool:
        """Give a slot to background work; whether there was any."""
        work = self.background()
        if work is None:
            return False
        self._background_due = now + BACKGROUND_PAUSE
        self._begin(self._background_turn(work, self._free.pop()))
        return True

    async def _background_turn(self, work: Work, slot: Slot) -> None:
        try:
            await work(slot)
        finally:
            self._release(slot)

    async def _turn(self, experiment: Experiment) -> None:
        """One piece of what it does by itself if it holds a slot, otherwise all its commands."""
        try:
            if experiment.held:
                await self.go_on(experiment)
            while experiment.commands:
                experiment.command_seconds = 0.0
                await experiment.commands.popleft().run()
        except Stopping:
            pass
        except Unlucky:
            self._set_aside(
                experiment,
                f"Training this crashed its worker process {ATTEMPTS} times in a row, so it was "
                "paused. Play tries again; a smaller network or fewer points may help.",
            )
        except Exception as error:  # an engine fault must not stop the other experiments
            logger.exception("experiment %s set aside", short(experiment.id))
            # Also counts as drawn: the same fault again would help nobody.
            experiment.drawing = Drawing(experiment.picture_key, {}, {})
            self._set_aside(experiment, f"An internal error stopped the training: {error!r}")
        finally:
            experiment.busy = False
            experiment.idle.set()
            slot, experiment.held = experiment.held, None
            if slot is not None:
                self._free.append(slot)
            if experiment.commands and not self.stopping:  # after a failure
                self._begin_turn(experiment)
            self.schedule()

    def _set_aside(self, experiment: Experiment, message: str) -> None:
        logger.info("experiment %s paused: %s", short(experiment.id), message)
        experiment.stop(message)
        experiment.changed()

    async def command(self, experiment: Experiment, action: Callable[[], Awaitable[T]]) -> T:
        """Do `action` in the experiment's next turn; its result or exception."""
        if self.stopping:
            raise Stopping
        if experiment.gone:
            raise Unknown(experiment.id)
        command: Command[T] = Command(action)
        experiment.commands.append(command)
        if not experiment.busy:
            self._begin_turn(experiment)
        return await command.done
