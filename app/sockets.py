"""uvicorn's WebSockets, mended: made sure to end, and quiet about a client's mistakes."""

import asyncio
from typing import Any

import uvicorn
from uvicorn._types import ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from app.settings import Settings

INVALID_DATA = 1007
BAD_REQUEST = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class SocketProtocol(WebSocketsSansIOProtocol):
    """Ends where uvicorn's own leaves a connection open, waits for ever, or logs an error.

    asyncio closes a connection once everything has been sent, and to who reads nothing that is
    never. So it is cut off `close_timeout` seconds after the stream has ended.
    """

    close_timeout: float

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

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.handshake_exc is not None and not self.handshake_complete:
            # Too long for `websockets`, or with a body, which the HTTP parser before it lets in.
            self.handshake_complete = self.close_sent = True
            self.transport.write(b"".join(self.conn.data_to_send()) or BAD_REQUEST)
            self.transport.close()

    def send_receive_event_to_app(self) -> None:
        data = b"".join(self.frames)
        if self.curr_msg_data_type == "text" and not self.close_sent and not _is_utf8(data):
            self.frames = []
            self.conn.fail(INVALID_DATA, "Text is UTF-8")
            self.handle_parser_exception()
            return
        super().send_receive_event_to_app()

    def handle_parser_exception(self) -> None:
        super().handle_parser_exception()
        # What the application still sends is then nothing that it did wrong.
        self.disconnected = True

    def keepalive_timeout(self) -> None:
        if self.read_paused:
            # The answer may wait behind messages that are not read yet: see `Allowance`.
            self.pong_timer = None
            self.schedule_ping()
            return
        super().keepalive_timeout()
        self._cut_off_soon()
        self.disconnected = True

    async def send(self, message: ASGISendEvent) -> None:
        await super().send(message)
        if self.initial_response is not None and self.close_sent:
            self.handshake_complete = True  # by an answer of plain HTTP: the gate's, for one

    def _cut_off_soon(self) -> None:
        if not self.disconnected and self._cut is None:
            self._cut = self.loop.call_later(self.close_timeout, self.transport.abort)


def protocol(settings: Settings) -> type[SocketProtocol]:
    """What uvicorn is to speak with viewers."""
    limits = {"close_timeout": settings.close_timeout}
    return type("SocketProtocol", (SocketProtocol,), limits)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
