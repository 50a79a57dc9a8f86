"""What a run is and costs, against what is really there."""

import tracemalloc
from typing import Any

import numpy as np
import pytest

from engine import RunSpec, View, advance, estimate_cost, load_data, model_facts, start

RUNS: dict[str, dict[str, Any]] = {
    "default": {},
    "many points": {"data": {"kind": "spiral", "samples": 10_000}},
    "wide": {"layers": [{"units": 256}] * 2, "data": {"kind": "spiral", "samples": 2000}},
    "deep": {"layers": [{"units": 32, "batch_norm": True}] * 8, "regularization": {"dropout": 0.1}},
    "maxout": {"layers": [{"units": 30, "activation": {"kind": "maxout", "pieces": 4}}]},
    "validation": {"data": {"kind": "spiral", "samples": 90, "validation_fraction": 0.3}},
    "digits": {"data": "digits", "layers": [{"units": 64}]},
    "float64": {"precision": "float64", "layers": [{"units": 60}] * 3},
}


@pytest.mark.parametrize("changes", RUNS.values(), ids=RUNS)
def test_facts_agree_with_the_run(changes: dict[str, Any]) -> None:
    spec = RunSpec.model_validate(changes)
    facts, begin, data = model_facts(spec), start([spec]), load_data(spec)
    assert facts.parameters == begin.runs[0].theta.size
    assert [layer.weights for layer in facts.layers] == [w.shape for w, _ in begin.weights()]
    assert (facts.train_points, facts.test_points) == (len(data.train_y), len(data.test_y))
    end, _ = advance(begin, 1)
    assert end.runs[0].updates == facts.updates_per_epoch


def test_operations_are_counted_by_hand() -> None:
    facts = model_facts(RunSpec())  # 2-4-2-1
    assert facts.forward_operations == (4 * 5 + 4) + (2 * 9 + 2) + (5 + 1)
    assert facts.epoch_operations == facts.forward_operations * (3 * 250 + 500)


@pytest.mark.parametrize("changes", RUNS.values(), ids=RUNS)
def test_memory_is_estimated_within_a_factor_of_three(changes: dict[str, Any]) -> None:
    spec = RunSpec.model_validate(changes)
    begin = start([spec])
    advance(begin, 1, view=View())  # what is cached stays out of the measurement
    tracemalloc.start()
    advance(begin, 1, view=View())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert 1 / 3 < estimate_cost([spec]).memory_bytes / peak < 3


def test_seeds_of_small_networks_cost_less_than_their_sum() -> None:
    one, eight = estimate_cost([RunSpec()]), estimate_cost([RunSpec()], [8])
    assert one.seconds_per_epoch < eight.seconds_per_epoch < 4 * one.seconds_per_epoch
    assert one.memory_bytes < eight.memory_bytes
    seeds = [RunSpec(seed=seed) for seed in range(8)]
    assert estimate_cost(seeds) == eight


def test_runs_that_share_no_stack_cost_their_sum() -> None:
    lanes = [RunSpec(), RunSpec(batch_size=20)]
    first, second = (estimate_cost([lane], [8]) for lane in lanes)
    both = estimate_cost(lanes, [8, 8])
    for figure in ("seconds_per_epoch", "update_seconds", "evaluation_seconds"):
        total = getattr(first, figure) + getattr(second, figure)
        assert getattr(both, figure) == pytest.approx(total)


@pytest.mark.parametrize(
    "changes",
    [
        {"layers": [{"units": 8}] * 4},
        {"data": {"kind": "circle", "samples": 600}},
        {"precision": "float64"},
        {"regularization": {"weight_noise": 0.1}},
        {"layers": [{"units": 4, "activation": "elu"}, {"units": 2}]},
    ],
    ids=["layers", "samples", "precision", "noise", "activation"],
)
def test_what_makes_a_run_larger_makes_it_cost_more(changes: dict[str, Any]) -> None:
    usual, more = estimate_cost([RunSpec()]), estimate_cost([RunSpec.model_validate(changes)])
    assert more.seconds_per_epoch > usual.seconds_per_epoch
    assert more.update_seconds >= usual.update_seconds


def test_the_largest_run_is_estimated_without_being_made() -> None:
    largest = RunSpec.model_validate(
        {
            "data": {"kind": "spiral", "samples": 10_000},
            "layers": [{"units": 256, "activation": {"kind": "maxout", "pieces": 8}}] * 16,
            "precision": "float64",
        }
    )
    tracemalloc.start()
    cost = estimate_cost([largest] * 16, [32] * 16)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert cost.memory_bytes > 10**9
    assert np.isfinite(cost.seconds_per_epoch)
    assert peak < 10**7
