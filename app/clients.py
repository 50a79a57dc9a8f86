"""Whose request it is: fairness and limits count by client."""

import re
import secrets
from dataclasses import dataclass

from starlette.requests import HTTPConnection
from starlette.responses import Response

COOKIE = "client"
"""A random name that a browser gets with the page: 60 learners behind one address are 60."""
NAME = re.compile(r"[\w-]{22}", re.ASCII)
YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Client:
    """One browser, or one program without a cookie."""

    key: str
    """The cookie, or the address where there is none. Anybody can invent cookies: what must hold
    against that counts by address."""
    address: str
    """Of the peer, or what a trusted proxy says of it."""


def client_of(connection: HTTPConnection) -> Client:
    """Who sends this request or opened this socket."""
    address = connection.client.host if connection.client else ""
    name = connection.cookies.get(COOKIE, "")
    return Client(name if NAME.fullmatch(name) else address, address)


def introduce(connection: HTTPConnection, response: Response) -> None:
    """Give a browser its name, if it has none."""
    if not NAME.fullmatch(connection.cookies.get(COOKIE, "")):
        response.set_cookie(
            COOKIE,
            secrets.token_urlsafe(16),
            max_age=YEAR,
            httponly=True,
            samesite="strict",
            secure=connection.url.scheme == "https",
        )
