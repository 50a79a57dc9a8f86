"""uvicorn's WebSockets, made sure to end."""

import asyncio
from typing import Any

import uvicorn
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from app.settings import Settings


def protocol(settings: Settings) -> type[asyncio.Protocol]:
    """What uvicorn is to speak with viewers."""

    class WebSockets(WebSocketsSansIOProtocol):
        """uvicorn's protocol, which by itself waits for a peer that takes nothing.

        asyncio closes a connection once everything has been sent, and to who reads nothing that
        is never. So it is cut off `close_timeout` after the stream has ended.
        """

        def __init__(self, config: uvicorn.Config, *args: Any, **kwargs: Any) -> None:
            super().__init__(config, *args, **kwargs)
            self._cut: asyncio.TimerHandle | None = None

        async def run_asgi(self) -> None:
            await super().run_asgi()
            self._cut_off_soon()

        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            if self._cut:
                self._cut.cancel()

        def keepalive_timeout(self) -> None:
            if self.read_paused:
                # The answer may wait behind messages that are not read yet: see `Allowance`.
                self.pong_timer = None
                self.schedule_ping()
                return
            super().keepalive_timeout()
            self._cut_off_soon()

        def _cut_off_soon(self) -> None:
            if not self.disconnected and self._cut is None:
                self._cut = self.loop.call_later(settings.close_timeout, self.transport.abort)

    return WebSockets
