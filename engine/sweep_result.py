"""What a sweep found, as plain data."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from engine.optimizers import Optimizer
from engine.ranking import Ranking
from engine.sweep_spec import SweepSpec

Number = float | None
"""None where runs diverged: JSON has no infinity."""


class Found(BaseModel):
    """Part of a result."""

    model_config = ConfigDict(frozen=True)


class RateResult(Found):
    """An optimizer at one learning rate, over all seeds."""

    learning_rate: float
    validation_losses: Annotated[
        tuple[Number, ...], Field(description="At the end, by seed; null where a run diverged.")
    ]
    lower: Annotated[Number, Field(description="Lower quartile of the validation losses.")]
    median: Annotated[Number, Field(description="Their median; diverged runs are infinite.")]
    upper: Annotated[Number, Field(description="Their upper quartile.")]
    diverged: Annotated[int, Field(description="Number of seeds whose run diverged.")]


class SafeZone(Found):
    """Learning rates around the best one that bring at least 90 % of its gain.

    The gain is by how much the median validation loss falls below that of untrained networks.
    Its ends lie on straight lines between the rates tried, on a logarithmic scale of rates.
    """

    low: float
    high: float
    decades: Annotated[float, Field(description="Width: the logarithm of high / low to base 10.")]
    limit: Annotated[float, Field(description="Largest median validation loss that is safe.")]


class OptimizerResult(Found):
    """One optimizer: its curve of loss against learning rate, and how it does at the best rate."""

    title: str
    optimizer: Annotated[Optimizer, Field(description="At its best rate.")]
    rates: tuple[RateResult, ...]
    best_rate: Annotated[
        float | None,
        Field(description="Smallest median validation loss; null if it diverges at every rate."),
    ]
    safe_zone: SafeZone | None
    test_losses: Annotated[
        tuple[Number, ...],
        Field(description="At the best rate, by seed: the only look at the test points."),
    ]
    test_scores: Annotated[tuple[Number, ...], Field(description="Accuracy or R², by seed.")]
    test_lower: Annotated[Number, Field(description="Lower quartile of the test losses.")]
    test_median: Annotated[Number, Field(description="Their median.")]
    test_upper: Annotated[Number, Field(description="Their upper quartile.")]
    test_score: Annotated[Number, Field(description="Median accuracy or R².")]


class SweepResult(Found):
    """What a sweep found. Indices in `ranking` are those of `optimizers`, the spec's order."""

    spec: SweepSpec
    seeds: tuple[int, ...]
    score: Literal["accuracy", "r2"]
    untrained_loss: Annotated[
        Number, Field(description="Median validation loss before the first update.")
    ]
    optimizers: tuple[OptimizerResult, ...]
    ranking: Ranking
    verdict: str
    notes: Annotated[
        tuple[str, ...], Field(description="Rates at the edge of the grid, too few seeds, ...")
    ]

    def rows(self) -> Iterator[tuple[str | float, ...]]:
        """A header and one row per run, for CSV; empty where there is no number."""
        yield "optimizer", "learning_rate", "seed", "validation_loss", "diverged", "test_loss"
        for result in self.optimizers:
            for rate in result.rates:
                tests: tuple[Number, ...] = (None,) * len(self.seeds)
                if rate.learning_rate == result.best_rate:
                    tests = result.test_losses
                for seed, loss, test in zip(self.seeds, rate.validation_losses, tests, strict=True):
                    yield (
                        result.title,
                        rate.learning_rate,
                        seed,
                        "" if loss is None else loss,
                        int(loss is None),
                        "" if test is None else test,
                    )
