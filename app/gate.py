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
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors "
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY + "'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), "
    "payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
CLOSED = ("/api", "/metrics")
"""Other sites may link to the page, but not have their visitors' browsers ask for these."""


def is_embedded(scope: Scope) -> bool:
    """The page as it stands in an iframe is asked for: /?embed=1."""
    return scope["path"] == "/" and b"embed=1" in scope["query_string"].split(b"&")


def framed_by(origins: tuple[str, ...]) -> dict[str, str]:
    """SECURITY_HEADERS of a page that those may frame."""
    policy = CONTENT_SECURITY_POLICY + " ".join(origins)
    headers = SECURITY_HEADERS | {"Content-Security-Policy": policy}
    del headers["X-Frame-Options"]  # knows no lists
    return headers


class Gate:
    """Refuses foreign hosts and origins and large bodies; adds SECURITY_HEADERS on the way out.

    hosts: names without ports, "*" for any. origins: those let in besides the one that the Host
    names. larger: other limits of bodies, by path. embedded_by: origins that may frame the page,
    which is all that they may. Browsers send an Origin with every WebSocket and
    everything that changes something; what else other sites' pages ask for, Sec-Fetch-Site tells.
    """

    def __init__(
        self,
        app: ASGIApp,
        hosts: tuple[str, ...],
        origins: tuple[str, ...],
        max_body_size: int,
        larger: Mapping[str, int],
        embedded_by: tuple[str, ...] = (),
    ) -> None:
        self._app = app
        self._hosts = hosts
        self._origins = origins
        self._max_body_size = max_body_size
        self._larger = larger
        self._framed = framed_by(embedded_by) if embedded_by else SECURITY_HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                headers = MutableHeaders(scope=message)
                framed = message["type"] == "http.response.start" and is_embedded(scope)
                for name, value in (self._framed if framed else SECURITY_HEADERS).items():
                    headers.setdefault(name, value)
            await send(message)

        headers = Headers(scope=scope)
        length = headers.get("content-length", "0")
        largest = self._larger.get(scope["path"], self._max_body_size)
        if complaint := self._complaint(headers, scope["path"]):
            await problem(403, complaint)(scope, receive, send_with_headers)
        elif length.isdigit() and int(length) > largest:
            # FastAPI's own limit covers bodies of unannounced length.
            detail = f"At most {largest} bytes are taken"
            await problem(413, detail)(scope, receive, send_with_headers)
        else:
            await self._app(scope, receive, send_with_headers)

    def _complaint(self, headers: Headers, path: str) -> str | None:
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        if len(hosts) != 1 or len(origins) > 1:
            return "Exactly one Host and at most one Origin are expected"
        if "*" not in self._hosts and _name(hosts[0]) not in self._hosts:
            return (
                f"This server does not answer to the name {_name(hosts[0])!r}. Whoever runs it "
                "can add the name to NEURAL_PLAYGROUND_ALLOWED_HOSTS"
            )
        if origins:
            origin = origins[0].lower()
            foreign = _netloc(origin) != hosts[0].lower() and origin not in self._origins
        else:
            site = headers.get("sec-fetch-site", "none")
            foreign = site not in ("none", "same-origin") and path.startswith(CLOSED)
        return "Pages of other sites may not use this server" if foreign else None


def _netloc(origin: str) -> str:
    """Host and port of an Origin; empty for one that is none."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def _name(host: str) -> str:
    """A Host header without its port; IPv6 addresses keep their brackets."""
    name, colon, port = host.lower().rpartition(":")
    return name if colon and (port.isdigit() or not port) else host.lower()
