"""Who waits for a place on a full server. Pure: the clock is handed in."""

from app.errors import Full, Waiting


class WaitingRoom:
    """First come, first served, by client. Whoever does not ask again in time loses its place."""

    def __init__(self, most: int, patience: float) -> None:
        """most: clients that wait. patience: seconds between two questions of one of them."""
        self._most = most
        self._patience = patience
        self._until: dict[str, float] = {}
        """Clients in their order, and when each loses its place."""
        self._kept: dict[str, float] = {}
        """Clients that have just left a place, for which it is kept so long."""

    def __len__(self) -> int:
        return len(self._until)

    def enter(self, client: str, free: int, now: float) -> None:
        """Come in, if one of the `free` places is for this client. Raises Waiting, Full."""
        self._forget(now)
        ahead = len(self._until)
        if client in self._until:
            ahead = list(self._until).index(client)
        own = client in self._kept
        if free > (0 if own else ahead + len(self._kept)):
            self.forget(client)
            return
        if client not in self._until and ahead >= self._most:
            raise Full
        self._until[client] = now + self._patience
        raise Waiting(ahead)

    def forget(self, client: str) -> None:
        """A client needs no place any more."""
        self._until.pop(client, None)
        self._kept.pop(client, None)

    def leave(self, client: str, now: float) -> None:
        """A client has given up a place. While others wait it is kept for what it opens next."""
        self._forget(now)
        if self._until:
            self._kept[client] = now + self._patience

    def _forget(self, now: float) -> None:
        """Whoever has not asked for too long."""
        for known in (self._until, self._kept):
            for client in [client for client, until in known.items() if until < now]:
                del known[client]
