"""The page's files, its headers, and who may have them."""

import gzip
import re
from pathlib import Path

import pytest

from app.assets import Assets, folder
from tests.app.server import Server

STATIC = folder("static")


def prefix(server: Server) -> str:
    """/static/<version> of the page as it is now."""
    page = server.http.get("/docs").text
    found = re.search(r"/static/\w+", page)
    assert found
    return found[0]


def test_the_page_names_the_version_of_its_files(server: Server) -> None:
    page = server.http.get("/")
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-cache"
    assert prefix(server) in page.text
    for path in set(re.findall(rf'{prefix(server)}/[^"]+', page.text)):
        assert server.http.get(path).status_code == 200


@pytest.mark.parametrize(
    "file", [file for file in sorted(STATIC.rglob("*")) if file.is_file()], ids=str
)
def test_files_may_be_kept_for_ever(server: Server, file: Path) -> None:
    path = f"{prefix(server)}/{file.relative_to(STATIC).as_posix()}"
    plain = server.http.get(path, headers={"Accept-Encoding": "identity"})
    assert plain.content == file.read_bytes() or file.name == "page.css"
    assert "immutable" in plain.headers["cache-control"]
    assert plain.headers["vary"] == "Accept-Encoding"
    if file.suffix == ".js":
        assert plain.headers["content-type"] == "text/javascript; charset=utf-8"


def test_another_version_is_not_served(server: Server) -> None:
    assert server.http.get("/static/0123456789abcdef/plotly.min.js").status_code == 404
    assert server.http.get(f"{prefix(server)}/nothing.js").status_code == 404
    assert server.http.get(f"{prefix(server)}/../../app/main.py").status_code == 404
    assert server.http.get(f"{prefix(server)}/%2e%2e/%2e%2e/app/main.py").status_code == 404


def test_plotly_comes_compressed_to_who_can_take_it(server: Server) -> None:
    path = f"{prefix(server)}/plotly.min.js"
    plain = server.http.get(path, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    refused = server.http.get(path, headers={"Accept-Encoding": "br, gzip;q=0"})
    assert "content-encoding" not in refused.headers
    with server.http.stream("GET", path, headers={"Accept-Encoding": "br, gzip;q=0.5"}) as answer:
        raw = b"".join(answer.iter_raw())
        if answer.headers.get("content-encoding"):  # made in the background after start-up
            assert len(raw) < len(plain.content) / 2
            raw = gzip.decompress(raw)
    assert raw == plain.content


@pytest.mark.parametrize("path", ["/api/schema", "/api/glossary"])
def test_long_descriptions_come_compressed_to_who_can_take_them(server: Server, path: str) -> None:
    plain = server.http.get(path, headers={"Accept-Encoding": "identity"})
    packed = server.http.get(path, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.content) / 4
    assert packed.json() == plain.json()


def test_the_page_asks_at_once_for_the_modules_it_begins_with(server: Server) -> None:
    assets = Assets(STATIC, {})
    asked = re.findall(r'"modulepreload" href="/static/\w+/(js/[^"]+)"', server.http.get("/").text)
    assert asked == assets.modules
    assert all(assets.find(path) for path in asked)
    text = {path: (STATIC / path).read_text() for path in asked}
    assert "js/views/app.js" in asked
    assert "js/views/chart.js" not in asked  # comes when it is first shown
    for path, source in text.items():
        imported = re.findall(r'^(?:import|\}).* from "([^"]+)";$', source, re.MULTILINE)
        for name in imported:
            file = (STATIC / path).parent.joinpath(name).resolve().relative_to(STATIC.resolve())
            assert file.as_posix() in asked or file.parts[0] == "vendor"


def test_assets_have_compressed_forms() -> None:
    assets = Assets(STATIC, {})
    assets.compress()
    asset = assets.find("vendor/preact.js")
    assert asset
    assert asset.compressed
    assert gzip.decompress(asset.compressed) == asset.content


def test_style_sheets_come_as_one() -> None:
    page = Assets(STATIC, {}).find("css/page.css")
    assert page
    names = re.findall(r'^@import "([^"]+)";$', (STATIC / "css/page.css").read_text(), re.MULTILINE)
    assert len(names) > 10
    parts = [(STATIC / "css" / name).read_bytes() for name in names]
    assert page.content.endswith(b"\n".join(parts) + b"\n")
    assert b"@import" not in page.content


def test_a_changed_file_changes_the_version(tmp_path: Path) -> None:
    file = tmp_path / "a.js"
    file.write_text("1")
    assets = Assets(tmp_path, {})
    before = assets.version
    assert not assets.refresh()
    file.write_text("22")
    assert assets.refresh()
    assert assets.version != before
    assert (asset := assets.find("a.js")) is not None
    assert asset.content == b"22"


def test_docs_use_local_files_only(server: Server) -> None:
    page = server.http.get("/docs").text
    assert "://" not in page
    sources = re.findall(r'(?:src|href)="(/[^"]+)"', page)
    assert len(sources) == 3
    for path in sources:
        assert server.http.get(path).status_code == 200
