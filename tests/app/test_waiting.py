"""The queue before a full server, and the buckets of requests: pure, with a clock of the test's."""

import pytest

from app.errors import Full, Waiting
from app.rate_limit import MOST_BUCKETS, Buckets
from app.waiting import WaitingRoom


def ask(room: WaitingRoom, client: str, free: int, now: float) -> int | None:
    """How many are before this client; None once it is in."""
    try:
        room.enter(client, free, now)
    except Waiting as waiting:
        return waiting.before
    return None


def test_first_come_first_served() -> None:
    room = WaitingRoom(most=10, patience=6)
    assert [ask(room, name, 0, 0) for name in "abc"] == [0, 1, 2]
    assert [ask(room, name, 0, 2) for name in "cab"] == [2, 0, 1]
    # There is a place: nobody jumps the queue, waiting or not.
    assert ask(room, "d", 1, 3) == 3
    assert ask(room, "b", 1, 3) == 1
    assert ask(room, "a", 1, 3) is None
    assert ask(room, "b", 1, 4) is None


def test_as_many_as_there_are_places_come_in_at_once() -> None:
    room = WaitingRoom(most=10, patience=6)
    for name in "abc":
        ask(room, name, 0, 0)
    assert ask(room, "c", 2, 1) == 2
    assert ask(room, "b", 2, 1) is None
    assert ask(room, "a", 1, 1) is None


def test_nobody_waits_while_there_is_room() -> None:
    room = WaitingRoom(most=0, patience=6)
    assert ask(room, "a", 1, 0) is None
    assert len(room) == 0


def test_who_does_not_ask_again_loses_the_place() -> None:
    room = WaitingRoom(most=10, patience=6)
    assert ask(room, "a", 0, 0) == 0
    assert ask(room, "b", 0, 1) == 1
    assert ask(room, "b", 0, 6) == 1  # just in time: both are still there
    assert ask(room, "b", 0, 6.1) == 0
    assert ask(room, "a", 0, 7) == 1


def test_only_so_many_wait() -> None:
    room = WaitingRoom(most=2, patience=6)
    assert [ask(room, name, 0, 0) for name in "ab"] == [0, 1]
    with pytest.raises(Full):
        room.enter("c", 0, 1)
    assert ask(room, "b", 0, 1) == 1


def test_who_exchanges_an_experiment_keeps_its_place() -> None:
    room = WaitingRoom(most=10, patience=6)
    ask(room, "waits", 0, 0)
    room.leave("exchanges", 1)
    assert ask(room, "waits", 1, 1) == 0
    assert ask(room, "exchanges", 1, 2) is None
    room.leave("leaves", 3)
    assert ask(room, "waits", 1, 5) == 0
    assert ask(room, "waits", 1, 9.1) is None  # it has not come back


def test_where_nobody_waits_a_place_is_free_at_once() -> None:
    room = WaitingRoom(most=10, patience=6)
    room.leave("leaves", 0)
    assert ask(room, "comes", 1, 0) is None


def test_a_bucket_takes_a_burst_and_then_a_rate() -> None:
    buckets = Buckets(rate=10, burst=5)
    assert [buckets.take("a", 0) for _ in range(5)] == [0] * 5
    assert buckets.take("a", 0) == pytest.approx(0.1)
    assert buckets.take("b", 0) == 0
    assert buckets.take("a", 0.05) == pytest.approx(0.05)
    assert buckets.take("a", 0.1) == 0
    assert buckets.take("a", 0.1) == pytest.approx(0.1)
    assert [buckets.take("a", 60) for _ in range(5)] == [0] * 5
    assert buckets.take("a", 60) > 0


def test_the_memory_of_buckets_is_bounded() -> None:
    buckets = Buckets(rate=1, burst=1)
    for number in range(MOST_BUCKETS + 100):
        buckets.take(str(number), 0)
    assert len(buckets) == MOST_BUCKETS
    assert buckets.take(str(MOST_BUCKETS + 99), 0) > 0  # the latest are remembered
