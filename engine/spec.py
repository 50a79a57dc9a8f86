"""`RunSpec`: the one description of a run, from which everything else about it follows."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from engine.activations import Activation, Tanh
from engine.datasets import Circle, Dataset, DatasetOption
from engine.features import FEATURES, FeatureName
from engine.initializers import Initializer, XavierUniform
from engine.losses import Auto, Head, Loss, LossOption
from engine.optimizers import Adam, Optimizer
from engine.option import Option, control
from engine.regularizers import Regularization
from engine.schedules import Constant, Schedule


def _distinct(names: tuple[FeatureName, ...]) -> tuple[FeatureName, ...]:
    if len(set(names)) < len(names):
        raise PydanticCustomError("distinct", "Each feature can be used only once")
    return names


class LayerSpec(Option):
    """One hidden layer."""

    units: Annotated[
        int, control("Units", "Number of units in this layer.", step=1, ge=1, le=256)
    ] = 4
    activation: Annotated[
        Activation, control("Activation", "The non-linear function of each unit.")
    ] = Tanh()
    init: Annotated[
        Initializer | None,
        control(
            "Initialization", "Initial weights of this layer, where they differ.", advanced=True
        ),
    ] = None


class RunSpec(Option):
    """Everything that decides a run. Equal specs give equal runs, bit for bit on one machine."""

    name: Annotated[
        str, control("Name", "Shown on the lane.", advanced=True, group="model", max_length=80)
    ] = ""
    seed: Annotated[
        int,
        control(
            "Seed",
            "Draws the initial weights and the order of the batches.",
            advanced=True,
            group="model",
            ge=0,
            le=2**32 - 1,
        ),
    ] = 0
    data: Annotated[Dataset, control("Data", "The points to learn from.", group="data")] = Circle()
    features: Annotated[
        tuple[FeatureName, ...],
        control(
            "Features",
            "What the network sees of each point.",
            group="data",
            min_length=1,
            titles={name: feature.title for name, feature in FEATURES.items()},
        ),
        AfterValidator(_distinct),
    ] = ("x1", "x2")
    layers: Annotated[
        tuple[LayerSpec, ...],
        control(
            "Hidden layers",
            "From input to output. None gives a linear model.",
            group="model",
            max_length=16,
        ),
    ] = (LayerSpec(units=4), LayerSpec(units=2))
    init: Annotated[
        Initializer,
        control("Initialization", "How the initial weights are drawn.", group="model"),
    ] = XavierUniform()
    loss: Annotated[
        Loss, control("Loss", "What training makes small.", group="training", advanced=True)
    ] = Auto()
    optimizer: Annotated[
        Optimizer, control("Optimizer", "How gradients become updates.", group="training")
    ] = Adam()
    schedule: Annotated[
        Schedule,
        control(
            "Schedule", "How the learning rate changes over time.", group="training", advanced=True
        ),
    ] = Constant()
    regularization: Annotated[
        Regularization,
        control("Regularization", "Against overfitting; 0 is off.", group="model"),
    ] = Regularization()
    batch_size: Annotated[
        Annotated[int, Field(ge=1, le=10_000)] | Literal["full"],
        control(
            "Batch size",
            "Points per update: small batches make noisy, frequent updates. "
            "'full' takes all training points at once.",
            scale="log",
            group="training",
        ),
    ] = 10
    precision: Annotated[
        Literal["float32", "float64"],
        control(
            "Precision",
            "Floating-point format of all numbers of the run.",
            group="training",
            advanced=True,
        ),
    ] = "float32"

    @field_validator("loss")
    @classmethod
    def _fits_the_task(cls, loss: LossOption, info: ValidationInfo) -> LossOption:
        data = info.data.get("data")  # absent when it was itself refused
        if isinstance(data, DatasetOption) and loss.head(data.task) is None:
            raise PydanticCustomError(
                "loss_task",
                "{loss} does not fit {task} data; auto always does",
                {"loss": loss.kind, "task": data.task},
            )
        return loss

    @property
    def head(self) -> Head:
        """Output head and loss, which are one choice."""
        head = self.loss.head(self.data.task)
        assert head is not None, "validated above"
        return head

    @property
    def units(self) -> tuple[int, ...]:
        """Width of each layer: features, hidden layers, outputs."""
        return (len(self.features), *(layer.units for layer in self.layers), self.head.outputs)
