"""What goes over HTTP, and as text over the WebSocket: the API's documentation is made of these."""

from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    FailFast,
    Field,
    TypeAdapter,
    model_validator,
)
from pydantic_core import PydanticCustomError

from engine import Fingerprints, RunSpec, SweepResult, SweepSpec, WeightEdit

Status = Literal["paused", "playing", "finished", "diverged"]
Numbers = list[float | None]
MAX_EPOCH = 10_000_000
MAX_BATCH = 10_000
MAX_SEEDS = 32
MAX_EDITS = 1000
MAX_LANES = 64
"""Also of a server that allows more than usual."""
Seeds = Annotated[int, Field(ge=1, le=MAX_SEEDS)]


class Message(BaseModel):
    """Unknown keys and non-finite numbers are refused."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Change(Message):
    """Settings that were, or are to be, changed during training."""

    epoch: Annotated[int, Field(ge=0, le=MAX_EPOCH, description="Completed epochs before it.")]
    batch: Annotated[
        int, Field(ge=0, le=MAX_BATCH, description="Completed batches of the epoch begun.")
    ] = 0
    run: Annotated[int, Field(ge=0)] = 0
    changes: Annotated[dict[str, Any], Field(description="Part of a RunSpec.")] = {}
    weights: Annotated[
        list[WeightEdit],
        FailFast(),
        Field(
            max_length=MAX_EDITS,
            description="Set after the settings, one after the other.",
            exclude_if=lambda weights: not weights,
        ),
    ] = []


class Creation(Message):
    """A new experiment."""

    # One faulty item is enough: there may be very many.
    runs: Annotated[list[RunSpec], FailFast(), Field(min_length=1, max_length=MAX_LANES)]
    seeds: Annotated[
        Annotated[list[Seeds], Field(max_length=MAX_LANES)] | None,
        Field(description="How many seeds each run is trained with, from its own on; 1 if absent."),
    ] = None
    changes: Annotated[
        list[Change],
        FailFast(),
        Field(max_length=10_000, description="To be applied, each at its epoch."),
    ] = []
    epoch: Annotated[
        int, Field(ge=0, le=MAX_EPOCH, description="Train up to this epoch at once, then pause.")
    ] = 0
    batch: Annotated[
        int, Field(ge=0, le=MAX_BATCH, description="And this many batches of the next epoch.")
    ] = 0


Loss = Annotated[float, Field(ge=0, description="At most this.")]
Accuracy = Annotated[float, Field(ge=0, le=1, description="At least this.")]


class Until(Message):
    """Where to pause: after the first epoch from now at which any of these is reached."""

    epoch: Annotated[int, Field(ge=1, le=MAX_EPOCH)] | None = None
    train_loss: Loss | None = None
    test_loss: Loss | None = None
    train_accuracy: Accuracy | None = None
    test_accuracy: Accuracy | None = None
    run: Annotated[int, Field(ge=0, description="Whose numbers count: medians over its seeds.")] = 0

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.model_dump(exclude={"run"}, exclude_none=True):
            return self
        raise PydanticCustomError("until", "Say what is to be reached")


class Play(Message):
    """How fast to train, and how far."""

    epochs_per_second: Annotated[
        float | None, Field(gt=0, le=1e6, description="null is as fast as possible.")
    ] = None
    until: Annotated[
        Until | None,
        Field(description="null is no end; without it, one that was set before goes on."),
    ] = None


class Step(Message):
    """How far to train; whole epochs go first."""

    epochs: Annotated[int | None, Field(ge=0, le=100_000)] = None
    batches: Annotated[int, Field(ge=0, le=MAX_BATCH)] = 0


class Reset(Message):
    """How to begin again."""

    new_weights: Annotated[bool, Field(description="Draw other weights: new seeds.")] = False


class NewLane(Message):
    """A copy of a run with some settings changed."""

    run: Annotated[int, Field(ge=0)] = 0
    changes: Annotated[dict[str, Any], Field(description="Part of a RunSpec.")] = {}
    seeds: Seeds | None = None


class Addition(Message):
    """Runs to add."""

    lanes: Annotated[list[NewLane], FailFast(), Field(min_length=1, max_length=MAX_LANES)]


class Seek(Message):
    """Where to go back to."""

    epoch: Annotated[int, Field(ge=0, le=MAX_EPOCH)]
    batch: Annotated[int, Field(ge=0, le=MAX_BATCH)] = 0


class PlacedLane(Message):
    """A run that is there, or one that is made from its settings at epoch 0."""

    run: Annotated[int | None, Field(ge=0, description="Its number now.")] = None
    base: Annotated[RunSpec | None, Field(description="Its settings at epoch 0.")] = None
    seeds: Annotated[Seeds, Field(description="How many seeds it is made with.")] = 1
    forked: Annotated[Seek | None, Field(description="Where it had been forked, if it was.")] = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.run is None) != (self.base is None):
            return self
        raise PydanticCustomError("placed", "Give either the number of a run or its settings")


class Arrangement(Message):
    """The runs to have, in their order."""

    lanes: Annotated[list[PlacedLane], FailFast(), Field(min_length=1, max_length=MAX_LANES)]
    changes: Annotated[
        list[Change],
        FailFast(),
        Field(
            max_length=10_000,
            description="Of runs that are made, each at its epoch; `run` counts in `lanes`.",
        ),
    ] = []


class Order(Message):
    """A new order of the runs; the first is the main one."""

    runs: Annotated[list[int], FailFast(), Field(max_length=MAX_LANES)]


class Edits(Message):
    """Weights to set."""

    weights: Annotated[list[WeightEdit], FailFast(), Field(min_length=1, max_length=MAX_EDITS)]


class SeedCount(Message):
    """How many seeds a run is trained with."""

    seeds: Seeds


class Fork(Seek):
    """Where another future begins, and what is different in it."""

    run: Annotated[int, Field(ge=0)] = 0
    changes: Annotated[dict[str, Any], Field(description="Part of a RunSpec.")] = {}


class Moment(BaseModel):
    """A place in time."""

    epoch: int
    batch: Annotated[int, Field(description="Completed batches of the epoch begun.")]


class Rewind(Moment):
    """A place that was gone back to, and from which it then went on."""

    before: Annotated[int, Field(description="The epoch that it was gone back from.")]


class RunState(BaseModel):
    """One run of an experiment, with all its seeds."""

    spec: Annotated[RunSpec, Field(description="With every default written out.")]
    base: Annotated[RunSpec, Field(description="The settings at epoch 0.")]
    seeds: Annotated[int, Field(description="How many seeds it is trained with.")]
    units: Annotated[list[int], Field(description="Features, hidden layers, outputs.")]
    parameters: Annotated[int, Field(description="Number of learned numbers.")]
    status: Literal["training", "diverged", "finished"]
    message: Annotated[str, Field(description="Why it diverged and what to try.")]
    diverged: Annotated[int, Field(description="How many of its seeds have diverged.")]
    fingerprints: Annotated[
        Fingerprints, Field(description="Equal ones are of equal points, weights, batch orders.")
    ]
    forked: Annotated[
        Moment | None, Field(description="Where it was forked from another run, if it was.")
    ]


class ExperimentState(BaseModel):
    """An experiment."""

    id: str
    status: Status
    message: Annotated[str, Field(description="Why the server paused it, if it did.")]
    epoch: Annotated[int, Field(description="Completed epochs.")]
    batch: Annotated[int, Field(description="Completed batches of the epoch begun.")]
    last: Annotated[int, Field(description="Last epoch of the history: later after going back.")]
    timeline: Annotated[
        int,
        Field(
            description="Grows whenever the history is cut back or is of other runs: what was "
            "received of it is void."
        ),
    ]
    epochs_per_second: Annotated[float | None, Field(description="Speed limit; null is none.")]
    until: Annotated[Until | None, Field(description="Where it will pause by itself.")]
    worker_seconds: Annotated[float, Field(description="CPU time that its training has taken.")]
    runs: list[RunState]
    changes: Annotated[list[Change], Field(description="Settings changed during training.")]
    rewinds: Annotated[
        list[Rewind],
        Field(description="Places gone back to and gone on from, the latest last; not too many."),
    ]


class Tuned(ExperimentState):
    """An experiment after a change of settings."""

    restarted: Annotated[
        list[str], Field(description="Settings that could not change live: all began at epoch 0.")
    ]


class Points(BaseModel):
    """Points of the plane with their class or value."""

    x: list[Annotated[list[float], Field(min_length=2, max_length=2)]]
    y: list[float]


class ActivationCurve(BaseModel):
    """An activation function and its slope; empty where it is learned (maxout)."""

    z: list[float]
    value: list[float]
    slope: list[float]


class RateCurve(BaseModel):
    """The learning rate that will be in force, over the epochs in which it changes."""

    epoch: list[float]
    rate: list[float]


class FirstWeights(BaseModel):
    """The weights that a layer begins with, without biases."""

    fan_in: int
    units: int
    counts: Annotated[list[int], Field(description="In equal bins from -reach to reach.")]
    reach: float
    mean: float
    std: float


class PreviewOfRun(BaseModel):
    """What settings mean before anything is trained."""

    activations: Annotated[list[ActivationCurve], Field(description="Of each hidden layer.")]
    schedule: RateCurve
    weights: Annotated[list[FirstWeights], Field(description="Of each layer, the output last.")]


class Thumbnail(Points):
    """A few points of a kind of data."""

    title: str


class Upload(Message):
    """Points of the user's own."""

    title: str = ""
    # One fault is enough: there may be a million numbers.
    x: Annotated[
        list[Annotated[list[float], FailFast()]],
        FailFast(),
        Field(description="Points of the plane, within -6 and 6; or the rows of a table."),
    ]
    y: Annotated[
        list[float],
        FailFast(),
        Field(description="Class, counted from 0, or value of each point."),
    ]
    columns: Annotated[list[str] | None, Field(description="Names of a table's columns.")] = None
    class_names: list[str] | None = None
    task: Annotated[
        Literal["classification", "regression"] | None,
        Field(
            description="What is to be learned. Without it: classes where they have names or all "
            "of y are whole numbers, otherwise values."
        ),
    ] = None


