"""Contract tests: what every member of every family has to do, read from the unions."""

from typing import Any

import numpy as np
import pytest
from pydantic import BaseModel

from engine import RunSpec, load_data
from engine.activations import Activation, ActivationOption, LeakyRelu
from engine.arrays import Array, run_
from engine.data import plane, split
from engine.datasets import DOMAIN, ClassesOption, Custom, Dataset, DatasetOption, PlanarOption
from engine.features import FEATURES, feature_matrix
from engine.gradient_clip import ClipOption, GradientClip
from engine.initializers import Initializer, InitializerOption, Orthogonal
from engine.losses import Head, Loss, LossOption, Task
from engine.optimizers import Adam, Optimizer, OptimizerOption
from engine.option import Option
from engine.scaling import Scaling, ScalingOption
from engine.schedules import Schedule, ScheduleOption
from tests.engine.members import example, members

FAMILIES = [Activation, Initializer, Optimizer, Dataset, Loss, Schedule, Scaling, GradientClip]
EVERY = [member for family in FAMILIES for member in members(family)]


def each(union: Any) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "member", [example(m) for m in members(union)], ids=lambda m: m.kind
    )


@pytest.mark.parametrize("member", EVERY, ids=lambda m: m.__name__)
def test_explains_itself(member: type[BaseModel]) -> None:
    schema = member.model_json_schema()
    assert schema["title"] != member.__name__ or " " not in schema["title"]
    assert len(schema["description"]) > 20
    assert schema["x-formula"]
    for name, field in schema["properties"].items():
        if name != "kind":
            assert field["title"]
            assert field["description"].endswith((".", ")"))
            assert "default" in field or name in schema.get("required", ())


@pytest.mark.parametrize("member", EVERY, ids=lambda m: m.__name__)
def test_is_frozen_and_strict(member: type[Option]) -> None:
    option = example(member)
    with pytest.raises(ValueError, match="frozen"):
        option.kind = "other"  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="Extra inputs"):
        member.model_validate({"surprise": 1})
    assert hash(option) == hash(example(member))


@each(Activation)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_activation(member: ActivationOption, dtype: type) -> None:
    units, rows = 4, 4 * member.rows
    rng = np.random.default_rng(1)
    z: Array = rng.uniform(-4, 4, (rows, 15)).astype(dtype)
    kept: Array = z.copy()
    a: Array = np.empty((units, 15), dtype)
    member.forward_(z, a)
    assert a.dtype == dtype
    np.testing.assert_array_equal(z, kept)

    gapped: Array = np.empty((units + 1, 15), dtype)  # as where a row of ones follows
    member.forward_(z, gapped[:-1])
    np.testing.assert_array_equal(gapped[:-1], a)

    # The derivative of the sum of all activations by each z.
    slope: Array = np.ones_like(z)
    member.backward_(slope, z, a, np.empty_like(z))
    step = 1e-6
    for row in range(rows):
        moved = np.tile(z.astype(np.float64), (2, 1, 1))
        moved[0, row] += step
        moved[1, row] -= step
        both = np.empty((2, units, 15))
        member.forward_(moved, both)
        difference = (both[0] - both[1]).sum(axis=0) / (2 * step)
        np.testing.assert_allclose(
            slope[row], difference, atol=2e-6 if dtype == np.float64 else 1e-5
        )


@each(Activation)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_activation_in_a_stack_gives_the_same_bits(member: ActivationOption, dtype: type) -> None:
    z: Array = np.random.default_rng(2).normal(0, 3, (3, 5 * member.rows, 7)).astype(dtype)
    together: Array = np.empty((3, 6, 7), dtype)
    member.forward_(z, together[:, :-1])
    delta: Array = np.ones_like(z)
    member.backward_(delta, z, together[:, :-1], np.empty_like(z))
    for run in range(3):
        alone: Array = np.empty((5, 7), dtype)
        member.forward_(z[run].copy(), alone)
        assert alone.tobytes() == together[run, :-1].tobytes()
        slope: Array = np.ones_like(z[run])
        member.backward_(slope, z[run].copy(), alone, np.empty_like(slope))
        assert slope.tobytes() == delta[run].tobytes()


@each(Activation)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_activation_of_extreme_values_is_finite(member: ActivationOption, dtype: type) -> None:
    extreme: Array = np.array([[-1e9, 1e9, -89.0, 89.0, -720.0, 720.0]], dtype)
    z: Array = np.repeat(extreme, member.rows, axis=0)
    a: Array = np.empty_like(extreme)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        member.forward_(z, a)
        slope: Array = np.ones_like(z)
        member.backward_(slope, z, a, np.empty_like(z))
    assert np.isfinite(a).all()
    assert np.isfinite(slope).all()


