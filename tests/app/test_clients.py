"""Who a request is from: by cookie, otherwise by address."""

import httpx
import pytest
from starlette.requests import HTTPConnection

from app.clients import client_of
from app.settings import Settings
from tests.app.server import Server, serving

NAME = "abcdefghijklmnopqrst-_"


def connection(cookie: str) -> HTTPConnection:
    headers = [(b"cookie", cookie.encode())] if cookie else []
    return HTTPConnection({"type": "http", "headers": headers, "client": ("192.0.2.7", 5)})


@pytest.mark.parametrize(
    ("cookie", "key"),
    [
        (f"client={NAME}", NAME),
        (f"other=1; client={NAME}", NAME),
        ("", "192.0.2.7"),
        ("client=short", "192.0.2.7"),
        (f"client={NAME}{NAME}", "192.0.2.7"),
        ("client=" + "ä" * 22, "192.0.2.7"),
    ],
)
def test_a_cookie_names_a_client_if_it_is_well_formed(cookie: str, key: str) -> None:
    client = client_of(connection(cookie))
    assert (client.key, client.address) == (key, "192.0.2.7")


def test_the_page_names_a_browser_once(server: Server) -> None:
    with httpx.Client(base_url=server.http.base_url) as browser:
        given = browser.get("/").headers["set-cookie"]
        assert "HttpOnly" in given
        assert "SameSite=strict" in given
        assert "Secure" not in given
        assert "set-cookie" not in browser.get("/").headers


@pytest.mark.parametrize("trusted", [(), ("192.0.2.0/24",), ("127.0.0.1",)])
def test_only_named_proxies_are_believed(trusted: tuple[str, ...]) -> None:
    with serving(Settings(workers=1, trusted_proxies=trusted)) as server:
        answer = server.http.get("/", headers={"X-Forwarded-Proto": "https"})
    assert ("Secure" in answer.headers["set-cookie"]) == (trusted == ("127.0.0.1",))
