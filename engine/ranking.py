"""Ranking from paired losses: who is ahead, and whether that is more than luck.

Every seed gives each competitor the same initial weights and batch order, so competitors are
compared seed by seed. What is judged is therefore luck in weights and order, on these data and
this architecture; other data may rank otherwise (Dror et al. 2018; Bouthillier et al. 2021).
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from pydantic import BaseModel, ConfigDict

from engine.arrays import Floats
from engine.randomness import Purpose, generator

LEVEL = 0.05
"""A difference is clear when its corrected p is below this."""
EXACT_SEEDS = 16
"""Up to here all 2^seeds sign flips are tried."""
FLIPS = 2**16
RESAMPLES = 10_000


class Pair(BaseModel):
    """Two competitors, seed by seed; `ahead` has the lower median loss."""

    model_config = ConfigDict(frozen=True)

    ahead: int
    behind: int
    difference: float
    """Mean over seeds of the loss of `behind` minus that of `ahead`."""
    low: float
    high: float
    """95 % bootstrap interval of `difference`, not corrected for the number of comparisons."""
    wins: int
    """Seeds in which `ahead` has the lower loss."""
    seeds: int
    p: float
    """Two-sided sign-flip test."""
    corrected_p: float
    """The same after Holm's correction."""
    clear: bool
    verdict: str


class Place(BaseModel):
    """A competitor's place. Equal ranks: not clearly behind the first one with that rank."""

    model_config = ConfigDict(frozen=True)

    competitor: int
    rank: int
    verdict: str


class Ranking(BaseModel):
    """Competitors by their median loss, and what can be said about the differences."""

    model_config = ConfigDict(frozen=True)

    places: tuple[Place, ...]
    """Lowest median loss first."""
    pairs: tuple[Pair, ...]
    verdict: str
    needed_seeds: int
    """With fewer seeds no difference among so many competitors could be clear."""


def sign_flip_p(differences: Floats) -> list[float]:
    """Two-sided p of each row's mean being 0: of (comparisons, seeds) paired differences.

    The permutation test of Fisher (1935) and Pitman (1937): how often a mean as large comes up if
    a coin gives each difference its sign. Exact up to 16 seeds; above, the flips seen and 2^16 - 1
    drawn with a fixed seed (Phipson and Smyth 2010).
    """
    seeds = differences.shape[1]
    if seeds <= EXACT_SEEDS:
        # Half of the flips: the others are their mirror images. The first one flips nothing.
        bits = np.arange(2 ** (seeds - 1))[:, None] >> np.arange(seeds) & 1
    else:
        bits = generator(Purpose.SIGN_FLIPS, 0).integers(0, 2, (FLIPS, seeds))
        bits[0] = 0
    signs = 1.0 - 2.0 * bits
    ps = []
    for row in differences:
        sums = np.abs(signs @ row)
        # Sums that are equal but for rounding count as reached.
        ps.append(float((sums >= sums[0] - 1e-9 * np.abs(row).sum()).mean()))
    return ps


def holm(ps: Sequence[float]) -> list[float]:
    """Holm's (1979) step-down correction of p values: the chance of any false claim stays p."""
    corrected = [0.0] * len(ps)
    largest = 0.0
    for place, index in enumerate(sorted(range(len(ps)), key=lambda index: ps[index])):
        largest = max(largest, min(1.0, (len(ps) - place) * ps[index]))
        corrected[index] = largest
    return corrected


def bootstrap_intervals(differences: Floats) -> list[tuple[float, float]]:
    """95 % percentile interval of each row's mean (Efron 1979), drawn with a fixed seed."""
    seeds = differences.shape[1]
    counts = generator(Purpose.BOOTSTRAP, 0).multinomial(
        seeds, np.full(seeds, 1 / seeds), RESAMPLES
    )
    intervals = []
    for row in differences:
        low, high = np.quantile(counts @ row / seeds, (0.025, 0.975))
        intervals.append((float(low), float(high)))
    return intervals


def quartiles(values: Floats) -> tuple[float, float, float]:
    """Lower quartile, median and upper quartile of values that may be infinite but not NaN."""
    ordered = np.sort(values)
    result = []
    for share in (0.25, 0.5, 0.75):
        place = share * (len(ordered) - 1)
        below, above = float(ordered[int(place)]), float(ordered[int(np.ceil(place))])
        weight = place - int(place)
        # Not as a sum where both are equal: infinity times 0 is no number.
        result.append(below if below == above else (1 - weight) * below + weight * above)
    lower, middle, upper = result
    return lower, middle, upper


def needed_seeds(competitors: int) -> int:
    """Smallest number of seeds with which a difference between competitors can be clear."""
    comparisons = competitors * (competitors - 1) // 2
    seeds = 1
    while comparisons * 2.0 ** (1 - seeds) >= LEVEL:
        seeds += 1
    return seeds


