"""Every call of the API with whatever its own description allows, and what it does not.

No 5xx but the documented ones, and nothing but what is documented: status codes, content types,
bodies. The long form: `SOAK_EXAMPLES=500 SOAK_SEED=7 pytest tests/app/test_schema_fuzz.py`.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, seed, settings
from schemathesis import Case
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.main import create_app
from app.settings import Settings
from tests.app.process import ServerProcess, server_process
from tests.app.server import PATIENCE, Server

EXAMPLES = int(os.environ.get("SOAK_EXAMPLES", "0"))
SEED = int(os.environ.get("SOAK_SEED", "0"))
CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
SWEEP = {"base": {"data": {"kind": "xor", "samples": 20}, "layers": []}, "epochs": 1, "seeds": 2}


@pytest.fixture(scope="module")
def process() -> Iterator[ServerProcess]:
    with server_process(workers=2, requests_per_second=10_000, requests_burst=10_000) as running:
        yield running


@pytest.fixture(scope="module")
def server(process: ServerProcess) -> Iterator[Server]:
    client = process.client()
    yield client
    client.http.close()


MODEST = {"samples": 50, "units": 8, "seeds": 2, "epochs": 5, "epoch": 50, "batches": 5}
"""What would only take long; limits have tests of their own."""


def modest(value: Any) -> Any:
    """The same body, with less to train."""
    if isinstance(value, dict):
        return {
            key: min(it, MODEST[key]) if key in MODEST and isinstance(it, int) else modest(it)
            for key, it in value.items()
        }
    if isinstance(value, list):
        return [modest(it) for it in value[:3]]
    return value


class Things:
    """What ids name: made when wanted, and again once they are gone."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._ids: dict[str, str] = {}

    def id(self, path: str) -> str:
        """Of something under this path that is there."""
        kind = path.split("/")[2]
        known = self._ids.get(kind)
        if known is None or self._server.http.get(f"/api/{kind}/{known}").status_code != 200:
            self._ids[kind] = known = self._make(kind)
        return known

    def _make(self, kind: str) -> str:
        body: object = {
            "experiments": {"runs": [{"data": {"kind": "xor", "samples": 20}}]},
            "sweeps": SWEEP,
            "saved": {"a": 1},
            "data": {"x": [[0, 0], [1, 1]] * 5, "y": [0, 1] * 5},
        }[kind]
        answer = self._server.http.post(f"/api/{kind}", json=body)
        assert answer.status_code == 201, answer.text
        id: str = answer.json()["id"]
        return id


@pytest.fixture(scope="module")
def things(server: Server) -> Things:
    return Things(server)


schema = schemathesis.openapi.from_dict(create_app(Settings()).openapi())


@schema.parametrize()
@seed(SEED)
@settings(
    max_examples=EXAMPLES or 15,
    deadline=None,
    database=None,
    # Schemathesis' own systematic examples, hundreds a call, in the long form only.
    phases=[Phase.explicit, Phase.generate] if EXAMPLES else [Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_the_api_keeps_its_word(
    case: Case[Any], process: ServerProcess, server: Server, things: Things
) -> None:
    if case.path_parameters.get("id"):
        case.path_parameters["id"] = things.id(case.path)
    case.body = modest(case.body)
    before = len(process.log())
    answer = case.call(f"http://{process.address}", timeout=PATIENCE)
    assert answer.status_code < 500 or answer.status_code == 503  # which says that it is full
    case.validate_response(answer, checks=CHECKS)
    assert "Traceback" not in process.log()[before:]
    made = case.method == "POST" and case.path in ("/api/experiments", "/api/sweeps")
    if made and answer.status_code == 201:
        server.http.delete(f"{case.path}/{answer.json()['id']}")
