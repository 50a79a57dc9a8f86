"""Contract tests: what every member of every family has to do, read from the unions."""

from typing import Any

import numpy as np
import pytest
from pydantic import BaseModel

from engine import RunSpec, load_data
from engine.activations import Activation, ActivationOption
from engine.arrays import Array
from engine.data import split
from engine.datasets import DOMAIN, Dataset, DatasetOption
from engine.features import FEATURES, FeatureName, feature_matrix
from engine.initializers import Initializer, InitializerOption
from engine.losses import Head, Loss, LossOption
from engine.optimizers import Optimizer, OptimizerOption
from engine.schedules import Schedule, ScheduleOption
from tests.engine.members import members

FAMILIES = [Activation, Initializer, Optimizer, Dataset, Loss, Schedule]
EVERY = [member for family in FAMILIES for member in members(family)]


def each(union: Any) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("member", [m() for m in members(union)], ids=lambda m: m.kind)


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
            assert "default" in field


@pytest.mark.parametrize("member", EVERY, ids=lambda m: m.__name__)
def test_is_frozen_and_strict(member: type[BaseModel]) -> None:
    option = member()
    with pytest.raises(ValueError, match="frozen"):
        option.kind = "other"  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="Extra inputs"):
        member(surprise=1)
    assert hash(option) == hash(member())


@each(Activation)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_activation(member: ActivationOption, dtype: type) -> None:
    z: Array = np.linspace(-4, 4, 60, dtype=dtype).reshape(4, 15)
    kept, a = z.copy(), np.empty_like(z)
    member.forward_(z, a)
    assert a.dtype == dtype
    np.testing.assert_array_equal(z, kept)

    gapped: Array = np.empty((5, 15), dtype)  # as in the engine, where a row of ones follows
    member.forward_(z, gapped[:-1])
    np.testing.assert_array_equal(gapped[:-1], a)

    slope = np.ones_like(z)
    member.backward_(slope, z, a, np.empty_like(z))
    wide, step = z.astype(np.float64), 1e-6
    plus, minus = np.empty_like(wide), np.empty_like(wide)
    member.forward_(wide + step, plus)
    member.forward_(wide - step, minus)
    np.testing.assert_allclose(slope, (plus - minus) / (2 * step), atol=1e-6)

    extreme: Array = np.array([[-1e30, 1e30, -88.0, 88.0]], dtype)
    out = np.empty_like(extreme)
    member.forward_(extreme, out)
    assert np.isfinite(out).all()


@each(Initializer)
def test_initializer(member: InitializerOption) -> None:
    first = member.weights(np.random.default_rng(1), 300, 200)
    again = member.weights(np.random.default_rng(1), 300, 200)
    assert first.shape == (300, 200)
    assert first.dtype == np.float64
    np.testing.assert_array_equal(first, again)
    assert abs(first.mean()) < 0.01


# variance of torch.nn.init's functions for fan_in 300, fan_out 200
@pytest.mark.parametrize(
    ("kind", "variance", "largest"),
    [
        ("xavier_uniform", 2 / 500, (6 / 500) ** 0.5),
        ("he_normal", 2 / 300, np.inf),
        ("zeros", 0.0, 0.0),
    ],
)
def test_initializer_moments(kind: str, variance: float, largest: float) -> None:
    (member,) = [m() for m in members(Initializer) if m.model_fields["kind"].default == kind]
    assert isinstance(member, InitializerOption)
    weights = member.weights(np.random.default_rng(2), 300, 200)
    assert weights.var() == pytest.approx(variance, rel=0.02)
    assert np.abs(weights).max() <= largest


@each(Optimizer)
def test_optimizer(member: OptimizerOption) -> None:
    """Reaches the bottom of a bowl, with columns of settings as with scalars."""

    def descend(theta: Array, columns: bool) -> Array:
        theta = theta.copy()
        state = np.zeros((len(member.state), *theta.shape))
        for update in range(1, 401):
            values = member.coefficients(0.05, update)
            shape = (len(theta), 1) if columns else ()
            member.update_(
                theta,
                2 * theta * np.array([1.0, 0.3]),
                state,
                np.empty_like(theta),
                tuple(np.full(shape, value) for value in values),
            )
        return theta

    begin = np.array([[1.0, -2.0], [0.5, 3.0], [-4.0, 0.1]])
    end = descend(begin, columns=False)
    assert np.abs(end).max() < 0.05
    np.testing.assert_array_equal(end, descend(begin, columns=True))
    np.testing.assert_array_equal(end[1:2], descend(begin[1:2], columns=False))


