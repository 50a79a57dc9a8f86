"""What a run is and costs, from its spec alone: nothing is drawn or allocated."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.data import part_sizes
from engine.spec import RunSpec

GRID = 100 * 100
"""Points of a picture."""
UPDATE_SECONDS = 12e-6
"""Fixed cost of an update: about 30 calls of NumPy; measured with 2-4-2-1."""
LAYER_SECONDS = 4e-6
"""... and of each layer in it."""
OPERATIONS_PER_SECOND = 15e9
"""Of one core, products and element-wise work together; measured with 2-64-64-64-1."""

DRAWN_OPERATIONS_PER_SECOND = 60e9
"""In a picture: products of thousands of points at once; measured with 16 layers of 256 units."""
DRAWN_UNIT_SECONDS = 3e-9
"""Of a unit at one point: its activation, its share of the map."""


@dataclass(frozen=True)
class LayerFacts:
    """One layer's shape."""

    inputs: int
    units: int
    weights: tuple[int, int]
    """(fan_out, fan_in) as PyTorch's Linear has it."""
    parameters: int
    """Weights, biases, and what batch normalization learns."""
    operations: int
    """Floating-point operations for one point; a multiplication and an addition count as two."""


@dataclass(frozen=True)
class ModelFacts:
    """A network's size. Evaluation after each epoch is part of `epoch_operations`."""

    layers: tuple[LayerFacts, ...]
    parameters: int
    forward_operations: int
    """Floating-point operations of one forward pass of one point."""
    epoch_operations: int
    train_points: int
    test_points: int
    updates_per_epoch: int


@dataclass(frozen=True)
class Cost:
    """What an experiment asks of a worker."""

    memory_bytes: int
    seconds_per_epoch: float


def layer_facts(spec: RunSpec) -> tuple[LayerFacts, ...]:
    """Shapes, parameters and operations of each layer."""
    return tuple(
        LayerFacts(
            layer.fan_in,
            layer.units,
            (layer.rows, layer.fan_in),
            layer.parameters,
            # Products and sums with the bias, one operation per activation, four to normalize.
            (2 * layer.fan_in + 1) * layer.rows + layer.units + 4 * layer.rows * layer.batch_norm,
        )
        for layer in spec.architecture.layers
    )


def model_facts(spec: RunSpec) -> ModelFacts:
    """Shapes, parameters and operations of a run's network."""
    layers = layer_facts(spec)
    forward = sum(layer.operations for layer in layers)
    train, test = _point_counts(spec)
    size = train if spec.batch_size == "full" else min(spec.batch_size, train)
    return ModelFacts(
        layers=layers,
        parameters=sum(layer.parameters for layer in layers),
        forward_operations=forward,
        # A training pass is a forward pass and two products of the same size backward.
        epoch_operations=3 * forward * train + forward * (train + test),
        train_points=train,
        test_points=test,
        updates_per_epoch=-(-train // size),
    )


def _point_counts(spec: RunSpec) -> tuple[int, int]:
    train, validation, test = part_sizes(spec.data, spec.data.count)
    return train, validation or test


def estimate_cost(specs: Sequence[RunSpec]) -> Cost:
    """Memory and time of an experiment, to within a small factor.

    Memory is that of training all runs in one stack and drawing one of them at a time.
    """
    memory, seconds, largest_picture = 0, 0.0, 0
    for spec in specs:
        facts = model_facts(spec)
        item = 4 if spec.precision == "float32" else 8
        rows = sum(max(layer.rows, layer.units + 1) for layer in spec.architecture.layers)
        points = facts.train_points + facts.test_points
        columns = spec.units[0] + 1 + spec.units[-1]
        size = -(-facts.train_points // facts.updates_per_epoch)
        # Parameters, gradient, scratch, the optimizer's arrays; buffers z, f, a, delta, scratch.
        memory += facts.parameters * item * (5 + 2 * len(spec.optimizer.state))
        memory += rows * item * (5 * 2 * size + 3 * points)
        memory += columns * points * (3 * 8 + 4 * item)
        if spec.regularization.weight_noise:
            memory += facts.updates_per_epoch * facts.parameters * (item + 8)
        largest_picture = max(largest_picture, (rows + spec.units[0]) * GRID * item * 4)
        seconds += (
            facts.updates_per_epoch * (UPDATE_SECONDS + LAYER_SECONDS * len(facts.layers))
            + facts.epoch_operations / OPERATIONS_PER_SECOND
        )
    return Cost(memory + largest_picture, seconds)


def drawing_seconds(spec: RunSpec, detailed: bool) -> float:
    """Estimated time of one picture of GRID points, within a factor of three where it is long.

    detailed: with the maps of all units, which are drawn at all points and thinned afterwards.
    """
    layers = layer_facts(spec)
    passes, maps = (2, 4) if detailed else (1, 1)
    return GRID * (
        passes * sum(layer.operations for layer in layers) / DRAWN_OPERATIONS_PER_SECOND
        + maps * sum(layer.units for layer in layers) * DRAWN_UNIT_SECONDS
    )
