"""Learning-rate schedules: the rate in force at an update, as a function of the optimizer's own.

Whether t counts epochs or updates follows each formula's source. All can begin with a warm-up: a
straight rise from near zero over the first epochs, which the schedule itself does not notice.
"""

from abc import abstractmethod
from math import cos, log, pi
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.option import SHORTHAND, Option, control, described

Period = Annotated[
    int,
    control(
        "Epochs",
        "T: length of the schedule in epochs.",
        effect="The rate changes more slowly and stays high for longer.",
        scale="log",
        ge=1,
        le=1_000_000,
    ),
]

Count = Literal["nothing", "epochs", "updates"]

FAINT = 0.05
"""Share of the first rate down to which the picture of a falling one reaches."""


class ScheduleOption(Option):
    """A learning-rate schedule."""

    kind: str
    counts: ClassVar[Count] = "updates"
    """What its t counts. In between the factor stays as it is."""
    warmup: Annotated[
        int,
        control(
            "Warm-up",
            "Epochs over which the rate first rises in a straight line: n updates in all; "
            "0 is none.",
            effect="A gentler start, which keeps large rates and fresh Adam averages from "
            "throwing the weights away.",
            formula=r"\eta \leftarrow \eta\, \min\left(1, \frac{t + 1}{n}\right)",
            source="Goyal et al. 2017, arXiv:1706.02677",
            advanced=True,
            scale="log",
            ge=0,
            le=100_000,
        ),
    ] = 0

    @abstractmethod
    def factor(self, epoch: int, update: int, updates_per_epoch: int) -> float:
        """What the optimizer's learning rate is multiplied by, warm-up apart.

        epoch, update: epochs completed and updates done before this one.
        """

    def span(self, updates_per_epoch: int) -> float:
        """Epochs after which nothing new happens, or nearly, warm-up apart; for a picture."""
        return 0

    @property
    def moves_every_update(self) -> bool:
        """Whether the rate can change within an epoch."""
        return self.counts == "updates" or self.warmup > 0

    def rate(self, initial: float, epoch: int, update: int, updates_per_epoch: int) -> float:
        """The rate in force, warm-up included."""
        rising = self.warmup * updates_per_epoch
        warm = min(1.0, (update + 1) / rising) if rising else 1.0
        return initial * self.factor(epoch, update, updates_per_epoch) * warm


class ConstantRate(ScheduleOption):
    """The learning rate stays as it is."""

    model_config = described("Constant", r"\eta = \eta_0")
    kind: Literal["constant"] = "constant"
    counts: ClassVar[Count] = "nothing"

    def factor(self, epoch: int, update: int, updates_per_epoch: int) -> float:
        return 1.0


