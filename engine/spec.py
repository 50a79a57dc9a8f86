"""`RunSpec`: the one description of a run, from which everything else about it follows."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, WithJsonSchema, field_validator
from pydantic_core import PydanticCustomError

from engine.activations import Activation, Linear, Tanh
from engine.datasets import TABLES, Circle, Custom, Dataset, DatasetOption
from engine.features import FEATURES
from engine.gradient_clip import GradientClip, NoClip
from engine.initializers import Initializer, XavierUniform
from engine.losses import Auto, Head, Loss, LossOption
from engine.network import Architecture, Layer
from engine.optimizers import Adam, Optimizer
from engine.option import Option, control
from engine.parts import (
    AblatedUnit,
    FrozenPart,
    fault_of_ablated,
    fault_of_frozen,
    silent_units,
)
from engine.regularizers import Regularization
from engine.scaling import Scaling, Unscaled
from engine.schedules import ConstantRate, Schedule

COLUMNS = sorted({column for table in TABLES for column in table().columns or ()})


def _known(name: str, info: ValidationInfo) -> str:
    data = info.data.get("data")  # absent when it was itself refused
    own = data.columns if isinstance(data, Custom) else None
    if name not in FEATURES and name not in COLUMNS and name not in (own or ()):
        raise PydanticCustomError("feature", "There is no feature '{name}'", {"name": name})
    return name


def _distinct(names: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(names)) < len(names):
        raise PydanticCustomError("distinct", "Each feature can be used only once")
    return names


FeatureName = Annotated[
    str,
    AfterValidator(_known),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "enum": [*FEATURES, *COLUMNS]},
                {"type": "string", "description": "A column of custom data."},
            ]
        }
    ),
]


class LayerSpec(Option):
    """One hidden layer."""

    units: Annotated[
        int,
        control(
            "Units",
            "Number of units in this layer.",
            effect="More detail can be fitted, at more time per epoch and more risk of "
            "overfitting.",
            restarts=True,
            step=1,
            ge=1,
            le=256,
        ),
    ] = 4
    activation: Annotated[
        Activation,
        control(
            "Activation",
            "The non-linear function of each unit.",
            effect="Tanh for smooth boundaries, ReLU for straight pieces and deep networks, "
            "linear to see what is lost without one.",
            restarts="Starts afresh to and from maxout, which has more weights; otherwise live.",
        ),
    ] = Tanh()
    init: Annotated[
        Initializer | None,
        control(
            "Initialization",
            "Initial weights of this layer, where they differ.",
            effect="To see one layer begin badly while the others begin well.",
            restarts=True,
            advanced=True,
        ),
    ] = None
    dropout: Annotated[
        Annotated[float, Field(ge=0, le=0.95)] | None,
        control(
            "Dropout",
            "Share of this layer's units left out in training, where it differs.",
            effect="This layer's units learn to do without each other; 0 spares this layer.",
            formula=r"a \leftarrow \frac{m\, a}{1 - p}" "\n" r"m \sim \text{Bernoulli}(1 - p)",
            source="Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov 2014, JMLR "
            "15:1929–1958",
            advanced=True,
            step=0.05,
        ),
    ] = None
    batch_norm: Annotated[
        bool,
        control(
            "Batch normalization",
            "Gives what enters the activation mean 0 and spread 1 over each batch, then a learned "
            "scale and shift: deep networks train faster and at higher rates.",
            effect="For deep networks, large learning rates and badly scaled inputs. Small "
            "batches make it noisy.",
            formula=r"z \leftarrow \gamma\, \frac{z - \bar z}{\sqrt{\sigma^2 + 10^{-5}}} + \beta",
            source="Ioffe and Szegedy 2015, arXiv:1502.03167",
            advanced=True,
            restarts=True,
        ),
    ] = False
    residual: Annotated[
        bool,
        control(
            "Residual",
            "Adds the layer's input to its output, so that gradients have a straight way down. "
            "Needs as many units as the layer below.",
            effect="For deep networks, which hardly train without.",
            formula=r"a = f(z) + x",
            source="He, Zhang, Ren and Sun 2015, arXiv:1512.03385",
            advanced=True,
        ),
    ] = False


class EarlyStopping(Option):
    """Ends a run when the test loss no longer falls, and takes back the best weights."""

    patience: Annotated[
        int,
        control(
            "Patience",
            "Epochs without a better test loss after which the run ends; 0 is off.",
            effect="Waits longer for a better test loss before it gives up.",
            source="Prechelt 1998, Early stopping – but when?, doi:10.1007/3-540-49430-8_3",
            scale="log",
            ge=0,
            le=1_000_000,
        ),
    ] = 0
    min_delta: Annotated[
        float,
        control(
            "Least gain",
            "By how much the test loss must fall to count as better.",
            effect="Small gains no longer count, so the run ends sooner.",
            scale="log",
            advanced=True,
            ge=0,
            le=10,
        ),
    ] = 0.0


class RunSpec(Option):
    """Everything that decides a run. Equal specs give equal runs, bit for bit on one machine."""

    name: Annotated[
        str, control("Name", "Shown on the lane.", advanced=True, group="model", max_length=80)
    ] = ""
    seed: Annotated[
        int,
        control(
            "Seed",
            "Draws the initial weights, the order of the batches, dropout and noise.",
            effect="Any other number draws other weights; larger is not better. What holds "
            "for one seed only is luck.",
            advanced=True,
            group="model",
            restarts=True,
            ge=0,
            le=2**32 - 1,
        ),
    ] = 0
    data: Annotated[
        Dataset,
        control(
            "Data",
            "The points to learn from.",
            effect="Circle or XOR for a start, spiral for a challenge, the tables for real "
            "measurements.",
            restarts="Starts afresh if the network gets other inputs or outputs; otherwise live.",
            group="data",
        ),
    ] = Circle()
    features: Annotated[
        tuple[FeatureName, ...],
        control(
            "Features",
            "What the network sees of each point: functions of the plane, or a table's columns. "
            "Functions of the plane mean all columns of a table.",
            effect="The right one makes a hard problem easy: x₁x₂ solves XOR without a "
            "hidden layer.",
            group="data",
            restarts=True,
            min_length=1,
            max_length=100,
            titles={name: feature.title for name, feature in FEATURES.items()},
        ),
        AfterValidator(_distinct),
    ] = ("x1", "x2")
    scaling: Annotated[
        Scaling,
        control(
            "Scaling",
            "Brings the inputs to a common size; fitted on the training points only.",
            effect="For inputs of very different sizes, above all tables. Standardize is a "
            "good first choice.",
            group="data",
            advanced=True,
        ),
    ] = Unscaled()
    layers: Annotated[
        tuple[LayerSpec, ...],
        control(
            "Hidden layers",
            "From input to output. None gives a linear model.",
            effect="More layers can bend the boundary in more complicated ways, and are "
            "harder to train.",
            group="model",
            restarts=True,
            max_length=16,
        ),
    ] = (LayerSpec(units=4), LayerSpec(units=2))
    init: Annotated[
        Initializer,
        control(
            "Initialization",
            "How the initial weights are drawn.",
            effect="Xavier for tanh-like units, He for ReLU-like ones; zeros and constant "
            "show why weights must differ.",
            restarts=True,
            group="model",
        ),
    ] = XavierUniform()
    loss: Annotated[
        Loss,
        control(
            "Loss",
            "What training makes small.",
            effect="Automatic suits every task. Absolute and Huber are calmer about outliers.",
            group="training",
            advanced=True,
        ),
    ] = Auto()
    optimizer: Annotated[
        Optimizer,
        control(
            "Optimizer",
            "How gradients become updates.",
            effect="Adam for a start. SGD, to see the bare algorithm; momentum, to see what "
            "helps it most.",
            group="training",
        ),
    ] = Adam()
    schedule: Annotated[
        Schedule,
        control(
            "Schedule",
            "How the learning rate changes over time.",
            effect="A falling rate lets a noisy run come to rest; one cycle allows for "
            "larger rates on the way.",
            group="training",
            advanced=True,
        ),
    ] = ConstantRate()
    layer_rates: Annotated[
        Literal["equal", "fan_in"],
        control(
            "Layer rates",
            "Learning rate of each layer: the same for all, or divided by the root of the number "
            "of its inputs (LeCun et al. 1998).",
            effect="By fan-in, wide layers move more slowly.",
            formula=r"\eta_l = \frac{\eta}{\sqrt{\text{fan}_{\text{in}}}}",
            source="LeCun, Bottou, Orr and Müller 1998, Efficient BackProp, "
            "doi:10.1007/3-540-49430-8_2",
            group="training",
            advanced=True,
            titles={"equal": "Equal", "fan_in": "By fan-in"},
        ),
    ] = "equal"
    regularization: Annotated[
        Regularization,
        control(
            "Regularization",
            "Against overfitting; 0 is off.",
            effect="When the test loss rises while the training loss falls.",
            group="model",
        ),
    ] = Regularization()
    gradient_clip: Annotated[
        GradientClip,
        control(
            "Gradient clipping",
            "Keeps one steep batch from throwing the weights away.",
            effect="When the loss leaps up or the run diverges at rates that otherwise work.",
            group="training",
            advanced=True,
        ),
    ] = NoClip()
    batch_size: Annotated[
        Annotated[int, Field(ge=1, le=10_000)] | Literal["full"],
        control(
            "Batch size",
            "Points per update: small batches make noisy, frequent updates. "
            "'full' takes all training points at once.",
            effect="Fewer, steadier and costlier updates per epoch: often a larger learning "
            "rate goes with it.",
            formula=r"g = \frac{1}{B} \sum_{i=1}^{B} \nabla L_i",
            scale="log",
            group="training",
        ),
    ] = 10
    precision: Annotated[
        Literal["float32", "float64"],
        control(
            "Precision",
            "Floating-point format of all numbers of the run.",
            effect="float64 for checks against other programs; it takes longer, and learning "
            "looks the same.",
            group="training",
            advanced=True,
        ),
    ] = "float32"
    early_stopping: Annotated[
        EarlyStopping,
        control(
            "Early stopping",
            "Ends the run when the test loss no longer falls.",
            effect="To keep the weights from before the network began to overfit.",
            source="Prechelt 1998, Early stopping – but when?, doi:10.1007/3-540-49430-8_3",
            group="training",
            advanced=True,
        ),
    ] = EarlyStopping()
    frozen: Annotated[
        tuple[FrozenPart, ...],
        control(
            "Frozen parts",
            "Layers, units and single weights that training leaves as they are.",
            effect="Only the rest of the network learns.",
            group="model",
            advanced=True,
            elsewhere=True,
            max_length=1000,
        ),
    ] = ()
    ablated: Annotated[
        tuple[AblatedUnit, ...],
        control(
            "Dropped units",
            "Hidden units whose output is held at 0, in training and at test.",
            effect="The loss before and after shows what they were good for.",
            group="model",
            advanced=True,
            elsewhere=True,
            max_length=1000,
        ),
    ] = ()

    # Each looks at fields above it, which are absent when they were themselves refused.

    @field_validator("features")
    @classmethod
    def _belong_to_the_data(cls, names: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        data = info.data.get("data")
        if isinstance(data, DatasetOption) and not all(name in FEATURES for name in names):
            columns = data.columns or ()
            for name in names:
                if name not in columns:
                    raise PydanticCustomError(
                        "feature_data",
                        "'{name}' is no feature of {data} data",
                        {"name": name, "data": data.kind},
                    )
        return names

    @field_validator("layers")
    @classmethod
    def _residuals_fit(
        cls, layers: tuple[LayerSpec, ...], info: ValidationInfo
    ) -> tuple[LayerSpec, ...]:
        if "data" not in info.data or "features" not in info.data:
            return layers
        below = len(_inputs(info.data["data"], info.data["features"]))
        for number, layer in enumerate(layers, 1):
            if layer.residual and layer.units != below:
                raise PydanticCustomError(
                    "residual",
                    "Layer {number} has {units} units; a residual layer needs {below}, as many "
                    "as enter it",
                    {"number": number, "units": layer.units, "below": below},
                )
            below = layer.units
        return layers

    @field_validator("loss")
    @classmethod
    def _fits_the_task(cls, loss: LossOption, info: ValidationInfo) -> LossOption:
        data = info.data.get("data")
        if isinstance(data, DatasetOption) and loss.head(data.task) is None:
            raise PydanticCustomError(
                "loss_task",
                "{loss} does not fit {task} data; auto always does",
                {"loss": loss.kind, "task": data.task.kind},
            )
        return loss

    @field_validator("regularization")
    @classmethod
    def _smooths_labels(cls, value: Regularization, info: ValidationInfo) -> Regularization:
        data, loss = info.data.get("data"), info.data.get("loss")
        if not (value.label_smoothing and isinstance(data, DatasetOption)):
            return value
        head = loss.head(data.task) if isinstance(loss, LossOption) else None
        if head is not None and not head.smooths:
            raise PydanticCustomError(
                "label_smoothing", "Label smoothing needs a loss on probabilities of classes"
            )
        return value

    @field_validator("frozen")
    @classmethod
    def _are_there(
        cls, parts: tuple[FrozenPart, ...], info: ValidationInfo
    ) -> tuple[FrozenPart, ...]:
        _refuse_faults([fault_of_frozen(part, units) for units in _units(info) for part in parts])
        return parts

    @field_validator("ablated")
    @classmethod
    def _are_hidden(
        cls, parts: tuple[AblatedUnit, ...], info: ValidationInfo
    ) -> tuple[AblatedUnit, ...]:
        _refuse_faults([fault_of_ablated(part, units) for units in _units(info) for part in parts])
        return parts

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the network's inputs: features of the plane, or columns of a table."""
        return _inputs(self.data, self.features)

    @property
    def head(self) -> Head:
        """Output head and loss, which are one choice."""
        head = self.loss.head(self.data.task)
        assert head is not None, "validated above"
        return head

    @property
    def units(self) -> tuple[int, ...]:
        """Width of each layer: features, hidden layers, outputs."""
        hidden = (layer.units for layer in self.layers)
        return (len(self.inputs), *hidden, self.data.task.outputs)

    def dropout(self, layer: LayerSpec) -> float:
        """Share of a layer's units that is dropped: its own, or the one for all."""
        return self.regularization.dropout if layer.dropout is None else layer.dropout

    @property
    def architecture(self) -> Architecture:
        """The network that this spec describes."""
        units = self.units
        hidden = [
            Layer(
                fan_in,
                layer.units,
                layer.activation,
                batch_norm=layer.batch_norm,
                residual=layer.residual,
                dropout=self.dropout(layer) > 0,
                silent=silent_units(self.ablated, number),
            )
            for number, (fan_in, layer) in enumerate(zip(units, self.layers, strict=False), 1)
        ]
        return Architecture((*hidden, Layer(units[-2], units[-1], Linear())), self.head)


def _inputs(data: DatasetOption, features: tuple[str, ...]) -> tuple[str, ...]:
    if data.columns is None or not all(name in FEATURES for name in features):
        return features
    return data.columns


def _units(info: ValidationInfo) -> list[tuple[int, ...]]:
    """Width of each layer, features first; nothing where they were themselves refused."""
    data, features, layers = (info.data.get(name) for name in ("data", "features", "layers"))
    if not isinstance(data, DatasetOption) or features is None or layers is None:
        return []
    hidden = (layer.units for layer in layers)
    return [(len(_inputs(data, features)), *hidden, data.task.outputs)]


def _refuse_faults(faults: list[str | None]) -> None:
    for fault in faults:
        if fault is not None:
            raise PydanticCustomError("part", fault)


def fitting(spec: RunSpec) -> RunSpec:
    """The spec without those frozen and ablated parts that its network does not have.

    Parts go by the numbers of layer and unit: what has moved is another part.
    """
    units = spec.units
    frozen = tuple(part for part in spec.frozen if fault_of_frozen(part, units) is None)
    ablated = tuple(part for part in spec.ablated if fault_of_ablated(part, units) is None)
    return spec.model_copy(update={"frozen": frozen, "ablated": ablated})
