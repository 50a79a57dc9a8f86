"""The engine against trajectories that PyTorch computed from the same weights (see golden/)."""

from dataclasses import replace

import numpy as np
import pytest

from engine import Checkpoint, RunSpec, advance, start
from engine.activations import Activation
from engine.arrays import Array
from engine.gradient_clip import GradientClip
from engine.losses import Loss
from engine.optimizers import Optimizer
from engine.schedules import Schedule
from tests.engine.golden.cases import CASES, FILE, STEPS
from tests.engine.members import kinds


@pytest.fixture(scope="module")
def golden() -> dict[str, Array]:
    with np.load(FILE) as archive:
        return dict(archive)


def run_from(spec: RunSpec, theta: Array) -> tuple[Checkpoint, Array]:
    """Train from given weights; returns the end and the losses of STEPS + 1 epochs."""
    begin = start([spec])
    state = replace(begin.runs[0], theta=theta.astype(spec.precision))
    begin = replace(begin, runs=(state,))
    before = advance(begin, 0)[1].history["train_loss"][0]
    end, frames = advance(begin, STEPS)
    return end, np.concatenate([before, frames.history["train_loss"][0]])


def flat(checkpoint: Checkpoint) -> Array:
    return np.concatenate([part.ravel() for pair in checkpoint.weights() for part in pair])


def largest_relative(ours: Array, theirs: Array) -> float:
    return float(np.max(np.abs(ours - theirs)) / np.max(np.abs(theirs)))


@pytest.mark.parametrize("name", CASES)
def test_float64_follows_pytorch_to_nine_digits(name: str, golden: dict[str, Array]) -> None:
    end, losses = run_from(CASES[name], golden[f"{name}/start"])
    np.testing.assert_allclose(losses, golden[f"{name}/losses"], rtol=1e-9)
    assert largest_relative(flat(end), golden[f"{name}/weights"]) < 1e-9
    np.testing.assert_allclose(end.runs[0].running, golden[f"{name}/running"], rtol=1e-9)


@pytest.mark.parametrize("name", CASES)
def test_float32_follows_pytorch_to_four_digits(name: str, golden: dict[str, Array]) -> None:
    spec = CASES[name].model_copy(update={"precision": "float32"})
    end, losses = run_from(spec, golden[f"{name}/start"])
    assert end.runs[0].theta.dtype == np.float32
    np.testing.assert_allclose(losses, golden[f"{name}/losses"], rtol=1e-4)
    assert largest_relative(flat(end), golden[f"{name}/weights"]) < 1e-4


def test_losses_fall(golden: dict[str, Array]) -> None:
    """The references are of runs that learn: a frozen engine could not follow them by chance."""
    for name in CASES:
        losses = golden[f"{name}/losses"]
        assert losses[-1] < 0.99 * losses[0], name


def test_every_member_has_a_reference() -> None:
    specs = CASES.values()
    assert {spec.optimizer.kind for spec in specs} == kinds(Optimizer)
    assert {layer.activation.kind for spec in specs for layer in spec.layers} == kinds(Activation)
    assert {spec.loss.kind for spec in specs} == kinds(Loss)
    assert {spec.schedule.kind for spec in specs} == kinds(Schedule)
    assert {spec.gradient_clip.kind for spec in specs} == kinds(GradientClip)
