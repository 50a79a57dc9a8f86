"""Learning-rate schedules: the rate in force at an update, as a function of the optimizer's own."""

from abc import abstractmethod
from typing import Annotated, Literal

from engine.option import SHORTHAND, Option, described


class ScheduleOption(Option):
    """A learning-rate schedule."""

    @abstractmethod
    def rate(self, initial: float, epoch: int, update: int) -> float:
        """The rate in force.

        initial: the optimizer's learning rate; epoch: epochs completed before this update;
        update: updates done before this one.
        """


class Constant(ScheduleOption):
    """The learning rate stays as it is."""

    model_config = described("Constant", "η = η₀")
    kind: Literal["constant"] = "constant"

    def rate(self, initial: float, epoch: int, update: int) -> float:
        return initial


Schedule = Annotated[Constant, SHORTHAND]
