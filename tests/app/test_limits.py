"""What is too much is refused with its field and the limit; what is just within is let in."""

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from app import costs
from app.changes import Invalid
from app.presets import PRESETS
from app.settings import Settings
from engine import RunSpec, estimate_cost
from tests.app.server import PATIENCE, Lab, Server, serving

Body = dict[str, Any]
SMALL: Body = {"data": {"kind": "xor", "samples": 40}, "layers": [{"units": 2}]}
LIMITS = Settings(
    workers=1,
    max_lanes=3,
    max_runs=8,
    max_layers=2,
    max_units=16,
    max_samples=600,
    max_changes=3,
    max_experiments_per_client=200,
)
OPTIMIZERS = [
    "sgd",
    "momentum",
    "nesterov",
    "adagrad",
    "adadelta",
    "rmsprop",
    "adam",
    "adamw",
    "nadam",
    "amsgrad",
    "lion",
]


def named(number: int) -> dict[str, str]:
    """The headers of one of many browsers."""
    return {"Cookie": f"client={number:022d}"}


def refused(answer: httpx.Response, status: int) -> Body:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: Body = answer.json()
    return problem


def with_layers(*units: int) -> Body:
    return SMALL | {"layers": [{"units": count} for count in units]}


def with_samples(samples: int) -> Body:
    return SMALL | {"data": {"kind": "xor", "samples": samples}}


def changes(count: int) -> list[Body]:
    return [{"epoch": epoch, "changes": {"batch_size": epoch + 5}} for epoch in range(count)]


@pytest.fixture(scope="module")
def limited() -> Iterator[Server]:
    with serving(LIMITS) as server:
        yield server


CREATIONS: list[tuple[Body, Body, str, str]] = [
    (
        {"runs": [with_layers(2, 2)]},
        {"runs": [SMALL, with_layers(2, 2, 2)]},
        "runs.1.layers",
        "2 hidden layers",
    ),
    ({"runs": [with_layers(16)]}, {"runs": [with_layers(2, 17)]}, "runs.0.layers.1.units", "16"),
    ({"runs": [with_samples(600)]}, {"runs": [with_samples(601)]}, "runs.0.data.samples", "600"),
    ({"runs": [SMALL]}, {"runs": [SMALL | {"data": "digits"}]}, "runs.0.data", "600 points"),
    (
        {"runs": [SMALL] * 2, "seeds": [4, 4]},
        {"runs": [SMALL] * 2, "seeds": [4, 5]},
        "seeds.1",
        "allows 8",
    ),
    ({"runs": [SMALL] * 3}, {"runs": [SMALL] * 4}, "runs", "At most 3"),
    ({"runs": [SMALL] * 3}, {"runs": [SMALL] * 65}, "runs", "at most 64"),
    (
        {"runs": [SMALL], "changes": changes(3)},
        {"runs": [SMALL], "changes": changes(4)},
        "changes",
        "3 changes",
    ),
    (
        {"runs": [SMALL], "changes": [{"epoch": 0, "changes": {"layers": [{"units": 16}]}}]},
        {"runs": [SMALL], "changes": [{"epoch": 0, "changes": {"layers": [{"units": 17}]}}]},
        "runs.0.layers.0.units",
        "16",
    ),
    (
        {"runs": [SMALL], "changes": [{"epoch": 2, "changes": {"data": {"samples": 600}}}]},
        {"runs": [SMALL], "changes": [{"epoch": 2, "changes": {"data": {"samples": 601}}}]},
        "changes.0.changes.data.samples",
        "600",
    ),
]


@pytest.mark.parametrize(("within", "beyond", "path", "limit"), CREATIONS)
def test_a_creation_beyond_a_limit(
    limited: Server, within: Body, beyond: Body, path: str, limit: str
) -> None:
    assert limited.http.post("/api/experiments", json=within).status_code == 201
    problem = refused(limited.http.post("/api/experiments", json=beyond), 422)
    assert problem["path"] == path
    assert limit in problem["detail"]


