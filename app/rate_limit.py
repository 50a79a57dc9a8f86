"""How often a client may ask: an ASGI layer behind the gate."""

import time
from collections import OrderedDict
from math import ceil

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from app.clients import client_of
from app.problems import problem

MOST_BUCKETS = 10_000
"""Beyond, also buckets are forgotten that are not full again: those of a flood of invented names,
which the address's own bucket ends."""


class Buckets:
    """A bucket of tokens for each name. Pure: the clock is handed in."""

    def __init__(self, rate: float, burst: float) -> None:
        """rate: tokens per second; burst: tokens of a full bucket."""
        self._rate = rate
        self._burst = burst
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """Tokens, and when there were so many."""

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, name: str, now: float) -> float:
        """Take a token; 0.0, or the seconds until there is one."""
        tokens, then = self._buckets.pop(name, (self._burst, now))
        tokens = min(self._burst, tokens + (now - then) * self._rate)
        pause = 0.0 if tokens >= 1 else (1 - tokens) / self._rate
        self._buckets[name] = (tokens if pause else tokens - 1, now)
        self._forget(now)
        return pause

    def _forget(self, now: float) -> None:
        """Those unused for longest, that are full again or too many."""
        filled = now - self._burst / self._rate
        while self._buckets:
            _, then = next(iter(self._buckets.values()))
            if then > filled and len(self._buckets) <= MOST_BUCKETS:
                break
            self._buckets.popitem(last=False)


class RateLimit:
    """Refuses calls and sockets of the API that come too fast, by client and by address."""

    def __init__(self, app: ASGIApp, rate: float, burst: float, per_address: float) -> None:
        """per_address: how many times as much as a client an address may ask."""
        self._app = app
        self._clients = Buckets(rate, burst)
        self._addresses = Buckets(per_address * rate, per_address * burst)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        pause = self._pause(scope) if scope["type"] in ("http", "websocket") else 0.0
        if pause:
            headers = {"Retry-After": str(ceil(pause))}
            refusal = problem(429, "Too many requests: try again in a moment", headers=headers)
            await refusal(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _pause(self, scope: Scope) -> float:
        """Seconds that this request should have waited; 0.0 if it may go on."""
        if not scope["path"].startswith("/api/"):
            return 0.0
        client, now = client_of(HTTPConnection(scope)), time.monotonic()
        # The address first: what it is refused costs the client nothing.
        return self._addresses.take(client.address, now) or self._clients.take(client.key, now)