@each(Schedule)
def test_schedule(member: ScheduleOption) -> None:
    rates = [member.rate(0.1, epoch, 25 * epoch) for epoch in range(50)]
    assert all(0 <= rate <= 0.1 for rate in rates)
    assert max(rates) == 0.1


@each(Loss)
@pytest.mark.parametrize("task", ["binary", "regression"])
def test_loss(member: LossOption, task: Any) -> None:
    head = member.head(task)
    if head is None:
        assert (member.kind, task) == ("cross_entropy", "regression")
        return
    z = np.linspace(-3, 3, 12)[None]
    targets = (np.arange(12) % 2).astype(float)
    encoded = head.encode(targets)
    assert encoded.shape == (head.outputs, 12)
    delta, step = np.empty_like(z), 1e-6
    head.delta_(z, encoded, np.array(0.5), delta)
    slope = (head.losses(z + step, encoded) - head.losses(z - step, encoded)) / (2 * step)
    np.testing.assert_allclose(delta[0], 0.5 * slope, atol=1e-8)
    check_extremes(head, task)


def check_extremes(head: Head, task: str) -> None:
    """A hopelessly wrong logit gives a large or a full loss, never infinity."""
    wrong = np.array([[-500.0, 500.0]])
    losses = head.losses(wrong, head.encode(np.array([1.0, 0.0])))
    assert np.isfinite(losses).all()
    assert (losses >= 1 - 1e-12).all()
    hits = head.hits(wrong, head.encode(np.array([0.0, 1.0])))
    assert (hits is None) == (task == "regression")
    if hits is not None:
        assert hits.all()
        assert not np.any(head.hits(wrong, head.encode(np.array([1.0, 0.0]))))


@each(Dataset)
def test_dataset(member: DatasetOption) -> None:
    points, targets = member.points()
    assert points.shape == (member.samples, 2)
    assert targets.shape == (member.samples,)
    again, _ = type(member)().points()
    np.testing.assert_array_equal(points, again)
    other, _ = type(member)(seed=1).points()
    assert not np.array_equal(points, other)
    if member.task == "binary":
        assert set(targets) == {0.0, 1.0}
        assert abs(int((targets == 1).sum()) - member.samples / 2) <= 1
    clean, _ = type(member)(noise=0.0).points()
    assert (clean >= DOMAIN[0]).all()
    assert (clean <= DOMAIN[1]).all()
    # More noise moves the same points further: it draws no others.
    noisy, same_targets = type(member)(noise=0.2).points()
    np.testing.assert_allclose(noisy - clean, 2 * (points - clean), atol=1e-12)
    np.testing.assert_array_equal(targets, same_targets)


@each(Dataset)
@pytest.mark.parametrize(("samples", "fraction"), [(10, 0.1), (11, 0.5), (500, 0.9)])
def test_split(member: DatasetOption, samples: int, fraction: float) -> None:
    data = type(member)(samples=samples, train_fraction=fraction)
    parts = split(data)
    assert len(parts.train_points) == len(parts.train_targets) == round(samples * fraction)
    assert len(parts.train_points) + len(parts.test_points) == samples
    both = np.vstack([parts.train_points, parts.test_points])
    assert {tuple(p) for p in both} == {tuple(p) for p in data.points()[0]}


@pytest.mark.parametrize("name", FEATURES)
def test_feature(name: FeatureName) -> None:
    plane = np.array([[0.5, -2.0], [3.0, 4.0]])
    by_hand = {"x1": 3.0, "x2": 4.0, "x1^2": 9.0, "x2^2": 16.0, "x1*x2": 12.0, "radius": 5.0}
    by_hand |= {
        "sin(x1)": np.sin(3),
        "sin(x2)": np.sin(4),
        "cos(x1)": np.cos(3),
        "cos(x2)": np.cos(4),
    }
    matrix = feature_matrix(plane, (name,))
    assert matrix.shape == (2, 1)
    assert matrix[1, 0] == by_hand[name]
    spec = RunSpec.model_validate({"features": [name], "precision": "float64"})
    data = load_data(spec)
    np.testing.assert_array_equal(
        data.train_x, feature_matrix(split(spec.data).train_points, (name,))
    )