CALLS: list[tuple[str, str, Body, Body, str]] = [
    ("PATCH", "runs/0", {"layers": [{"units": 16}]}, {"layers": [{"units": 17}]}, "layers.0.units"),
    ("PATCH", "runs", {"data": {"samples": 600}}, {"data": {"samples": 601}}, "data.samples"),
    (
        "POST",
        "runs",
        {"lanes": [{"changes": {"data": {"samples": 600}}}]},
        {"lanes": [{}, {"changes": {"data": {"samples": 601}}}]},
        "lanes.1.changes.data.samples",
    ),
    ("POST", "runs", {"lanes": [{"seeds": 7}]}, {"lanes": [{"seeds": 8}]}, "lanes.0.seeds"),
    ("PUT", "runs/0/seeds", {"seeds": 8}, {"seeds": 9}, "seeds"),
    (
        "POST",
        "fork",
        {"epoch": 1, "changes": {"data": {"samples": 600}}},
        {"epoch": 1, "changes": {"data": {"samples": 601}}},
        "changes.data.samples",
    ),
]


@pytest.mark.parametrize(("method", "call", "within", "beyond", "path"), CALLS)
def test_a_change_beyond_a_limit(
    limited: Server, method: str, call: str, within: Body, beyond: Body, path: str
) -> None:
    lab = limited.create(SMALL)
    lab.post("step")
    before = lab.state()
    url = f"{lab.path}/{call}"
    assert refused(limited.http.request(method, url, json=beyond), 422)["path"] == path
    assert lab.state() == before
    assert limited.http.request(method, url, json=within).is_success


def test_seeds_of_a_fork_count(limited: Server) -> None:
    lab = limited.create(SMALL, seeds=[5])
    lab.post("step")
    answer = limited.http.post(f"{lab.path}/fork", json={"epoch": 1})
    assert "10 runs" in refused(answer, 422)["detail"]


def test_live_changes_are_counted(limited: Server) -> None:
    lab = limited.create(SMALL)
    lab.post("step")
    for rate in (0.1, 0.2, 0.3):
        lab.patch(optimizer={"learning_rate": rate})
    answer = limited.http.patch(f"{lab.path}/runs/0", json={"optimizer": {"learning_rate": 0.4}})
    assert "3 times" in refused(answer, 409)["detail"]
    assert refused(limited.http.post(f"{lab.path}/runs", json={"lanes": [{}]}), 409)
    lab.post("reset")
    lab.patch(optimizer={"learning_rate": 0.4})


def test_points_of_the_users_own_are_counted(limited: Server) -> None:
    def stored(count: int) -> Body:
        points = {"x": [[k / 1000, 0.0] for k in range(count)], "y": [k % 2 for k in range(count)]}
        id = limited.http.post("/api/data", json=points).json()["id"]
        return SMALL | {"data": {"kind": "custom", "id": id}}

    limited.create(stored(600))
    answer = limited.http.post("/api/experiments", json={"runs": [stored(601)]})
    assert refused(answer, 422)["path"] == "runs.0.data"


# Estimates

WIDE = RunSpec.model_validate({"layers": [{"units": 64}] * 3, "data": {"kind": "spiral"}})
FIGURES: list[tuple[str, str, RunSpec, int, str, str]] = [
    ("max_experiment_memory", "memory_bytes", WIDE, 1, "runs.0.layers", "MiB of memory"),
    ("max_epoch_seconds", "seconds_per_epoch", WIDE, 1, "runs.0.layers", "One epoch"),
    (
        "max_epoch_seconds",
        "seconds_per_epoch",
        RunSpec(batch_size=1),
        1,
        "runs.0.batch_size",
        "larger batches",
    ),
    (
        "max_epoch_seconds",
        "seconds_per_epoch",
        RunSpec.model_validate({"data": {"kind": "spiral", "samples": 9000}}),
        1,
        "runs.0.data.samples",
        "fewer points",
    ),
    ("max_piece_seconds", "update_seconds", RunSpec(), 32, "seeds.0", "One update"),
    (
        "max_piece_seconds",
        "update_seconds",
        RunSpec.model_validate(
            {
                "data": "digits",
                "layers": [],
                "regularization": {"weight_noise": 0.1},
                "batch_size": 1,
            }
        ),
        1,
        "runs.0.regularization.weight_noise",
        "One update",
    ),
    (
        "max_piece_seconds",
        "evaluation_seconds",
        RunSpec.model_validate(
            {"layers": [{"units": 128}] * 2, "data": {"kind": "spiral", "samples": 9000}}
        ),
        1,
        "runs.0.data.samples",
        "Evaluating",
    ),
]


