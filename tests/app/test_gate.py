"""Closed to strangers: every route and socket is behind the gate."""

import ast
import asyncio
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import ValidationError
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from app.cli import main
from app.gate import SECURITY_HEADERS
from app.main import create_app
from app.settings import Settings
from tests.app.server import Server, serving

ROOT = Path(__file__).parents[2]
APP = create_app(Settings(workers=1))


def walk(routes: list[Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Method and path of every route; an unknown kind of route is a failure."""
    for route in routes:
        if hasattr(route, "effective_candidates"):  # an included router
            yield from walk(list(route.effective_candidates()), prefix)
        elif isinstance(route, Mount):
            yield from walk(list(route.routes), prefix + route.path)
            yield "GET", f"{prefix}{route.path}/x"
        else:
            # What FastAPI includes is wrapped, with the whole path inside.
            own: BaseRoute = getattr(route, "starlette_route", None) or route
            original: BaseRoute = getattr(route, "original_route", own)
            path = re.sub(r"\{[^}]*\}", "0", prefix + (route.path or getattr(own, "path", "")))
            if isinstance(original, WebSocketRoute):
                yield "WEBSOCKET", path
            elif isinstance(original, Route):
                for method in route.methods or {"GET"}:
                    yield method, path
            else:
                raise AssertionError(f"what is {route}?")


ROUTES = sorted(set(walk(APP.routes)) | {("GET", "/nothing"), ("OPTIONS", "/"), ("GET", "//x")})


def ask(server: Server, method: str, path: str, **headers: str) -> httpx.Response:
    """A request, or the handshake of a WebSocket."""
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    if method != "WEBSOCKET":
        return server.http.request(method, path, headers=headers)
    host, _, port = server.address.partition(":")
    handshake = {
        "Host": server.address,
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        **headers,
    }
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in handshake.items())]
    with socket.create_connection((host, int(port)), 30) as peer:
        peer.sendall("\r\n".join([*lines, "", ""]).encode())
        head = b""
        while b"\r\n\r\n" not in head:
            part = peer.recv(4096)
            assert part, "closed without an answer"
            head += part
    status, *fields = head.partition(b"\r\n\r\n")[0].decode().split("\r\n")
    pairs = [field.partition(": ")[::2] for field in fields]
    return httpx.Response(int(status.split()[1]), headers=pairs)


def test_all_routes_are_known() -> None:
    paths = {path for _, path in ROUTES}
    assert {"/", "/docs", "/openapi.json", "/healthz", "/metrics", "/static/0/0"} <= paths
    assert ("WEBSOCKET", "/api/experiments/0/stream") in ROUTES
    documented = {re.sub(r"\{[^}]*\}", "0", path) for path in APP.openapi()["paths"]}
    assert documented <= paths


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_the_gate_covers_every_route(server: Server, method: str, path: str) -> None:
    for headers in (
        {"Host": "evil.example"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://[evil"},
        {"Host": "evil.example", "Origin": "http://evil.example"},
    ):
        answer = ask(server, method, path, **headers)
        assert answer.status_code == 403, headers
        assert answer.headers.items() >= {
            (name.lower(), value) for name, value in SECURITY_HEADERS.items()
        }
    if method != "WEBSOCKET" or path.startswith("/api/experiments"):
        own = ask(server, method, path, Origin=f"http://{server.address}")
        assert own.status_code not in (403, 500)
        if own.status_code != 101:
            assert own.headers.items() >= {
                (name.lower(), value) for name, value in SECURITY_HEADERS.items()
            }


def test_the_policy_allows_nothing_inline_and_no_frames() -> None:
    policy = SECURITY_HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_only_the_embedded_page_may_be_framed_and_only_by_those_allowed() -> None:
    school = "https://school.example.org"
    with serving(Settings(workers=1, embedded_by=(school, "http://127.0.0.1:5000"))) as server:
        page = server.http.get("/?embed=1", headers={"Sec-Fetch-Site": "cross-site"})
        assert page.status_code == 200
        policy = page.headers["content-security-policy"]
        assert policy.endswith(f"frame-ancestors {school} http://127.0.0.1:5000")
        assert "x-frame-options" not in page.headers
        assert "data-embeddable" in page.text
        for path in ("/", "/?embed=11", "/?x=embed=1", "/docs?embed=1", "/api/schema?embed=1"):
            closed = server.http.get(path).headers
            assert closed["content-security-policy"].endswith("frame-ancestors 'none'"), path
            assert closed["x-frame-options"] == "DENY"
        # It is no door to anything else.
        foreign = {"Origin": school}
        assert server.http.get("/api/schema", headers=foreign).status_code == 403
        assert server.http.post("/api/experiments", headers=foreign, json={}).status_code == 403


def test_nobody_may_frame_the_page_unless_told(server: Server) -> None:
    page = server.http.get("/?embed=1")
    assert page.headers["content-security-policy"].endswith("frame-ancestors 'none'")
    assert page.headers["x-frame-options"] == "DENY"
    assert "data-embeddable" not in page.text


@pytest.mark.parametrize(
    "origin", ["*", "school.example.org", "https://a.org/path", "https://a.org; script-src *", ""]
)
def test_what_is_no_origin_is_refused(origin: str) -> None:
    with pytest.raises(ValidationError):
        Settings(embedded_by=(origin,))


def test_an_error_of_the_server_has_the_headers_too() -> None:
    app = create_app(Settings(workers=1))

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError

    app.router.routes.insert(0, app.router.routes.pop())
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)

    async def get() -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.get("/broken")

    answer = asyncio.run(get())
    assert answer.status_code == 500
    assert answer.headers["x-frame-options"] == "DENY"
    assert "RuntimeError" not in answer.text


def test_names_of_this_server(server: Server) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example", "", "[::1].evil.example"):
        assert server.http.get("/healthz", headers={"Host": host}).status_code == 403
    port = server.address.rpartition(":")[2]
    for host in (f"localhost:{port}", "LOCALHOST", f"[::1]:{port}", "127.0.0.1"):
        assert server.http.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_other_sites_may_link_to_the_page_and_ask_for_nothing(server: Server, site: str) -> None:
    headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors"}
    for path in ("/api/schema", "/api/experiments/0/history", "/metrics"):
        assert server.http.get(path, headers=headers).status_code == 403
    headers["Sec-Fetch-Mode"] = "navigate"
    for path in ("/", "/docs"):
        assert server.http.get(path, headers=headers).status_code == 200
    for own in ("same-origin", "none"):
        answer = server.http.get("/api/schema", headers={"Sec-Fetch-Site": own})
        assert answer.status_code == 200


def test_a_proxy_may_change_the_host() -> None:
    settings = Settings(workers=1, allowed_origins=("https://play.example.org",))
    with serving(settings) as server:
        for origin, status in (
            ("https://play.example.org", 200),
            ("http://play.example.org", 403),
            ("https://play.example.org.evil.example", 403),
        ):
            answer = server.http.get("/api/schema", headers={"Origin": origin})
            assert answer.status_code == status


def test_any_host_where_somebody_chose_so() -> None:
    with serving(Settings(workers=1, host="0.0.0.0", allowed_hosts=("*",))) as server:
        headers = {"Host": "lab-7.school.example", "Origin": "http://lab-7.school.example"}
        assert server.http.get("/healthz", headers=headers).status_code == 200
        headers["Origin"] = "http://evil.example"
        assert server.http.get("/healthz", headers=headers).status_code == 403


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.20", "lab-7"])
def test_what_others_can_reach_needs_names(host: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--host", host]) == 1
    said = capsys.readouterr().err
    assert f"other computers can reach {host}" in said
    example = re.search(r"(NEURAL_PLAYGROUND_\w+)=(\S+) neural-playground serve --host (\S+)", said)
    assert example
    name, value, there = example.groups()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(name, value)
        assert set(Settings(host=there).hosts) > set(value.split(","))


def test_hosts_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for host in ("127.0.0.1", "::1", "localhost", "127.0.0.2"):
        assert Settings(host=host).hosts == ("localhost", "127.0.0.1", "[::1]")
    monkeypatch.setenv("NEURAL_PLAYGROUND_ALLOWED_HOSTS", "Play.example.org, 10.0.0.7")
    names = ("play.example.org", "10.0.0.7", "localhost", "127.0.0.1", "[::1]")
    assert Settings(host="0.0.0.0").hosts == names


def test_unknown_and_forbidden_ids_look_the_same(server: Server) -> None:
    lab = server.create()
    assert re.fullmatch(r"[\w-]{22}", lab.id)  # 128 random bits
    wrong = lab.id[:-1] + ("A" if lab.id[-1] != "A" else "B")
    answers = [server.http.get(f"/api/experiments/{id}") for id in (wrong, "x", lab.id.lower())]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1


def calls(file: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


@pytest.mark.parametrize(
    "file", [*(ROOT / "app").rglob("*.py"), *(ROOT / "engine").rglob("*.py")], ids=str
)
def test_nothing_from_outside_is_executed(file: Path) -> None:
    """Pickles are read from our own workers' pipes only, by multiprocessing itself."""
    tree = ast.parse(file.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = {alias.name for alias in node.names} | {getattr(node, "module", "") or ""}
            assert not names & {"pickle", "marshal", "shelve", "dill", "joblib", "yaml"}
    for name, call in calls(file):
        assert name not in ("eval", "exec", "compile", "__import__", "os.system")
        if name.endswith("np.load") or name == "numpy.load":
            given = {word.arg: ast.unparse(word.value) for word in call.keywords}
            assert given.get("allow_pickle") == "False"
        if name.startswith("subprocess"):
            assert "shell" not in {word.arg for word in call.keywords}