def rank(titles: Sequence[str], losses: Floats) -> Ranking:
    """Rank competitors by (competitors, seeds) losses, infinite where a run diverged.

    Places follow the medians, in which a diverged seed counts as infinite. In the paired
    differences it counts as the largest finite loss that anyone has: at least that bad. A
    difference is clear when its mean passes the sign-flip test after Holm's correction over all
    pairs, and the medians agree with the mean about who is ahead.
    """
    finite = losses[np.isfinite(losses)]
    capped = np.where(np.isfinite(losses), losses, finite.max() if len(finite) else 0.0)
    medians = [quartiles(row)[1] for row in losses]
    order = sorted(range(len(titles)), key=lambda i: (medians[i], capped[i].mean()))
    pairs = _pairs(titles, order, capped, medians)
    clear = {(pair.ahead, pair.behind): pair for pair in pairs if pair.clear}
    by_members = {(pair.ahead, pair.behind): pair for pair in pairs}
    places: list[Place] = []
    head = order[0]
    for position, competitor in enumerate(order):
        if competitor == order[0]:
            words, number = _first(titles, order, clear), 1
        elif (head, competitor) in clear:
            words, number = by_members[head, competitor].verdict, position + 1
            head = competitor
        else:
            words, number = by_members[head, competitor].verdict, places[-1].rank
        places.append(Place(competitor=competitor, rank=number, verdict=words))
    needed = needed_seeds(len(titles)) if len(titles) > 1 else 1
    return Ranking(
        places=tuple(places), pairs=pairs, verdict=places[0].verdict, needed_seeds=needed
    )


def _pairs(
    titles: Sequence[str], order: Sequence[int], losses: Floats, medians: Sequence[float]
) -> tuple[Pair, ...]:
    """All pairs, the one ahead first."""
    members = list(combinations(order, 2))
    if not members:
        return ()
    differences = np.array([losses[behind] - losses[ahead] for ahead, behind in members])
    ps = sign_flip_p(differences)
    pairs = []
    for (ahead, behind), row, p, corrected, (low, high) in zip(
        members, differences, ps, holm(ps), bootstrap_intervals(differences), strict=True
    ):
        mean = float(row.mean())
        pair = Pair(
            ahead=ahead,
            behind=behind,
            difference=mean,
            low=low,
            high=high,
            wins=int(np.count_nonzero(row > 0)),
            seeds=len(row),
            p=p,
            corrected_p=corrected,
            clear=corrected < LEVEL and mean > 0 and medians[ahead] < medians[behind],
            verdict="",
        )
        verdict = _verdict(pair, titles[ahead], titles[behind])
        pairs.append(pair.model_copy(update={"verdict": verdict}))
    return tuple(pairs)


def _verdict(pair: Pair, ahead: str, behind: str) -> str:
    """A pair in words."""
    if pair.clear:
        return (
            f"{ahead} is clearly ahead of {behind}: {pair.difference:.2g} lower test loss (95 % "
            f"interval {pair.low:.2g} to {pair.high:.2g}, {pair.wins} of {pair.seeds} seeds)"
        )
    if pair.difference >= 0:
        return (
            f"No clear difference between {ahead} and {behind}: {pair.difference:.2g} lower test "
            f"loss for {ahead} on average (95 % interval {pair.low:.2g} to {pair.high:.2g}, "
            f"{pair.wins} of {pair.seeds} seeds; p = {pair.corrected_p:.2g} after correction)"
        )
    return (
        f"No clear difference between {ahead} and {behind}: {-pair.difference:.2g} lower test loss "
        f"for {behind} on average (95 % interval {-pair.high:.2g} to {-pair.low:.2g}; p = "
        f"{pair.corrected_p:.2g} after correction), but the median is lower for {ahead}"
    )


def _first(titles: Sequence[str], order: Sequence[int], clear: dict[tuple[int, int], Pair]) -> str:
    """What is said about the one with the lowest median."""
    best, *others = order
    beaten = [titles[other] for other in others if (best, other) in clear]
    close = [titles[other] for other in others if (best, other) not in clear]
    if not others:
        return f"{titles[best]} ran alone"
    if not beaten:
        return f"No clear difference between {_listed([titles[best], *close])}"
    if not close:
        return f"{titles[best]} is clearly ahead of {_listed(beaten)}"
    return (
        f"{titles[best]} is clearly ahead of {_listed(beaten)}; no clear difference from "
        f"{_listed(close)}"
    )


def _listed(names: Sequence[str]) -> str:
    *some, last = names
    return f"{', '.join(some)} and {last}" if some else last
