"""HTTP connections whose heads are bounded, in size and in time.

uvicorn's parser takes a request's line and headers of any length, in a time that grows with its
square, and waits for them for ever.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.settings import Settings

TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"Connection: close\r\nContent-Length: 0\r\n\r\n"
)


class BoundedHead(HttpToolsProtocol):
    """Closes a connection that sends too long a head, or takes too long for it."""

    max_head_size: int
    head_seconds: float

    _in_head = False
    _head_size = 0
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_is_here()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self._in_head or self.transport.is_closing():
            return
        # Not what ended in this piece, which may hold a body: only a head that goes on and on.
        self._head_size += len(data)
        if self._head_size > self.max_head_size:
            self.transport.write(TOO_LARGE)
            self.transport.close()

    def on_message_begin(self) -> None:
        super().on_message_begin()  # type: ignore[no-untyped-call, unused-ignore]
        if not self._in_head:  # another one on the same connection
            self._expect_head()

    def on_headers_complete(self) -> None:
        self._head_is_here()
        super().on_headers_complete()  # type: ignore[no-untyped-call, unused-ignore]

    def _expect_head(self) -> None:
        self._in_head, self._head_size = True, 0
        self._deadline = self.loop.call_later(self.head_seconds, self._too_slow)

    def _head_is_here(self) -> None:
        self._in_head = False
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_slow(self) -> None:
        self._head_is_here()
        self.transport.close()


def bounded_head(settings: Settings) -> type[BoundedHead]:
    """The protocol with the limits of a server."""
    limits = {"max_head_size": settings.max_head_size, "head_seconds": settings.head_seconds}
    return type("BoundedHead", (BoundedHead,), limits)