def test_gains_are_those_of_pytorch() -> None:
    """torch.nn.init.calculate_gain; numpy-ml has 1.446 for the leaky ReLU."""
    gains = {m.model_fields["kind"].default: m() for m in members(Activation)}
    assert gains["tanh"].gain == pytest.approx(5 / 3)  # type: ignore[attr-defined]
    assert gains["relu"].gain == pytest.approx(2**0.5)  # type: ignore[attr-defined]
    assert gains["selu"].gain == pytest.approx(0.75)  # type: ignore[attr-defined]
    assert LeakyRelu(slope=0.3).gain == pytest.approx(1.3545709229571927)
    assert LeakyRelu().gain == pytest.approx(1.4141428569978354)


@each(Initializer)
def test_initializer(member: InitializerOption) -> None:
    first = member.weights(np.random.default_rng(1), 300, 200, 1.0)
    again = member.weights(np.random.default_rng(1), 300, 200, 1.0)
    assert first.shape == (300, 200)
    assert member.weights(np.random.default_rng(1), 3, 20, 1.0).shape == (3, 20)
    assert first.dtype == np.float64
    np.testing.assert_array_equal(first, again)
    if member.kind != "constant":
        assert abs(first.mean()) < 0.01
    if "gain" in type(member).model_fields:
        doubled = type(member).model_validate({"kind": member.kind, "gain": "auto"})
        by_two = doubled.weights(np.random.default_rng(1), 300, 200, 2.0)
        once = doubled.weights(np.random.default_rng(1), 300, 200, 1.0)
        np.testing.assert_allclose(by_two, 2 * once)


# Variance and largest size of torch.nn.init's functions for fan_in 300, fan_out 200.
MOMENTS = {
    "zeros": (0.0, 0.0),
    "constant": (0.0, 0.1),
    "normal": (0.01**2, np.inf),
    "uniform": (0.5**2 / 3, 0.5),
    "lecun_normal": (1 / 300, np.inf),
    "xavier_uniform": (2 / 500, (6 / 500) ** 0.5),
    "xavier_normal": (2 / 500, np.inf),
    "he_uniform": (2 / 300, (6 / 300) ** 0.5),
    "he_normal": (2 / 300, np.inf),
    "orthogonal": (1 / 300, np.inf),
}


@each(Initializer)
def test_initializer_moments(member: InitializerOption) -> None:
    variance, largest = MOMENTS[member.kind]
    weights = member.weights(np.random.default_rng(2), 300, 200, 1.0)
    assert weights.var() == pytest.approx(variance, rel=0.02, abs=1e-15)
    assert np.abs(weights).max() <= largest


@pytest.mark.parametrize(("fan_in", "fan_out"), [(40, 7), (7, 40), (5, 5)])
def test_orthogonal_weights_keep_lengths(fan_in: int, fan_out: int) -> None:
    q = Orthogonal().weights(np.random.default_rng(3), fan_in, fan_out, 1.0)
    gram = q.T @ q if fan_in >= fan_out else q @ q.T
    np.testing.assert_allclose(gram, np.eye(min(fan_in, fan_out)), atol=1e-12)


@each(Optimizer)
def test_optimizer(member: OptimizerOption) -> None:
    """Goes down a bowl, with columns of settings as with scalars, to the same bits."""

    def descend(theta: Array, columns: bool) -> Array:
        theta = theta.copy()
        begin = np.array(list(member.state.values()))
        state = np.ones((len(begin), *theta.shape)) * begin[:, None, None]
        for update in range(1, 401):
            values = member.coefficients(min(member.learning_rate * 5, 2.0), update)
            shape = (len(theta), 1) if columns else ()
            gradient = 2 * theta * np.array([1.0, 0.3])
            coefficients = tuple(np.full(shape, value) for value in values)
            run_(member.steps(theta, gradient, [*state], np.empty_like(theta), coefficients))
        return theta

    begin = np.array([[1.0, -2.0], [0.5, 3.0], [-4.0, 0.1]])
    end = descend(begin, columns=False)
    assert np.abs(end).sum() < 0.9 * np.abs(begin).sum()
    np.testing.assert_array_equal(end, descend(begin, columns=True))
    np.testing.assert_array_equal(end[1:2], descend(begin[1:2], columns=False))


def test_adam_divides_by_its_bias_correction() -> None:
    """ConvNetJS multiplies by it: its first steps are a thousand times too small."""
    adam = Adam(learning_rate=0.1)
    theta, state = np.array([1.0]), np.zeros((2, 1))
    gradient = np.array([3.0])
    values = tuple(np.array(value) for value in adam.coefficients(0.1, 1))
    run_(adam.steps(theta, gradient, tuple(state), np.empty(1), values))
    assert theta[0] == pytest.approx(0.9, abs=1e-6)  # the first step is the learning rate