@pytest.mark.parametrize(("setting", "figure", "spec", "seeds", "path", "words"), FIGURES)
def test_an_estimate_beyond_a_limit(
    setting: str, figure: str, spec: RunSpec, seeds: int, path: str, words: str
) -> None:
    estimate = getattr(estimate_cost([spec], [seeds]), figure)
    costs.check(
        Settings(max_piece_seconds=10).model_copy(update={setting: estimate}), [spec], [seeds]
    )
    limits = Settings(max_piece_seconds=10).model_copy(update={setting: 0.99 * estimate})
    if figure == "evaluation_seconds":  # not what an update takes
        assert estimate_cost([spec], [seeds]).update_seconds < 0.99 * estimate
    with pytest.raises(Invalid) as caught:
        costs.check(limits, [spec], [seeds])
    ((field, detail),) = caught.value.errors
    assert field == path
    assert words in detail


def test_the_costliest_lane_is_named() -> None:
    limits = Settings(max_epoch_seconds=estimate_cost([WIDE]).seconds_per_epoch)
    with pytest.raises(Invalid) as caught:
        costs.check(limits, [RunSpec(), WIDE, RunSpec()], [1, 1, 1])
    assert caught.value.errors[0][0] == "runs.1.layers"


def test_what_is_changed_is_named_rather_than_what_was_there() -> None:
    limits = Settings(max_epoch_seconds=estimate_cost([WIDE]).seconds_per_epoch)
    finer = WIDE.model_copy(update={"batch_size": 9})
    with pytest.raises(Invalid) as caught:
        costs.check(limits, [finer], [1], costs.in_part, [0], {"batch_size": 9})
    assert caught.value.errors[0][0] == "batch_size"


LARGEST = {
    "data": {"kind": "spiral", "samples": 10_000},
    "layers": [{"units": 256, "activation": {"kind": "maxout", "pieces": 8}}] * 16,
    "precision": "float64",
}


@pytest.mark.parametrize("call", ["create", "patch", "add", "seeds"])
def test_the_largest_run_is_refused_by_default(server: Server, call: str) -> None:
    lab = server.create({})
    http, path = server.http, lab.path
    answers = {
        "create": lambda: http.post(
            "/api/experiments", json={"runs": [LARGEST] * 16, "seeds": [32] * 16}
        ),
        "patch": lambda: http.patch(f"{path}/runs/0", json=LARGEST),
        "add": lambda: http.post(f"{path}/runs", json={"lanes": [{"changes": LARGEST}] * 15}),
        "seeds": lambda: http.put(f"{server.create(WIDE_TABLE).path}/runs/0/seeds", json=MANY),
    }
    problem = refused(answers[call](), 422)
    assert "this server allows" in problem["detail"]
    assert problem["path"]


WIDE_TABLE: Body = {"data": "digits", "layers": [{"units": 128}] * 3}
MANY = {"seeds": 32}


def test_what_the_page_offers_is_let_in() -> None:
    for preset in PRESETS:
        costs.check(Settings(), preset.runs, preset.seeds)
    layers = [{"units": 8}] * 2
    rates = [{"optimizer": {"kind": "adam", "learning_rate": 0.001 * k}} for k in range(1, 17)]
    kinds: list[Body] = [{"optimizer": kind} for kind in OPTIMIZERS]
    kinds += [{"batch_size": size} for size in (1, 2, 5, 20, 50)]
    for different in (rates, kinds):
        lanes = [RunSpec.model_validate({"layers": layers} | one) for one in different]
        assert len(lanes) == 16
        costs.check(Settings(), lanes, [32] * 16)


# Bodies that would be a bomb to look at


def bomb(**body: Any) -> bytes:
    return json.dumps(body).encode()


BOMBS = {
    "deep": b"[" * 100_000,
    "rather deep": b'{"a":' * 500 + b"1" + b"}" * 500,
    "long number": b'{"runs":[{"seed":' + b"9" * 10_000 + b"}]}",
    "many runs": bomb(runs=[{}] * 100_000),
    "many features": bomb(runs=[{"features": ["x"] * 200_000}]),
    "many keys": bomb(runs=[{str(k): 1 for k in range(80_000)}]),
    "many wrong runs": bomb(runs=[{str(k): 1 for k in range(60)}] * 300),
    "many layers": bomb(runs=[{"layers": [{"units": 8}] * 6000}]),
    "many seeds": bomb(runs=[{}], seeds=[0] * 100_000),
    "many changes": bomb(runs=[{}], changes=changes(6000)),
    "many wrong changes": bomb(runs=[{}], changes=[{}] * 10_000),
    "not UTF-8": b'{"runs": "\xff"}',
}


