"""What a run is and costs, from its spec alone: nothing is drawn or allocated."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.batches import ORDERS
from engine.data import part_sizes
from engine.passes import CHUNK
from engine.spec import RunSpec

GRID = 100 * 100
"""Points of a picture."""
WIDE = 64
"""From this width on BLAS and the caches decide, and stacking costs more than it saves."""
MAX_STACK = 64
"""Runs."""

# Seconds on one core, fitted to 1,100 measurements of random specs (0.3 to 2.5 times what was
# measured) and a quarter more: a cost had better be estimated too high than too low.
STACK, STACK_LAYER, STACK_RUN = 480e-6, 140e-6, 97e-6
"""Making a stack, for each slice of training: by itself, and for each layer, and each run."""
BYTE = 0.12e-9
"""Of memory that is new: that of batches and of going backward."""
SHUFFLED, LAID_OUT, RANDOM, RANDOM_NORMAL = 32e-9, 5e-9, 19e-9, 27e-9
"""Of a number: an order drawn, a batch laid out, a mask and a noise drawn."""
UPDATE, UPDATE_LAYER, UPDATE_RUN_LAYER, UPDATE_SETTING = 6e-6, 5e-6, 0.8e-6, 0.8e-6
"""An update: calls of NumPy, products of each run, coefficients of each optimizer's settings."""
UPDATE_NORM = 20e-6
"""... and what batch normalization adds in a layer."""
EVALUATION, EVALUATION_LAYER, EVALUATION_RUN_LAYER = 45e-6, 12e-6, 6.2e-6
"""The same of evaluating a chunk of points."""
OPERATION, PARAMETER = 17.5e-12, 0.76e-9
"""An operation of a product; each array of the optimizer, by parameter and update."""
ACTIVATION_BOTH_WAYS, ACTIVATION, OUTPUT = 4.8e-9, 1.3e-9, 10e-9
"""By unit and point: forward and backward; forward alone; the loss and the metrics."""
DRAWING_OPERATIONS = 5e9
"""Of a picture: larger networks are drawn in fewer points, but in no less than 25 x 25."""

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
    """Of all runs, evaluated once; without making the stacks."""
    update_seconds: float
    """One update of all runs, in a slice of its own: stacks are made and batches drawn for it."""
    evaluation_seconds: float
    """Evaluating all runs, likewise."""


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


def stack_key(spec: RunSpec) -> object:
    """Runs with equal ones can share a stack: equal in all but seeds, optimizer and penalties."""
    return (
        spec.architecture,
        tuple(spec.dropout(layer) for layer in spec.layers),
        spec.layer_rates,
        spec.gradient_clip,
        spec.regularization.shape,
        spec.batch_size,
        spec.precision,
        _point_counts(spec),
    )


def estimate_cost(specs: Sequence[RunSpec], seeds: Sequence[int] | None = None) -> Cost:
    """Memory and time of an experiment, to within a small factor.

    seeds: with how many each spec is trained; once if not given. Memory is that of training stack
    by stack and drawing one run at a time.
    """
    counts = [1] * len(specs) if seeds is None else seeds
    stacks: dict[object, list[tuple[RunSpec, int]]] = {}
    for spec, count in zip(specs, counts, strict=True):
        stacks.setdefault(stack_key(spec), []).append((spec, count))
    costs = [_cost_of_alike(lanes) for lanes in stacks.values()]
    # One stack is made while the one before is still there.
    largest = sorted(cost.stack_bytes for cost in costs for _ in range(cost.stacks))[-2:]
    return Cost(
        memory_bytes=sum(cost.kept_bytes for cost in costs)
        + sum(largest)
        + max((cost.picture_bytes for cost in costs), default=0),
        seconds_per_epoch=sum(cost.epoch for cost in costs),
        update_seconds=sum(cost.update for cost in costs),
        evaluation_seconds=sum(cost.evaluation for cost in costs),
    )


@dataclass(frozen=True)
class _Alike:
    """What the runs that can share stacks cost together; seconds as in `Cost`."""

    stacks: int
    stack_bytes: int
    kept_bytes: int
    picture_bytes: int
    epoch: float
    update: float
    evaluation: float


