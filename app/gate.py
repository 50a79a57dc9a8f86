"""Who may come in: one ASGI gate before every route and socket, and the headers on the way out.

Against pages of other sites that reach for this server from a visitor's browser: by a name of
their own that points here (DNS rebinding: the Host is wrong), or across sites (the Origin is).
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.problems import problem

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Gate:
    """Refuses foreign hosts and origins and large bodies; adds SECURITY_HEADERS on the way out.

    hosts: names without ports, "*" for any. larger: other limits, by path. Requests without an
    Origin are let in: browsers send one with every WebSocket and everything that changes something.
    """

    def __init__(
        self,
        app: ASGIApp,
        hosts: tuple[str, ...],
        max_body_size: int,
        larger: Mapping[str, int],
    ) -> None:
        self._app = app
        self._hosts = hosts
        self._max_body_size = max_body_size
        self._larger = larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        headers = Headers(scope=scope)
        length = headers.get("content-length", "0")
        largest = self._larger.get(scope["path"], self._max_body_size)
        if complaint := self._complaint(headers):
            await problem(403, complaint)(scope, receive, send_with_headers)
        elif length.isdigit() and int(length) > largest:
            # FastAPI's own limit covers bodies of unannounced length.
            detail = f"At most {largest} bytes are taken"
            await problem(413, detail)(scope, receive, send_with_headers)
        else:
            await self._app(scope, receive, send_with_headers)

    def _complaint(self, headers: Headers) -> str | None:
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        if len(hosts) != 1 or len(origins) > 1:
            return "Exactly one Host and at most one Origin are expected"
        if "*" not in self._hosts and _name(hosts[0]) not in self._hosts:
            return (
                f"This server does not answer to the name {_name(hosts[0])!r}; "
                "NEURAL_PLAYGROUND_ALLOWED_HOSTS names those it does"
            )
        if origins and _host(origins[0]) != hosts[0].lower():
            return "Pages of other sites may not use this server"
        return None


def _host(origin: str) -> str | None:
    """The host of an origin with its port, or None."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return None


def _name(host: str) -> str:
    """A Host header without its port; IPv6 addresses keep their brackets."""
    name, colon, port = host.lower().rpartition(":")
    return name if colon and (port.isdigit() or not port) else host.lower()
