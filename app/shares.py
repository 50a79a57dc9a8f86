"""Who has used how much of the workers: by client first, then by its experiments."""

from collections.abc import Iterable
from typing import Protocol


class Sharer(Protocol):
    """What has a share: an experiment."""

    share: float
    """Worker CPU seconds, and what others had used when it joined them."""
    worker_seconds: float
    """Worker CPU seconds."""

    @property
    def owner(self) -> str:
        """Its client's key."""

    @property
    def active(self) -> bool:
        """Whether it wants to train."""


class Shares:
    """Worker CPU seconds. The smallest `rank` has the next slot."""

    def __init__(self) -> None:
        self._clients: dict[str, float] = {}

    def rank(self, client: str, experiment: Sharer | None = None) -> tuple[float, float]:
        """What the client, and then the experiment, has used."""
        return (
            self._clients.get(client, 0.0),
            experiment.share if experiment is not None else 0.0,
        )

    def charge(self, client: str, seconds: float, experiment: Sharer | None = None) -> None:
        """Worker time has been used."""
        self._clients[client] = self._clients.get(client, 0.0) + seconds
        if experiment is not None:
            experiment.share += seconds
            experiment.worker_seconds += seconds

    def join(self, newcomer: Sharer, all: Iterable[Sharer]) -> None:
        """Who begins to train starts level with the others: not first for all it has not used."""
        active = [one for one in all if one.active and one is not newcomer]
        mine = newcomer.owner
        siblings = [one.share for one in active if one.owner == mine]
        if siblings:
            newcomer.share = max(newcomer.share, min(siblings))
            return
        others = [self._clients.get(one.owner, 0.0) for one in active]
        self._clients[mine] = max(self._clients.get(mine, 0.0), min(others, default=0.0))

    def keep_only(self, all: Iterable[Sharer]) -> None:
        """Forget clients that have no experiments."""
        owners = {one.owner for one in all}
        self._clients = {key: used for key, used in self._clients.items() if key in owners}