class DataDescription(BaseModel):
    """A stored data set."""

    id: Annotated[str, Field(description='For runs: {"data": {"kind": "custom", "id": id}}.')]
    title: str
    task: Literal["binary", "multiclass", "regression"]
    classes: Annotated[int, Field(description="0 for regression.")]
    class_names: list[str]
    columns: Annotated[list[str] | None, Field(description="null for points of the plane.")]
    rows: int


class StoredData(DataDescription, Points):
    """A stored data set with a few of its points, placed in the plane."""


class Rows(BaseModel):
    """The values of a table's columns, point by point."""

    train: list[list[float]]
    test: list[list[float]]


class RunData(BaseModel):
    """The points of a run, as drawn: before features and scaling."""

    domain: Annotated[tuple[float, float, float, float], Field(description="x1, then x2.")]
    task: Literal["binary", "multiclass", "regression"]
    classes: Annotated[int, Field(description="0 for regression.")]
    class_names: list[str]
    columns: Annotated[
        list[str] | None,
        Field(
            description="A table's columns; its points are placed by their first two principal "
            "components. null for points of the plane."
        ),
    ]
    train: Points
    test: Points
    rows: Annotated[
        Rows | None,
        Field(description="null for points of the plane, and where there are too many values."),
    ]


class RunHistory(BaseModel):
    """Numbers of one seed of a run, one per epoch of the table; null where there is none.

    `milliseconds` are those since the epoch before in the table.
    """

    name: str
    run: int
    seed: int
    train_loss: Numbers
    test_loss: Numbers
    train_accuracy: Numbers
    test_accuracy: Numbers
    train_r2: Numbers
    test_r2: Numbers
    train_mae: Numbers
    test_mae: Numbers
    penalty: Numbers
    learning_rate: Numbers
    updates: Numbers
    milliseconds: Numbers