@each(Schedule)
def test_schedule(member: ScheduleOption) -> None:
    rates = [member.rate(0.1, epoch, 25 * epoch, 25) for epoch in range(600)]
    assert all(0 <= rate <= 0.1 + 1e-12 for rate in rates)
    assert max(rates) == pytest.approx(0.1, rel=1e-3)
    warm = type(member).model_validate({"kind": member.kind, "warmup": 10})
    assert warm.rate(0.1, 0, 0, 25) == pytest.approx(rates[0] / 250)
    assert warm.rate(0.1, 10, 250, 25) == rates[10]


@each(Scaling)
def test_scaling(member: ScalingOption) -> None:
    rng = np.random.default_rng(4)
    x = rng.normal(3, [1.0, 20.0, 0.1], (200, 3))
    x[:, 2] += x[:, 0]
    x = np.hstack([x, np.full((200, 1), 7.0)])  # a column that does not vary
    shift, matrix = member.fit(x)
    scaled = (x - shift) @ matrix
    assert np.isfinite(scaled).all()
    if member.kind in ("center", "standardize", "whiten"):
        np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-9)
    if member.kind == "standardize":
        np.testing.assert_allclose(scaled.std(axis=0), [1, 1, 1, 0], atol=1e-9)
    if member.kind == "minmax":
        np.testing.assert_allclose(scaled.min(axis=0)[:3], -1, atol=1e-9)
        np.testing.assert_allclose(scaled.max(axis=0)[:3], 1, atol=1e-9)
    if member.kind == "whiten":
        np.testing.assert_allclose(scaled.T @ scaled / 200, np.diag([1, 1, 1, 0]), atol=1e-9)


@each(Scaling)
def test_scaling_looks_at_training_points_only(member: ScalingOption) -> None:
    spec = RunSpec.model_validate({"data": "wine", "scaling": member, "precision": "float64"})
    data, parts = load_data(spec), split(spec.data)
    shift, matrix = member.fit(parts.train_points)
    np.testing.assert_allclose(data.train_x, (parts.train_points - shift) @ matrix, atol=1e-9)
    np.testing.assert_allclose(data.test_x, (parts.test_points - shift) @ matrix, atol=1e-9)


@each(GradientClip)
def test_gradient_clip(member: ClipOption) -> None:
    gradient = np.array([[3.0, -4.0, 0.1], [0.01, 0.02, -0.03]])
    clipped = gradient.copy()
    run_(member.steps(clipped))
    np.testing.assert_allclose(clipped[1], gradient[1], rtol=1e-3)  # small ones pass
    if member.kind == "norm":
        assert np.linalg.norm(clipped[0]) == pytest.approx(1.0, rel=1e-5)
        np.testing.assert_allclose(clipped[0] / clipped[0, 0], gradient[0] / gradient[0, 0])
    if member.kind == "value":
        np.testing.assert_array_equal(clipped[0], [0.5, -0.5, 0.1])


@each(Loss)
@pytest.mark.parametrize("task", [Task(0), Task(2), Task(3), Task(5)], ids=str)
def test_loss(member: LossOption, task: Task) -> None:
    head = member.head(task)
    if head is None:
        assert task.kind == "regression"
        assert member.kind in ("cross_entropy", "hinge")
        return
    rng = np.random.default_rng(5)
    z = rng.uniform(-3, 3, (task.outputs, 12))
    targets = (np.arange(12) % max(task.classes, 2)).astype(np.float64)
    encoded = head.encode(targets, 0.1 if head.smooths else 0.0)
    assert encoded.shape == (task.outputs, 12)
    assert head.predict(z).shape == z.shape
    delta, step = np.empty_like(z), 1e-6
    head.delta_(z, encoded, np.array(0.5 * head.factor), delta)
    for row in range(task.outputs):
        offset = np.zeros_like(z)
        offset[row] = step
        slope = (head.losses(z + offset, encoded) - head.losses(z - offset, encoded)) / (2 * step)
        np.testing.assert_allclose(delta[row], 0.5 * slope, atol=1e-8)
    if task.kind == "multiclass" and member.kind != "hinge":
        np.testing.assert_allclose(head.predict(z).sum(axis=0), 1)
    if task.kind != "regression":
        check_extremes(head)


def check_extremes(head: Head) -> None:
    """A hopelessly wrong logit gives a large or a full loss, never infinity."""
    outputs = head.task.outputs
    rows = np.full((outputs, 2), -500.0)
    rows[0, 1] = 500.0 if outputs == 1 else -500.0
    if outputs > 1:
        rows[0, 0] = rows[1, 1] = 500.0
    right, wrong = np.array([0.0, 1.0]), np.array([1.0, 0.0])
    losses = head.losses(rows, head.encode(wrong))
    assert np.isfinite(losses).all()
    assert (losses > head.losses(rows, head.encode(right)) + 0.1).all()
    hits = head.hits(rows, head.encode(right))
    assert hits is not None
    assert hits.all()
    assert not np.any(head.hits(rows, head.encode(wrong)))