def _cost_of_alike(lanes: Sequence[tuple[RunSpec, int]]) -> _Alike:
    spec, runs = lanes[0][0], sum(count for _, count in lanes)
    facts, hidden = model_facts(spec), spec.architecture.layers[:-1]
    item = 4 if spec.precision == "float32" else 8
    slower = item / 4
    in_stack = 1 if max(spec.units) >= WIDE else min(runs, MAX_STACK)
    stacks = -(-runs // in_stack)
    stacked = runs if in_stack > 1 else 0
    layers, learned = len(facts.layers), facts.train_points
    points, updates = learned + facts.test_points, facts.updates_per_epoch
    batch = -(-learned // updates)
    columns, outputs = spec.units[0] + 1 + spec.units[-1], spec.units[-1]
    products = sum(2 * (layer.inputs + 1) * layer.weights[0] for layer in facts.layers)
    efforts = sum(layer.rows * (layer.activation.effort + layer.batch_norm) for layer in hidden)
    normed = sum(layer.batch_norm for layer in hidden)
    arrays = 3 + max(len(one.optimizer.state) for one, _ in lanes)
    settings = len({(one.optimizer, one.schedule) for one, _ in lanes})
    noise, dropped = (
        spec.regularization,
        sum(layer.units for layer in spec.layers if spec.dropout(layer)),
    )

    noisy = updates * facts.parameters if noise.weight_noise else 0
    stack_bytes = _stack_bytes(spec, facts, arrays, noisy, dropped)
    make = stacks * (STACK + STACK_LAYER * layers) + STACK_RUN * runs
    seeds = {one.seed + offset for one, count in lanes for offset in range(count)}
    orders = SHUFFLED * learned * len(seeds) if updates > 1 else 0.0
    draw = LAID_OUT * runs * learned * columns
    draw += RANDOM * runs * learned * (dropped + (columns if noise.input_noise else 0))
    draw += RANDOM_NORMAL * runs * noisy
    update = (
        stacks * (UPDATE + UPDATE_LAYER * layers + UPDATE_NORM * normed + UPDATE_SETTING * settings)
        + UPDATE_RUN_LAYER * stacked * layers
        + slower * runs * batch * (3 * products * OPERATION + efforts * ACTIVATION_BOTH_WAYS)
        + slower * runs * facts.parameters * arrays * PARAMETER
    )
    evaluation = -(-points // CHUNK) * (
        stacks * (EVALUATION + EVALUATION_LAYER * layers) + EVALUATION_RUN_LAYER * stacked * layers
    ) + slower * runs * points * (products * OPERATION + efforts * ACTIVATION + outputs * OUTPUT)
    return _Alike(
        stacks,
        # Besides the arrays, the objects that stand for layers and batches.
        in_stack * stack_bytes + 20_000 * layers + 1_000 * updates,
        runs * (2 * facts.parameters * item * (arrays - 2) + 4_000),
        _picture_bytes(spec, facts),
        epoch=updates * update + evaluation + draw + orders,
        update=make + BYTE * runs * stack_bytes + draw + ORDERS * orders + update,
        evaluation=make + evaluation,
    )


def _stack_bytes(spec: RunSpec, facts: ModelFacts, arrays: int, noisy: int, dropped: int) -> int:
    """Memory of a stack, for each of its runs."""
    item = 4 if spec.precision == "float32" else 8
    tall = [max(layer.rows, layer.units + 1) for layer in spec.architecture.layers]
    learned, points = facts.train_points, facts.train_points + facts.test_points
    batch = -(-learned // facts.updates_per_epoch)
    columns = spec.units[0] + 1 + spec.units[-1]
    numbers = facts.parameters * (arrays + 3)
    numbers += learned * (2 * columns + 2 * dropped) + 4 * points * columns
    # z, a, slope and what else a layer keeps; then what passes from layer to layer.
    numbers += 6 * batch * sum(tall) + 6 * min(CHUNK, points) * max(tall)
    return numbers * item + 8 * ORDERS * learned + noisy * (item + 8) + 10_000


def _picture_bytes(spec: RunSpec, facts: ModelFacts) -> int:
    """Memory of drawing a run with all its units."""
    item = 4 if spec.precision == "float32" else 8
    tall = sum(max(layer.rows, layer.units + 1) for layer in spec.architecture.layers)
    points = min(GRID, max(25 * 25, int(DRAWING_OPERATIONS / facts.forward_operations)))
    return (tall + spec.units[0]) * points * item * 4


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
