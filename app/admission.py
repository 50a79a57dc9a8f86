"""How much there may be at a time: experiments, streams, in all and by client."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Literal

from app.clients import Client
from app.errors import TooMany
from app.experiment import Experiment
from app.settings import Settings
from app.waiting import WaitingRoom

PATIENCE = 3
"""Who waits keeps its place for so many times the pause that it is told to make."""


class Admission:
    """Counts what there is and lets in what has room. To be used on one event loop."""

    def __init__(
        self,
        settings: Settings,
        experiments: Mapping[str, Experiment],
        let_go: Callable[[Experiment], None],
    ) -> None:
        """let_go: takes an experiment out of `experiments`."""
        self._settings = settings
        self._experiments = experiments
        self._let_go = let_go
        self._opening: list[Client] = []
        """Whose experiments are being made."""
        self._streams: Counter[str] = Counter()
        self.waiting = WaitingRoom(settings.max_waiting, PATIENCE * settings.retry_seconds)

    @contextmanager
    def place(self, client: Client) -> Iterator[None]:
        """A place for an experiment while it is being made.

        For it, what nobody uses is let go: a client's own beyond its cap or on a full server, and
        there also anybody's that has been unused for a while. Raises TooMany when the client's
        are all in use, Waiting and Full when all are.
        """
        settings = self._settings
        dropped = self._beyond(
            "browser",
            lambda one: one.key == client.key,
            settings.max_experiments_per_client,
            _idle,
        ) or self._beyond(
            "address",
            lambda one: one.address == client.address,
            settings.max_experiments_per_address,
            self._spare,
        )
        taken = len(self._experiments) + len(self._opening)
        full = taken >= settings.max_experiments
        if full and dropped is None:  # one for another of its own, which takes nobody's place
            own = [one for one in self._experiments.values() if one.owner == client.key]
            dropped = min(filter(_idle, own), key=_used, default=None)
        if dropped is not None and dropped.owner == client.key:
            self.waiting.forget(client.key)
        else:
            spare = sorted(filter(self._spare, self._experiments.values()), key=_used)
            free = settings.max_experiments - taken + len(spare)
            self.waiting.enter(client.key, free, time.monotonic())
            if full and dropped is None:
                dropped = spare[0]
        if dropped is not None:
            self._let_go(dropped)
        self._opening.append(client)
        try:
            yield
        finally:
            self._opening.remove(client)

    def _beyond(
        self,
        what: Literal["browser", "address"],
        same: Callable[[Client], bool],
        most: int,
        may_go: Callable[[Experiment], bool],
    ) -> Experiment | None:
        """The one that must go so that one more of these clients is not too many."""
        own = [experiment for experiment in self._experiments.values() if same(experiment.client)]
        if len(own) + sum(map(same, self._opening)) < most:
            return None
        if idle := [experiment for experiment in own if may_go(experiment)]:
            return min(idle, key=_used)
        raise TooMany(
            f"All {most} experiments that one browser may have here are in use: close one, or "
            "pause one that nobody watches"
            if what == "browser"
            else f"All {most} experiments that one address may have here are in use: close one, or "
            "pause one that nobody watches"
        )

    def _spare(self, experiment: Experiment) -> bool:
        """Whether it may be let go for somebody else: it has been idle for a while, and is not one
        whose page is about to watch it, or has lost its connection for a moment."""
        unused = time.monotonic() - experiment.used
        return _idle(experiment) and unused >= self._settings.spare_seconds

    def left(self, client: Client) -> None:
        """A client has ended an experiment of its own."""
        self.waiting.leave(client.key, time.monotonic())

    @contextmanager
    def stream(self, client: Client) -> Iterator[None]:
        """Count an open stream. Raises TooMany."""
        settings = self._settings
        if self._streams[client.key] >= settings.max_streams_per_client:
            raise TooMany(f"At most {settings.max_streams_per_client} streams to one browser")
        if self._streams.total() >= settings.max_streams:
            raise TooMany(f"At most {settings.max_streams} streams")
        self._streams[client.key] += 1
        try:
            yield
        finally:
            self._streams[client.key] -= 1
            if not self._streams[client.key]:
                del self._streams[client.key]


def _used(experiment: Experiment) -> float:
    return experiment.used


def _idle(experiment: Experiment) -> bool:
    """Whether nobody watches it, trains it or wants anything of it."""
    return not (experiment.active or experiment.busy or experiment.viewers or experiment.commands)
