"""`neural-playground serve`."""

import argparse
import errno
import socket
import sys
from contextlib import suppress

import uvicorn
from fastapi import FastAPI
from pydantic import ValidationError

from app.cli.failure import Failure
from app.http_head import bounded_head
from app.logs import configure
from app.main import create_app
from app.settings import Settings
from app.sockets import protocol

FILES = 65_536


def serve(options: argparse.Namespace) -> None:
    """Serve the page and the API until stopped."""
    settings = _settings(options)
    listener = _listen(settings)
    configure(settings.log_format, settings.log_level)
    raise_file_limit()

    # All addresses is no address that a browser could open.
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host
    host = f"[{host}]" if ":" in host else host
    address = f"http://{host}:{listener.getsockname()[1]}"
    app = create_app(settings)

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            print(f"Neural Playground is ready at {address} (Ctrl+C stops it)", flush=True)

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            # Before uvicorn closes the sockets: viewers are told why.
            await app.state.runner.stop()
            await super().shutdown(sockets)

    server = Server(configuration(app, settings))
    with suppress(KeyboardInterrupt):  # uvicorn hands it on once it has shut down
        server.run(sockets=[listener])


def configuration(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """How uvicorn serves the application."""
    return uvicorn.Config(
        app,
        log_config=None,  # ours does
        http=bounded_head(settings),
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        ws=protocol(settings),
        ws_ping_interval=settings.ping_interval,
        ws_ping_timeout=settings.ping_timeout,
        ws_max_size=settings.ws_max_size,
        # Compressing a frame costs ten times as much as all else about it.
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=5,
    )


def _settings(options: argparse.Namespace) -> Settings:
    given = {
        name: value
        for name in ("host", "port", "workers", "allowed_hosts")
        if (value := getattr(options, name)) is not None
    }
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        where = f"setting {'.'.join(map(str, first['loc']))}: " if first["loc"] else ""
        raise Failure(where + first["msg"]) from None


def raise_file_limit() -> None:
    """As many sockets as the system allows: often 1,024 if nobody asks."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = FILES if hard == resource.RLIM_INFINITY else min(hard, FILES)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _listen(settings: Settings) -> socket.socket:
    """A socket bound to the address. Raises Failure when that cannot be."""
    host, port = settings.host, settings.port
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise Failure(f"{host} is not an address of this computer: {error.strerror}") from None
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            # The kernel drops a peer that takes nothing for so long; an ASGI server cannot.
            milliseconds = int(1000 * settings.send_timeout)
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)
        listener.bind(address)
        listener.listen(2048)  # at once, so that a second server cannot bind it as well
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise Failure(
                f"port {port} of {host} is taken. Is it running already? "
                f"Choose another port: neural-playground serve --port {port + 1}"
            ) from None
        raise Failure(f"cannot listen on port {port} of {host}: {error.strerror}") from None
    return listener
