"""States that are too long for a URL."""

import json
from pathlib import Path

import pytest

from app.store import Store
from tests.app.server import Server


def test_what_is_saved_is_found_again(server: Server) -> None:
    state = {"runs": [{"name": "ä & <b>"}], "epoch": 3, "nested": {"none": None}}
    first = server.http.post("/api/saved", json=state)
    assert first.status_code == 201
    id = first.json()["id"]
    assert server.http.get(f"/api/saved/{id}").json() == state
    again = server.http.post("/api/saved", json=dict(reversed(state.items())))
    assert again.json()["id"] == id


def test_what_cannot_be_saved_is_refused(server: Server) -> None:
    assert server.http.post("/api/saved", json={"long": "x" * 300_000}).status_code == 422
    assert server.http.post("/api/saved", json=[1]).status_code == 422
    headers = {"Content-Type": "application/json"}
    answer = server.http.post("/api/saved", content='{"a": NaN}', headers=headers)
    assert answer.status_code == 422
    for id in ("0" * 16, "x", "%27"):
        assert server.http.get(f"/api/saved/{id}").status_code == 404


def test_a_store_outlives_the_server_and_forgets_what_is_unused(tmp_path: Path) -> None:
    file = tmp_path / "deeper" / "saved.sqlite3"
    assert Store(file, 2).load("0") is None
    assert not file.exists()
    first, second = (Store(file, 2).save(json.dumps(n)) for n in (1, 2))
    assert Store(file, 2).load(first) == "1"  # and so used after the second
    third = Store(file, 2).save("3")
    assert [Store(file, 2).load(id) for id in (first, second, third)] == ["1", None, "3"]


@pytest.mark.parametrize("count", [50])
def test_many_at_once(tmp_path: Path, count: int) -> None:
    from concurrent.futures import ThreadPoolExecutor

    store = Store(tmp_path / "saved.sqlite3", 1000)
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(store.save, map(str, range(count))))
        assert list(pool.map(store.load, ids)) == [str(number) for number in range(count)]
