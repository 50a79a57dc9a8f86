"""`SweepSpec`: a fair race of optimizers, as data."""

from collections.abc import Mapping
from typing import Annotated, TypeVar

import numpy as np
from pydantic import AfterValidator, Discriminator, Field, Tag, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from engine.optimizers import Adam, Momentum, Optimizer, OptimizerOption, RmsProp, Sgd
from engine.option import Option, control
from engine.spec import RunSpec

Given = TypeVar("Given", bound=OptimizerOption)

MAX_RUNS = 10_000
MAX_NUMBERS = 20_000_000
"""Parameters of all runs together: they are kept until the rates are chosen."""

Rate = Annotated[float, Field(gt=0, le=100)]


class LogGrid(Option):
    """Learning rates with equal ratios between neighbours."""

    low: Annotated[Rate, control("Lowest", "The smallest learning rate.", scale="log")] = 1e-3
    high: Annotated[Rate, control("Highest", "The largest learning rate.", scale="log")] = 1.0
    count: Annotated[int, control("Count", "How many rates.", step=1, ge=1, le=32)] = 7

    @field_validator("high")
    @classmethod
    def _above_low(cls, high: float, info: ValidationInfo) -> float:
        if "low" in info.data and high < info.data["low"]:
            raise PydanticCustomError("grid", "The highest rate is below the lowest")
        return high

    def rates(self) -> tuple[float, ...]:
        """The rates, rising, to four digits so that they can be read and typed."""
        return tuple(float(f"{rate:.4g}") for rate in np.geomspace(self.low, self.high, self.count))


def _rising(rates: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(sorted(set(rates)))


def _distinct(optimizers: tuple[OptimizerOption, ...]) -> tuple[OptimizerOption, ...]:
    if len({at_rate(optimizer, 1.0) for optimizer in optimizers}) < len(optimizers):
        raise PydanticCustomError("distinct", "Two optimizers differ in nothing but their rate")
    return optimizers


RateList = Annotated[tuple[Rate, ...], Field(min_length=1, max_length=32), AfterValidator(_rising)]


def _grid_or_list(value: object) -> str:
    return "grid" if isinstance(value, LogGrid | Mapping) else "list"


class SweepSpec(Option):
    """A fair race: each optimizer at each learning rate with each seed, everything else equal."""

    base: Annotated[
        RunSpec,
        control(
            "Settings",
            "What all runs share. Its seed is the first one; its optimizer and validation share "
            "are replaced.",
        ),
    ] = RunSpec()
    optimizers: Annotated[
        tuple[Optimizer, ...],
        control(
            "Optimizers",
            "Who takes part. Their own learning rates do not count: all get the same grid.",
            min_length=1,
            max_length=16,
        ),
        AfterValidator(_distinct),
    ] = (Sgd(), Momentum(), RmsProp(), Adam())
    learning_rates: Annotated[
        Annotated[LogGrid, Tag("grid")] | Annotated[RateList, Tag("list")],
        Discriminator(_grid_or_list),
        control("Learning rates", "The rates that each optimizer tries: a grid, or a list."),
    ] = LogGrid()
    seeds: Annotated[
        int,
        control(
            "Seeds",
            "Runs per optimizer and rate, each with other weights and another batch order.",
            step=1,
            ge=1,
            le=64,
        ),
    ] = 16
    epochs: Annotated[
        int, control("Epochs", "Length of each run.", scale="log", ge=1, le=100_000)
    ] = 200
    validation_fraction: Annotated[
        float,
        control(
            "Validation share",
            "Share of the training points on which the rates are chosen; no run trains on them.",
            step=0.05,
            gt=0,
            le=0.5,
        ),
    ] = 0.25

    @field_validator("seeds")
    @classmethod
    def _not_too_many(cls, seeds: int, info: ValidationInfo) -> int:
        if not {"base", "optimizers", "learning_rates"} <= info.data.keys():
            return seeds
        optimizers, rates = info.data["optimizers"], _rates(info.data["learning_rates"])
        runs = len(optimizers) * len(rates) * seeds
        parameters = info.data["base"].architecture.parameters
        most = min(MAX_RUNS, MAX_NUMBERS // parameters)
        if runs > most:
            raise PydanticCustomError(
                "sweep_size",
                "{optimizers} optimizers x {rates} rates x {seeds} seeds are {runs} runs; with "
                "{parameters} parameters each there can be {most}",
                {
                    "optimizers": len(optimizers),
                    "rates": len(rates),
                    "seeds": seeds,
                    "runs": runs,
                    "parameters": parameters,
                    "most": most,
                },
            )
        return seeds

    @property
    def rates(self) -> tuple[float, ...]:
        """The learning rates, rising."""
        return _rates(self.learning_rates)

    @property
    def count(self) -> int:
        """Number of runs."""
        return len(self.optimizers) * len(self.rates) * self.seeds

    @property
    def titles(self) -> tuple[str, ...]:
        """A name for each optimizer, with the settings in which it is not the usual one."""
        return tuple(_title(optimizer) for optimizer in self.optimizers)

    def run(self, index: int) -> RunSpec:
        """The run with this index: all seeds of a rate, all rates of an optimizer, and so on."""
        place, seed = divmod(index, self.seeds)
        optimizer, rate = divmod(place, len(self.rates))
        data = self.base.data.model_copy(update={"validation_fraction": self.validation_fraction})
        return self.base.model_copy(
            update={
                "seed": self.seed(seed),
                "data": data,
                "optimizer": at_rate(self.optimizers[optimizer], self.rates[rate]),
            }
        )

    def seed(self, index: int) -> int:
        """The seeds count up from that of the base."""
        return (self.base.seed + index) % 2**32


def _rates(value: LogGrid | tuple[float, ...]) -> tuple[float, ...]:
    return value.rates() if isinstance(value, LogGrid) else value


def at_rate(optimizer: Given, rate: float) -> Given:
    """The optimizer with another learning rate."""
    return optimizer.model_copy(update={"learning_rate": rate})


def _title(optimizer: OptimizerOption) -> str:
    title = str(optimizer.model_config["title"])
    differing = [
        f"{(field.title or name).lower()} {getattr(optimizer, name):g}"
        for name, field in type(optimizer).model_fields.items()
        if name not in ("kind", "learning_rate") and getattr(optimizer, name) != field.default
    ]
    return f"{title} ({', '.join(differing)})" if differing else title