class LastBatch(BaseModel):
    """What the latest update of a run, of its first seed, learned from; empty before the first and
    once it has ended."""

    epoch: Annotated[int, Field(description="Completed epochs after it.")]
    batch: Annotated[int, Field(description="Completed batches of the epoch begun.")]
    points: Annotated[list[int], Field(description="Indices into the training points.")]
    dropped: Annotated[
        list[list[int]],
        Field(description="Of each hidden layer the units left out for at least half the points."),
    ]
    shares: Annotated[
        list[list[float]],
        Field(
            description="Of each hidden layer and unit the share of the points for which dropout "
            "left it out; empty for a layer without."
        ),
    ]


class HistoryTable(BaseModel):
    """The numbers of the epochs in `epoch`."""

    epoch: list[int]
    runs: list[RunHistory]


class RunSummary(BaseModel):
    """One run in a few numbers: medians over its seeds, null where there is none."""

    name: str
    run: int
    seeds: int
    diverged: Annotated[int, Field(description="How many of its seeds have diverged.")]
    reached: Annotated[float, Field(description="Share of the seeds that reached the target.")]
    epochs_to_target: float | None
    updates_to_target: float | None
    milliseconds_to_target: float | None
    best: Annotated[float | None, Field(description="Smallest test loss.")]
    best_epoch: float | None
    final: Annotated[float | None, Field(description="Last test loss.")]
    stability: Annotated[
        float | None,
        Field(description="Standard deviation of the test loss over the last tenth."),
    ]
    accuracy: float | None
    r2: float | None


