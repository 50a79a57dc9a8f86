"""Statistics of a ranking, on cases whose answer is known."""

from itertools import product

import numpy as np
import pytest

from engine.arrays import Floats
from engine.ranking import (
    bootstrap_intervals,
    holm,
    needed_seeds,
    quartiles,
    rank,
    sign_flip_p,
)

NOISE = np.random.default_rng(0).normal(0, 0.01, (6, 64))


def losses(*means: float, seeds: int = 16) -> Floats:
    """One row per competitor, with this mean, and noise."""
    noise = NOISE[: len(means), :seeds]
    centred: Floats = np.array(means)[:, None] + noise - noise.mean(axis=1, keepdims=True)
    return centred


def test_sign_flips_by_hand() -> None:
    # Of the 8 sums +-1 +-2 +-3 two are as far from 0 as 6, four as far as 4, and so on.
    rows = np.array([[1.0, 2.0, 3.0], [-1.0, 2.0, 3.0], [1.0, -2.0, 1.0], [0.0, 0.0, 0.0]])
    assert sign_flip_p(rows) == [2 / 8, 4 / 8, 1, 1]


@pytest.mark.parametrize("seeds", [2, 7, 10])
def test_sign_flips_against_all_of_them(seeds: int) -> None:
    row = NOISE[0, :seeds] + 0.005
    sums = [
        abs(sum(s * d for s, d in zip(signs, row, strict=True)))
        for signs in product((1, -1), repeat=seeds)
    ]
    expected = np.mean([total >= abs(row.sum()) - 1e-12 for total in sums])
    assert sign_flip_p(row[None]) == [expected]


def test_drawn_sign_flips_come_near_the_exact_ones() -> None:
    """With 16 seeds all flips are tried; one more seed that changes nothing draws them."""
    row = NOISE[0, :16] - NOISE[0, :16].mean() + 0.004
    (exact,), (drawn,) = sign_flip_p(row[None]), sign_flip_p(np.append(row, 0.0)[None])
    assert 0.05 < exact < 0.5
    assert drawn == pytest.approx(exact, abs=0.006)  # three standard errors
    assert sign_flip_p(np.ones((1, 40))) == [1 / 2**16]


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.5, 0.6]) == [1, 1]
    assert holm([]) == []


def test_the_interval_is_that_of_a_mean() -> None:
    row = np.random.default_rng(1).normal(3.0, 1.0, 64)
    ((low, high),) = bootstrap_intervals(row[None])
    error = row.std() / 8
    assert low == pytest.approx(row.mean() - 1.96 * error, abs=0.03)
    assert high == pytest.approx(row.mean() + 1.96 * error, abs=0.03)


def test_quartiles_know_infinity() -> None:
    values = np.random.default_rng(2).random(10)
    assert quartiles(values) == pytest.approx(np.quantile(values, (0.25, 0.5, 0.75)))
    assert quartiles(np.array([1.0, 2.0, np.inf, np.inf])) == (1.75, np.inf, np.inf)
    assert quartiles(np.array([1.0, 2.0, 3.0, 4.0, np.inf])) == (2, 3, 4)


def test_a_clear_winner() -> None:
    found = rank(["slow", "fast"], losses(0.5, 0.4))
    assert [(place.competitor, place.rank) for place in found.places] == [(1, 1), (0, 2)]
    (pair,) = found.pairs
    assert (pair.ahead, pair.behind, pair.clear) == (1, 0, True)
    assert pair.low < 0.1 < pair.high
    assert pair.p == pair.corrected_p == 2 / 2**16
    assert pair.wins == pair.seeds == 16
    assert pair.verdict.startswith("fast is clearly ahead of slow: 0.1 lower test loss (95 %")
    assert found.verdict == "fast is clearly ahead of slow"


def test_a_tie() -> None:
    found = rank(["one", "other"], losses(0.4, 0.4))
    assert [place.rank for place in found.places] == [1, 1]
    assert not found.pairs[0].clear
    assert found.verdict.startswith("No clear difference between ")


def test_equal_to_the_last_digit() -> None:
    found = rank(["one", "other"], np.full((2, 16), 0.4))
    assert [(place.competitor, place.rank) for place in found.places] == [(0, 1), (1, 1)]
    assert (found.pairs[0].p, found.pairs[0].low, found.pairs[0].high) == (1, 0, 0)


def test_one_clear_loser_of_three() -> None:
    found = rank(["a", "bad", "b"], losses(0.4, 0.9, 0.4))
    ranks = {place.competitor: place.rank for place in found.places}
    assert ranks == {0: 1, 2: 1, 1: 3}
    assert sum(pair.clear for pair in found.pairs) == 2
    assert "is clearly ahead of bad; no clear difference from" in found.verdict
    assert "is clearly ahead of bad: 0.5 lower" in found.places[2].verdict


def test_more_competitors_ask_for_more_evidence() -> None:
    """What is clear between two is not among six: the comparisons are paid for."""
    rows = losses(0.4, 0.42, seeds=7)
    assert rank(["a", "b"], rows).pairs[0].clear
    many = rank(list("abcdef"), np.vstack([rows, rows + 1e-5, rows + 2e-5]))
    assert not any(pair.clear for pair in many.pairs)


def test_too_few_seeds() -> None:
    found = rank(["a", "b"], losses(0.1, 0.9, seeds=5))
    assert not found.pairs[0].clear
    assert found.needed_seeds == needed_seeds(2) == 6
    assert rank(["a", "b"], losses(0.1, 0.9, seeds=6)).pairs[0].clear
    assert needed_seeds(3) == 7


def test_diverged_seeds_count_as_bad() -> None:
    rows = losses(0.4, 0.4)
    rows[0, ::3] = np.inf
    found = rank(["shaky", "sound"], rows)
    assert found.places[0].competitor == 1
    assert found.pairs[0].difference >= 0
    lost = rank(["lost", "sound"], np.vstack([np.full(16, np.inf), rows[1]]))
    assert [place.competitor for place in lost.places] == [1, 0]
    both = rank(["lost", "gone"], np.full((2, 16), np.inf))
    assert not both.pairs[0].clear


def test_a_median_and_a_mean_that_disagree_are_not_clear() -> None:
    """Often a little better, sometimes far worse: the medians say one thing, the means another."""
    steady = np.full(64, 0.5)
    gambler = np.where(np.arange(64) < 40, 0.499, 0.8)
    found = rank(["steady", "gambler"], np.vstack([steady, gambler]))
    (pair,) = found.pairs
    assert (pair.ahead, pair.clear) == (1, False)
    assert pair.corrected_p < 0.05
    assert "lower test loss for steady on average" in pair.verdict
    assert "but the median is lower for gambler" in pair.verdict


def test_one_alone() -> None:
    found = rank(["solo"], losses(0.4))
    assert (len(found.places), found.pairs, found.verdict) == (1, (), "solo ran alone")