def made(member: DatasetOption, **fields: Any) -> DatasetOption:
    """The same kind of data with other settings."""
    own = {"id": member.id} if isinstance(member, Custom) else {}
    return type(member).model_validate({"kind": member.kind, **own, **fields})


@each(Dataset)
def test_dataset(member: DatasetOption) -> None:
    points, targets = member.points()
    width = 2 if member.columns is None else len(member.columns)
    assert points.shape == (len(targets), width)
    again, _ = made(member).points()
    np.testing.assert_array_equal(points, again)
    classes = member.task.classes
    if classes:
        assert set(targets) == set(range(classes))
        assert len(member.class_names) == classes
    else:
        assert np.abs(targets).max() < 2
    flat = plane(member)
    placed = flat.place(points)
    left, right, bottom, top = flat.domain
    assert (placed >= [left, bottom]).all()
    assert (placed <= [right, top]).all()
    np.testing.assert_allclose(flat.place(flat.lift(placed)), placed, atol=1e-9)


@each(Dataset)
def test_planar_data(member: DatasetOption) -> None:
    if not isinstance(member, PlanarOption):
        return
    points, targets = member.points()
    assert len(targets) == member.samples
    other, _ = made(member, seed=1).points()
    assert not np.array_equal(points, other)
    clean, _ = made(member, noise=0.0).points()
    assert (np.abs(clean) <= DOMAIN[1]).all()
    # More noise moves the same points further: it draws no others.
    noisy, same_targets = made(member, noise=0.2).points()
    np.testing.assert_allclose(noisy - clean, 2 * (points - clean), atol=1e-12)
    np.testing.assert_array_equal(targets, same_targets)
    if isinstance(member, ClassesOption):
        counts = np.bincount(targets.astype(int))
        assert counts.max() - counts.min() <= 1
        uneven = np.bincount(made(member, imbalance=0.5).points()[1].astype(int))
        np.testing.assert_allclose(uneven[1:] / uneven[:-1], 0.5, rtol=0.05)


@each(Dataset)
def test_label_noise(member: DatasetOption) -> None:
    (points, right), (same, noisy) = (
        made(member, label_noise=noise).points() for noise in (0.0, 0.3)
    )
    np.testing.assert_array_equal(points, same)
    if member.task.classes:
        assert (right != noisy).mean() == pytest.approx(0.3, abs=0.08)
        assert set(noisy) <= set(range(member.task.classes))
    else:
        assert (noisy - right).std() == pytest.approx(0.3, rel=0.2)


@each(Dataset)
@pytest.mark.parametrize(("samples", "fraction"), [(10, 0.1), (11, 0.5), (500, 0.9)])
def test_split(member: DatasetOption, samples: int, fraction: float) -> None:
    sized = {"samples": samples} if isinstance(member, PlanarOption) else {}
    data = made(member, train_fraction=fraction, **sized)
    parts = split(data)
    every = data.points()[0]
    assert len(parts.train_points) == len(parts.train_targets) == round(len(every) * fraction)
    both = np.vstack([parts.train_points, parts.test_points])
    assert sorted(map(tuple, both)) == sorted(map(tuple, every))


@pytest.mark.parametrize("name", FEATURES)
def test_feature(name: str) -> None:
    points = np.array([[0.5, -2.0], [3.0, 4.0]])
    by_hand = {"x1": 3.0, "x2": 4.0, "x1^2": 9.0, "x2^2": 16.0, "x1*x2": 12.0, "radius": 5.0}
    by_hand |= {"sin(x1)": np.sin(3), "sin(x2)": np.sin(4)}
    by_hand |= {"cos(x1)": np.cos(3), "cos(x2)": np.cos(4)}
    matrix = feature_matrix(points, (name,), None)
    assert matrix.shape == (2, 1)
    assert matrix[1, 0] == by_hand[name]
    spec = RunSpec.model_validate({"features": [name], "precision": "float64"})
    np.testing.assert_array_equal(
        load_data(spec).train_x, feature_matrix(split(spec.data).train_points, (name,), None)
    )


def test_columns_of_a_table_are_features() -> None:
    spec = RunSpec.model_validate({"data": "iris", "features": ["petal width", "sepal length"]})
    parts = split(spec.data)
    np.testing.assert_allclose(load_data(spec).train_x, parts.train_points[:, [3, 0]], rtol=1e-6)
    every = RunSpec.model_validate({"data": "iris"})
    assert every.inputs == ("sepal length", "sepal width", "petal length", "petal width")