class Step(ScheduleOption):
    """Falls by a factor every few epochs; t counts epochs, as `torch.optim.lr_scheduler.StepLR`."""

    model_config = described(
        "Step",
        r"\eta = \eta_0\, \gamma^{\left\lfloor t / n \right\rfloor}",
    )
    kind: Literal["step"] = "step"
    counts: ClassVar[Count] = "epochs"
    gamma: Annotated[
        float,
        control(
            "Factor",
            "γ: what each step multiplies by.",
            effect="The rate falls less at each step; at 1 it stays as it is.",
            gt=0,
            le=1,
        ),
    ] = 0.5
    every: Annotated[
        int,
        control(
            "Every",
            "n: epochs between two steps.",
            effect="The rate stays high for longer.",
            scale="log",
            ge=1,
            le=1_000_000,
        ),
    ] = 100

    def factor(self, epoch: int, update: int, updates_per_epoch: int) -> float:
        return float(self.gamma ** (epoch // self.every))

    def span(self, updates_per_epoch: int) -> float:
        return 5 * self.every


class Exponential(ScheduleOption):
    """Falls by the same share each epoch; as `torch.optim.lr_scheduler.ExponentialLR`."""

    model_config = described("Exponential", r"\eta = \eta_0\, \gamma^t")
    kind: Literal["exponential"] = "exponential"
    counts: ClassVar[Count] = "epochs"
    gamma: Annotated[
        float,
        control(
            "Factor",
            "γ: what each epoch multiplies by.",
            effect="The rate falls more slowly; at 1 it stays as it is.",
            gt=0,
            le=1,
        ),
    ] = 0.99

    def factor(self, epoch: int, update: int, updates_per_epoch: int) -> float:
        return float(self.gamma**epoch)

    def span(self, updates_per_epoch: int) -> float:
        return log(FAINT) / log(self.gamma) if self.gamma < 1 else 0


class InverseTime(ScheduleOption):
    """Falls as 1/t over the updates: what stochastic approximation asks for.

    t counts updates.
    """

    model_config = described(
        "Inverse time",
        r"\eta = \frac{\eta_0}{1 + k t}",
        "Robbins and Monro 1951, doi:10.1214/aoms/1177729586",
    )
    kind: Literal["inverse_time"] = "inverse_time"
    decay: Annotated[
        float,
        control(
            "Decay",
            "k: how fast it falls, per update.",
            effect="The rate falls sooner and further.",
            scale="log",
            ge=0,
            le=10,
        ),
    ] = 0.001

    def factor(self, epoch: int, update: int, updates_per_epoch: int) -> float:
        return 1.0 / (1.0 + self.decay * update)

    def span(self, updates_per_epoch: int) -> float:
        return (1 / FAINT - 1) / self.decay / updates_per_epoch if self.decay else 0


class SearchThenConverge(ScheduleOption):
    """Constant for the search, then 1/t for the convergence.

    t counts updates.
    """

    model_config = described(
        "Search, then converge",
        r"\eta = \eta_0\, \frac{\tau}{\max(t, \tau)}",
        "Darken and Moody 1990, Note on learning rate schedules for stochastic "
        "optimization, NIPS 3; in the form of Bengio 2012, arXiv:1206.5533",
    )
    kind: Literal["search_then_converge"] = "search_then_converge"
    tau: Annotated[
        int,
        control(
            "Tau",
            "τ: updates before it begins to fall.",
            effect="A longer search at the full rate before it converges.",
            scale="log",
            ge=1,
            le=100_000_000,
        ),
    ] = 1000

    def factor(self, epoch: int, update: int, updates_per_epoch: int) -> float:
        return self.tau / max(update, self.tau)

    def span(self, updates_per_epoch: int) -> float:
        return 5 * self.tau / updates_per_epoch


class Cosine(ScheduleOption):
    """Half a cosine down to a last rate, where it stays.

    t counts epochs, as `torch.optim.lr_scheduler.CosineAnnealingLR`, which would rise again after
    its end.
    """

    model_config = described(
        "Cosine",
        r"\eta = \eta_0 \left(e + (1 - e)\, \frac{1 + \cos(\pi s)}{2}\right)"
        "\n"
        r"s = \min(t / T, 1)",
        "Loshchilov and Hutter 2017, arXiv:1608.03983",
    )
    kind: Literal["cosine"] = "cosine"
    counts: ClassVar[Count] = "epochs"
    epochs: Period = 500
    end: Annotated[
        float,
        control(
            "End",
            "e: last rate, as a share of the first.",
            effect="The run goes on learning at the end, rather than coming to rest.",
            ge=0,
            le=1,
        ),
    ] = 0.0

    def factor(self, epoch: int, update: int, updates_per_epoch: int) -> float:
        share = min(epoch / self.epochs, 1.0)
        return self.end + (1 - self.end) * (1 + cos(pi * share)) / 2

    def span(self, updates_per_epoch: int) -> float:
        return 1.1 * self.epochs


class OneCycle(ScheduleOption):
    """Up to the learning rate, then far down: two half cosines.

    t counts updates. As `torch.optim.lr_scheduler.OneCycleLR` with the learning rate as its
    largest one; momentum stays as it is (PyTorch's `cycle_momentum=False`). The height comes at
    p = rise · (T + 1) - 1 of T + 1 updates.
    """

    model_config = described(
        "One cycle",
        r"\eta = \eta_0 \left(b + (a - b)\, \frac{1 + \cos(\pi s)}{2}\right)"
        "\n"
        r"a = \frac{1}{25}, \quad b = 1, \quad s = \frac{t}{p} \quad (t \le p)"
        "\n"
        r"a = 1, \quad b = \frac{1}{250000}, \quad s = \frac{t - p}{T - p} \quad (t > p)",
        "Smith and Topin 2018, arXiv:1708.07120",
    )
    kind: Literal["one_cycle"] = "one_cycle"
    epochs: Period = 500
    rise: Annotated[
        float,
        control(
            "Rise",
            "Share of the epochs in which it rises.",
            effect="The rate reaches its height later, and has less time to fall.",
            gt=0,
            lt=1,
        ),
    ] = 0.3

    def factor(self, epoch: int, update: int, updates_per_epoch: int) -> float:
        last = max(self.epochs * updates_per_epoch - 1, 1)
        peak = max(self.rise * (last + 1) - 1, 0.0)
        low, bottom = 1 / 25, 1 / 250_000
        if update <= peak and peak > 0:
            return _half_cosine(low, 1.0, update / peak)
        return _half_cosine(1.0, bottom, min((update - peak) / max(last - peak, 1e-9), 1.0))

    def span(self, updates_per_epoch: int) -> float:
        return 1.1 * self.epochs


def _half_cosine(begin: float, end: float, share: float) -> float:
    """From begin (share 0) to end (share 1) along half a cosine."""
    return end + (begin - end) * (1 + cos(pi * share)) / 2


Schedule = Annotated[
    ConstantRate | Step | Exponential | InverseTime | SearchThenConverge | Cosine | OneCycle,
    Field(discriminator="kind"),
    SHORTHAND,
]