class SummaryTable(BaseModel):
    """All runs in a few numbers."""

    target: Annotated[float, Field(description="The test loss to reach.")]
    runs: list[RunSummary]


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    path: Annotated[str, Field(examples=["optimizer.learning_rate"])]
    detail: str


class Problem(BaseModel):
    """RFC 9457: why a call failed."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    path: Annotated[str | None, Field(description="The first field at fault.")] = None
    errors: Annotated[list[FieldProblem] | None, Field(description="All of them.")] = None
    waiting: Annotated[
        int | None,
        Field(
            description="The server is full: so many come in before you, if you ask again after "
            "the time that Retry-After says."
        ),
    ] = None


class SweepState(BaseModel):
    """A sweep: how far it is, and once it has finished what it found."""

    id: str
    status: Literal["running", "finished", "failed"]
    message: Annotated[str, Field(description="Why it failed.")]
    done: Annotated[int, Field(description="Epochs trained, those of all runs together.")]
    total: Annotated[int, Field(description="Epochs to train.")]
    spec: Annotated[SweepSpec, Field(description="With every default written out.")]
    result: SweepResult | None


class Ack(Message):
    """The viewer has drawn the frame: it gives back one credit."""

    type: Literal["ack"]
    sequence: Annotated[int, Field(strict=True, ge=0)]
    held: Annotated[
        float,
        Field(ge=0, le=3600, description="Seconds between its arrival and this message."),
    ] = 0


Unit = tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]]


class Focus(Message):
    """Units to picture at full resolution: run, layer (0 are the features), unit."""

    type: Literal["focus"]
    units: Annotated[list[Unit], Field(max_length=16)]


def _has_size(domain: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    left, right, bottom, top = domain
    if right - left < LEAST_SIDE or top - bottom < LEAST_SIDE:
        raise PydanticCustomError("domain", "x1 from, to; x2 from, to: each from below its to")
    return domain


Place = Annotated[float, Field(ge=-1e6, le=1e6)]
LEAST_SIDE = 1e-6
UnitNumber = Annotated[int, Field(ge=0)]


class LayerView(Message):
    """A plane of a layer's activations."""

    layer: Annotated[int, Field(ge=0, description="0 are the features.")]
    units: Annotated[
        tuple[UnitNumber, UnitNumber] | None,
        Field(description="Two of its units; null: its principal plane."),
    ] = None


class Look(Message):
    """What the viewer looks at."""

    type: Literal["view"]
    run: Annotated[int, Field(ge=0, description="The run whose units are pictured.")] = 0
    seeds: Annotated[
        list[Annotated[int, Field(ge=0, lt=MAX_SEEDS)]],
        Field(
            max_length=MAX_LANES, description="Which seed of each run is pictured; 0 is the first."
        ),
    ] = []
    spread: Annotated[bool, Field(description="Also picture where the seeds disagree.")] = False
    domain: Annotated[
        tuple[Place, Place, Place, Place] | None,
        AfterValidator(lambda domain: domain and _has_size(domain)),
        Field(description="Also picture this part of the run's plane: x1 from, to; x2 from, to."),
    ] = None
    points: Annotated[
        bool, Field(description="Also give the run's exact answers at its points.")
    ] = False
    warp: Annotated[
        LayerView | None, Field(description="Also picture what a layer of the run sees.")
    ] = None


FromViewer: TypeAdapter[Ack | Focus | Look] = TypeAdapter(
    Annotated[Ack | Focus | Look, Field(discriminator="type")]
)
