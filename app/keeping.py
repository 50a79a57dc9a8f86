"""Experiments outlive the server: storing them while they train, and bringing them back."""

import asyncio
import logging
import re
import time
from abc import ABC
from collections.abc import Callable
from concurrent.futures import Executor

from app import worker
from app.admission import Admission
from app.archive import Archive
from app.clients import Client
from app.errors import Full, Stopping, TooMany, Unknown, Unlucky, Waiting
from app.experiment import Experiment
from app.opening import members_of
from app.plan import openings
from app.record import Found, capture, client_of, revive
from app.rewinding import Rewinding
from app.settings import Settings
from engine import View

ID = re.compile(r"[\w-]{22}", re.ASCII)
LAST_SAVE = 2
"""Seconds that a server which stops has to store everything."""

logger = logging.getLogger(__name__)


class Keeping(Rewinding, ABC):
    """What commands do is stored before they are answered, what training brings a little later."""

    def __init__(
        self,
        settings: Settings,
        make_executor: Callable[[], Executor] | None = None,
        archive: Archive | None = None,
    ) -> None:
        """archive: where experiments outlive the server; without one they do not."""
        super().__init__(settings, make_executor)
        self.admission = Admission(settings, self.experiments, self.let_go)
        self.metrics.waiting = lambda: len(self.admission.waiting)
        self._archive = archive
        self._closed = False
        self._returning: dict[str, asyncio.Task[Experiment]] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Also bring back what was training."""
        await super().start()
        if self._archive is not None:
            await self._archive.open()
            self._tasks = [
                asyncio.create_task(self._keep_all()),
                asyncio.create_task(self._bring_back_active(self._archive)),
            ]

    async def settled(self) -> None:
        """The last slices have ended: store what they brought, for the next server."""
        for task in self._tasks:
            task.cancel()
        archive = self._archive
        if archive is None or self._closed:
            return
        self._closed = True
        writing = [self._write(archive, one, live=False) for one in self.experiments.values()]
        try:
            async with asyncio.timeout(LAST_SAVE):
                await asyncio.gather(*writing)
                await archive.close()
        except TimeoutError:
            logger.error("the disk is too slow: what was trained last is trained again")

    async def find(self, id: str) -> Experiment:
        """An experiment, which may have to be brought back. Raises Unknown, Stopping, and as
        `Admission.place` where there is no room."""
        experiment = self.experiments.get(id)
        if experiment is None:
            experiment = await self._bring_back(id)
        experiment.used = time.monotonic()
        return experiment

    def new_experiment(self, client: Client) -> Experiment:
        """One that has nothing yet."""
        settings = self.settings
        return Experiment(client, settings.kept_bytes, settings.bounds, time.monotonic())

    def delete(self, experiment: Experiment) -> None:
        """End it for good."""
        if self._archive is not None:
            self._archive.forget(experiment.id)
        self._end(experiment)

    def let_go(self, experiment: Experiment) -> None:
        """Out of memory, but not out of the store."""
        if self._archive is not None:
            record = capture(experiment, live=False)
            self._archive.write(record)
        self._end(experiment)

    def _end(self, experiment: Experiment) -> None:
        """Its viewers are told, commands that wait get Unknown."""
        self.experiments.pop(experiment.id, None)
        self.shares.keep_only(self.experiments.values())
        experiment.gone = True
        while experiment.commands:
            experiment.commands.popleft().fail(Unknown(experiment.id))
        experiment.end_stretch()
        experiment.notify()

    # Storing

    async def keep(self, experiment: Experiment) -> None:
        """Store what is new of an experiment, or that it is gone.

        Afterwards a killed server is no reason to lose it. Raises Stopping when it is too late.
        """
        archive, stored = self._archive, experiment.stored
        if archive is None or not archive.usable:
            return
        if self._closed:
            if experiment.gone or stored is None or stored.stamp != experiment.stamp:
                raise Stopping
        elif experiment.gone:
            await archive.flush()
        elif stored is None or stored.stamp != experiment.stamp:
            await self._write(archive, experiment, live=True)

    async def _keep_all(self) -> None:
        """Store what training brings. One experiment after the other: commands go in between."""
        while True:
            began = time.monotonic()
            for experiment in list(self.experiments.values()):
                try:
                    await self.keep(experiment)
                except Exception:  # a fault in one must not end it for all
                    logger.exception("experiment not stored")
            passed = time.monotonic() - began
            await asyncio.sleep(max(self.settings.save_seconds - passed, 0.05))

    async def _write(self, archive: Archive, experiment: Experiment, *, live: bool) -> None:
        """Nothing is wrong when that cannot be: the log has it."""
        whole = False
        while not whole:
            if experiment.gone:
                return
            record = capture(experiment, live=live)
            if await archive.write(record):
                self.metrics.saves.inc()
                experiment.stored = record.stored
                return
            experiment.stored = None
            whole = record.whole  # otherwise again, as what it follows on has been forgotten

    # Bringing back

    async def _bring_back_active(self, archive: Archive) -> None:
        """What was training goes on."""
        for id in await archive.active():
            try:
                await self.find(id)
            except Unknown:
                continue
            except (Full, TooMany, Unlucky, Waiting) as error:
                logger.warning("an experiment that was training waits to be asked for: %r", error)

    async def _bring_back(self, id: str) -> Experiment:
        """Raises Unknown also for what cannot be read, Full, Stopping."""
        archive = self._archive
        if archive is None or not archive.usable or not ID.fullmatch(id):
            raise Unknown(id)
        if self.stopping:
            raise Stopping
        task = self._returning.get(id)
        if task is None:
            task = self._returning[id] = asyncio.create_task(self._restore(archive, id))
            task.add_done_callback(lambda task: self._returned(id, task))
        return await asyncio.shield(task)

    def _returned(self, id: str, task: asyncio.Task[Experiment]) -> None:
        del self._returning[id]
        if not task.cancelled():
            task.exception()  # who asked for it may have gone

    async def _restore(self, archive: Archive, id: str) -> Experiment:
        found = await archive.read(id)
        if found is None:
            raise Unknown(id)
        with self.admission.place(client_of(found)):
            return await self._revive(archive, id, found)

    async def _revive(self, archive: Archive, id: str, found: Found) -> Experiment:
        client, members = client_of(found), members_of(found.specs, found.counts)
        weights = openings([lane.planned for lane in found.lanes], found.counts)
        experiment = self.new_experiment(client)
        try:
            checkpoint, _, fingerprints, _ = await self.call(
                client, worker.open_runs, members, View(runs=()), weights
            )
            revive(experiment, id, found, checkpoint.runs, fingerprints)
        except ValueError as error:  # its data are not there any more
            logger.warning("a stored experiment cannot be read: %s", error)
            raise Unknown(id) from None
        # At once: should this server be killed too, the next one must not use its timeline again.
        await self._write(archive, experiment, live=True)
        self.experiments[id] = experiment
        if experiment.active:
            self.shares.join(experiment, self.experiments.values())
        self.schedule()
        return experiment