@pytest.mark.parametrize("body", BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_refused(server: Server, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = server.http.post("/api/experiments", content=body, headers=headers)
    assert refused(answer, answer.status_code)["status"] in (400, 422)
    assert len(answer.content) < 20_000
    lab = server.create({})
    patch = server.http.patch(f"{lab.path}/runs/0", content=body, headers=headers)
    assert patch.status_code in (400, 422)


# How many at a time


NOWHERE = Path("/dev/null/none")
"""Cannot be a store: whoever is let go does not come back."""


@pytest.fixture
def two_each() -> Iterator[Server]:
    with serving(
        Settings(workers=1, max_experiments_per_client=2, max_streams=3, store_file=NOWHERE)
    ) as server:
        yield server


def post(server: Server, client: int) -> httpx.Response:
    return server.http.post("/api/experiments", json={"runs": [SMALL]}, headers=named(client))


def made(server: Server, client: int) -> Lab:
    answer = post(server, client)
    assert answer.status_code == 201, answer.text
    return Lab(server, answer.json()["id"], answer.json())


def is_there(lab: Lab) -> bool:
    return lab.server.http.get(lab.path).status_code == 200


def test_beyond_its_cap_a_client_loses_what_it_has_not_used_for_longest(two_each: Server) -> None:
    first, second = made(two_each, 1), made(two_each, 1)
    other = made(two_each, 2)
    assert is_there(first)  # used later than the second
    third = made(two_each, 1)
    assert [is_there(lab) for lab in (first, second, third, other)] == [True, False, True, True]


def test_what_is_in_use_is_not_let_go(two_each: Server) -> None:
    playing, watched = made(two_each, 1), made(two_each, 1)
    playing.post("play")
    with watched.watch() as watcher:
        watcher.receive()
        problem = refused(answer := post(two_each, 1), 429)
        assert "All 2 experiments" in problem["detail"]
        assert int(answer.headers["retry-after"]) > 0
        made(two_each, 2)
        playing.post("pause")
        made(two_each, 1)
        assert not is_there(playing)
        assert is_there(watched)


def test_a_cap_by_address_holds_against_invented_cookies() -> None:
    with serving(
        Settings(workers=1, max_experiments_per_address=2, spare_seconds=0, store_file=NOWHERE)
    ) as server:
        labs = [made(server, client) for client in (1, 2)]
        for lab in labs:
            lab.post("play")
        assert "one address" in refused(post(server, 3), 429)["detail"]
        labs[0].post("pause")
        made(server, 3)
        assert not is_there(labs[0])


def test_streams_are_counted_by_client_and_in_all() -> None:
    with serving(Settings(workers=1, max_streams=3, max_streams_per_client=2)) as server:
        lab = server.create(SMALL)
        url = f"ws://{server.address}{lab.path}/stream"

        def opened(client: int) -> Any:
            return connect(url, compression=None, additional_headers=named(client))

        def refusal(client: int) -> str:
            with opened(client) as socket, pytest.raises(ConnectionClosed) as caught:
                socket.recv(PATIENCE)
            close = caught.value.rcvd
            assert close is not None
            assert close.code == 4429
            return close.reason

        with opened(1) as first, opened(1) as second:
            first.recv(PATIENCE)
            second.recv(PATIENCE)
            assert "2 streams" in refusal(1)
            with opened(2) as third:
                third.recv(PATIENCE)
                assert "3 streams" in refusal(3)
        let_in = False
        while not let_in:  # the server may not have noticed yet that they are closed
            with opened(3) as later, suppress(ConnectionClosed):
                let_in = bool(later.recv(PATIENCE))


def test_a_client_has_one_race_at_a_time() -> None:
    race = {"base": SMALL, "seeds": 64, "epochs": 10_000}
    with serving(Settings(workers=1)) as server:
        first = server.http.post("/api/sweeps", json=race, headers=named(1))
        assert first.status_code == 201
        refused(server.http.post("/api/sweeps", json=race, headers=named(1)), 429)
        assert server.http.post("/api/sweeps", json=race, headers=named(2)).status_code == 201
        server.http.delete(f"/api/sweeps/{first.json()['id']}")
        assert server.http.post("/api/sweeps", json=race, headers=named(1)).status_code == 201


# A full server


def test_a_full_server_lets_in_by_turns() -> None:
    limits = Settings(workers=1, max_experiments=1, max_waiting=2, spare_seconds=0)
    with serving(limits) as server:
        lab = made(server, 1)
        lab.post("play")
        answer = post(server, 2)
        problem = refused(answer, 503)
        assert problem["waiting"] == 0
        assert int(answer.headers["retry-after"]) == 2
        assert refused(post(server, 3), 503)["waiting"] == 1
        assert "waiting" not in refused(post(server, 4), 503)
        lab.post("pause")
        assert refused(post(server, 3), 503)["waiting"] == 1
        assert "waiting" not in refused(post(server, 4), 503)
        second = made(server, 2)
        assert not is_there(lab)
        second.post("play")
        assert refused(post(server, 3), 503)["waiting"] == 0
        second.post("pause")
        made(server, 3)


def test_what_was_used_just_now_is_left_to_its_client() -> None:
    with serving(Settings(workers=1, max_experiments=1, spare_seconds=600)) as server:
        lab = made(server, 1)
        assert refused(post(server, 2), 503)["waiting"] == 0
        assert is_there(lab)
        server.http.delete(lab.path)
        # Kept for a moment for who gave it up.
        assert refused(post(server, 2), 503)["waiting"] == 0
        made(server, 1)


def test_what_cannot_be_is_refused_before_it_waits() -> None:
    with serving(Settings(workers=1, max_experiments=1)) as server:
        made(server, 1).post("play")
        body = {"runs": [LARGEST]}
        refused(server.http.post("/api/experiments", json=body, headers=named(2)), 422)
        assert refused(post(server, 3), 503)["waiting"] == 0


# How often


def test_requests_that_come_too_fast_are_refused() -> None:
    limits = Settings(
        workers=1, requests_per_second=0.001, requests_burst=3, requests_per_address=2
    )
    with serving(limits) as server:

        def ask(client: int) -> httpx.Response:
            return server.http.get("/api/presets", headers=named(client))

        assert [ask(1).status_code for _ in range(3)] == [200] * 3
        answer = ask(1)
        assert refused(answer, 429)["detail"].startswith("Too many requests")
        assert int(answer.headers["retry-after"]) > 500
        assert "content-security-policy" in answer.headers
        with pytest.raises(InvalidStatus) as caught:
            connect(f"ws://{server.address}/api/experiments/x/stream", additional_headers=named(1))
        assert caught.value.response.status_code == 429
        for path in ("/", "/healthz", "/docs", "/openapi.json"):
            assert server.http.get(path, headers=named(1)).status_code == 200
        # Six for the address, five of them used.
        assert [ask(client).status_code for client in (2, 3, 4)] == [200, 429, 429]


# Behind a proxy


@pytest.mark.parametrize(
    ("trusted", "forwarded", "apart"),
    [
        ((), ("192.0.2.1", "192.0.2.2"), False),
        (("192.0.2.9",), ("192.0.2.1", "192.0.2.2"), False),
        (("127.0.0.1",), ("192.0.2.1", "192.0.2.2"), True),
        (("127.0.0.0/8",), ("192.0.2.1", "192.0.2.2"), True),
        # What a client writes in front of what the proxy adds is not believed.
        (("127.0.0.1",), ("198.51.100.1, 192.0.2.1", "198.51.100.2, 192.0.2.1"), False),
        (("127.0.0.1",), ("198.51.100.1, 192.0.2.1", "198.51.100.1, 192.0.2.2"), True),
    ],
)
def test_addresses_are_believed_from_named_proxies_alone(
    trusted: tuple[str, ...], forwarded: tuple[str, str], apart: bool
) -> None:
    limits = Settings(workers=1, max_experiments_per_address=1, trusted_proxies=trusted)
    with serving(limits) as server:

        def create(address: str) -> httpx.Response:
            headers = {"X-Forwarded-For": address}
            return server.http.post("/api/experiments", json={"runs": [SMALL]}, headers=headers)

        first = create(forwarded[0])
        server.http.post(f"/api/experiments/{first.json()['id']}/play")
        assert create(forwarded[1]).status_code == (201 if apart else 429)
