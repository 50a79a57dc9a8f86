"""Sweeps: validation never leaks, and any way of cutting gives the same bits."""

import pickle
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from engine import RunSpec, SweepSpec, data, load_data, predict, sweep, train
from engine.data import held_out, split
from engine.datasets import Dataset, DatasetOption
from engine.sweeping import Chunk, Outcome, advance_chunk, chunks, conclude, run_chunk
from tests.engine.members import example, members

BASE: dict[str, Any] = {"data": {"kind": "xor", "samples": 80}, "layers": [{"units": 3}]}
SMALL: dict[str, Any] = {
    "base": BASE,
    "optimizers": ["sgd", "adam"],
    "learning_rates": [0.01, 0.1, 0.3],
    "seeds": 3,
    "epochs": 6,
}


def small(**changes: Any) -> SweepSpec:
    return SweepSpec.model_validate(SMALL | changes)


def bits(outcomes: tuple[Outcome, ...]) -> list[tuple[int, float, bytes]]:
    return [(outcome.index, outcome.loss, outcome.theta.tobytes()) for outcome in outcomes]


# The validation part


@pytest.mark.parametrize("member", members(Dataset))
@given(fraction=st.floats(0.1, 0.9), share=st.floats(0.01, 0.5), seed=st.integers(0, 99))
@settings(max_examples=8, deadline=None)
def test_validation_parts_the_training_points(
    member: type[DatasetOption], fraction: float, share: float, seed: int
) -> None:
    plain = example(member).model_copy(update={"train_fraction": fraction, "seed": seed})
    assert isinstance(plain, DatasetOption)
    whole = split(plain)
    parted = split(plain.model_copy(update={"validation_fraction": share}))
    count = len(parted.test_targets)
    assert count == max(1, round(share * len(whole.train_targets)))
    for one, two, all_of_them in (
        (parted.train_points, parted.test_points, whole.train_points),
        (parted.train_targets, parted.test_targets, whole.train_targets),
    ):
        np.testing.assert_array_equal(np.concatenate([one, two]), all_of_them)
    for found, expected in zip(
        held_out(plain.model_copy(update={"validation_fraction": share})),
        (whole.test_points, whole.test_targets),
        strict=True,
    ):
        np.testing.assert_array_equal(found, expected)


def test_the_smallest_data_have_a_point_in_each_part() -> None:
    spec = RunSpec.model_validate(
        {"data": {"kind": "xor", "samples": 10, "train_fraction": 0.1, "validation_fraction": 0.1}}
    )
    parts = split(spec.data)
    assert (len(parts.train_targets), len(parts.test_targets)) == (1, 1)
    assert len(held_out(spec.data)[1]) == 8


def test_scaling_is_fitted_on_what_is_left_to_train_on() -> None:
    spec = RunSpec.model_validate(
        BASE
        | {
            "data": {"kind": "xor", "samples": 80, "validation_fraction": 0.5},
            "scaling": "standardize",
            "precision": "float64",
        }
    )
    x = load_data(spec).train_x
    np.testing.assert_allclose(x.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(x.std(axis=0), 1)


def test_test_points_decide_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other test points: the same rates and validation losses, and other test losses."""
    # Data of its own, as points are cached.
    spec = small(base=BASE | {"data": {"kind": "xor", "samples": 82}, "scaling": "standardize"})
    before = sweep(spec)
    _, _, (_, _, test) = data._parted(spec.run(0).data)
    real = DatasetOption.points

    def points(self: DatasetOption) -> Any:
        position, target = real(self)
        position[test], target[test] = 3 * position[test], 1 - target[test]
        return position, target

    monkeypatch.setattr(DatasetOption, "points", points)
    split.cache_clear()
    data._tables.cache_clear()
    data._fitted.cache_clear()
    try:
        after = sweep(spec)
    finally:
        monkeypatch.undo()
        split.cache_clear()
        data._tables.cache_clear()
        data._fitted.cache_clear()
    for one, two in zip(before.optimizers, after.optimizers, strict=True):
        assert (one.rates, one.best_rate, one.safe_zone) == (
            two.rates,
            two.best_rate,
            two.safe_zone,
        )
        assert all(a != b for a, b in zip(one.test_losses, two.test_losses, strict=True))


# Against plain training


def test_validation_losses_are_those_of_plain_runs() -> None:
    spec = small()
    result = sweep(spec)
    for index in range(spec.count):
        run = spec.run(index)
        place, seed = divmod(index, spec.seeds)
        optimizer, rate = divmod(place, len(spec.rates))
        found = result.optimizers[optimizer].rates[rate]
        assert (run.optimizer.kind, run.seed) == (spec.optimizers[optimizer].kind, seed)
        assert run.optimizer.learning_rate == found.learning_rate
        assert found.validation_losses[seed] == train(run, spec.epochs).history["test_loss"][-1]


def test_test_numbers_are_those_of_the_chosen_runs() -> None:
    spec = small(base=BASE | {"scaling": "standardize", "precision": "float64"})
    result = sweep(spec)
    for number, optimizer in enumerate(result.optimizers):
        medians = [np.median(np.array(rate.validation_losses)) for rate in optimizer.rates]
        best = int(np.argmin(medians))
        assert optimizer.best_rate == spec.rates[best] == optimizer.optimizer.learning_rate
        for seed in range(spec.seeds):
            run = spec.run((number * len(spec.rates) + best) * spec.seeds + seed)
            points, targets = held_out(run.data)
            p = predict(train(run, spec.epochs).checkpoint, points)[0, :, 0]
            loss = -np.log(np.where(targets == 1, p, 1 - p)).mean()
            assert optimizer.test_losses[seed] == pytest.approx(loss, rel=1e-12)
            assert optimizer.test_scores[seed] == np.mean((p > 0.5) == targets)


def test_r2_for_values() -> None:
    plane = {"data": {"kind": "plane", "samples": 60, "noise": 0}, "layers": []}
    result = sweep(small(base=plane, optimizers=["sgd"], epochs=40))
    assert result.score == "r2"
    assert result.optimizers[0].test_score == pytest.approx(1, abs=1e-3)


def test_early_stopping_ends_with_the_best_weights() -> None:
    spec = small(base=BASE | {"early_stopping": {"patience": 1}}, epochs=40)
    losses = [outcome.loss for chunk in chunks(spec) for outcome in run_chunk(chunk).outcomes]
    for index, loss in enumerate(losses):
        assert loss == train(spec.run(index), 40).history["test_loss"][1:].min()


# Cutting


@given(st.integers(1, 18), st.lists(st.integers(1, 4), max_size=6), st.randoms())
@settings(max_examples=25, deadline=None)
def test_any_cut_gives_the_same_bits(workers: int, slices: list[int], luck: Any) -> None:
    spec = small()
    (whole,) = chunks(spec)
    straight = run_chunk(whole).outcomes
    parts = list(chunks(spec, workers))
    assert len(parts) == workers
    luck.shuffle(parts)
    outcomes: list[Outcome] = []
    for part in parts:
        for epochs in [*slices, spec.epochs]:
            if not part.outcomes:
                part = pickle.loads(pickle.dumps(advance_chunk(part, epochs)))
        outcomes += part.outcomes
    assert bits(tuple(sorted(outcomes, key=lambda one: one.index))) == bits(straight)
    assert conclude(spec, outcomes) == conclude(spec, straight)


def test_progress_is_counted() -> None:
    spec = small()
    (chunk,) = chunks(spec)
    assert chunk.epoch == 0
    chunk = advance_chunk(chunk, 4)
    assert (chunk.epoch, chunk.outcomes) == (4, ())
    chunk = advance_chunk(chunk, 4)
    assert (chunk.epoch, len(chunk.outcomes), chunk.checkpoint) == (6, spec.count, None)
    seen: list[tuple[int, int]] = []
    sweep(spec, progress=lambda done, total: seen.append((done, total)), workers=2)
    assert seen == [(9, 18), (18, 18)]


def test_chunks_of_costly_runs_are_small() -> None:
    costly = small(
        base={"data": {"kind": "xor", "samples": 10_000}, "layers": [{"units": 256}] * 4}
    )
    assert {chunk.last - chunk.first for chunk in chunks(costly)} == {1}


def test_an_outcome_is_missing() -> None:
    spec = small()
    (chunk,) = chunks(spec)
    with pytest.raises(ValueError, match="one outcome of each run"):
        conclude(spec, run_chunk(chunk).outcomes[1:])


# Choosing


def finished(spec: SweepSpec, losses: list[float]) -> list[Outcome]:
    """Outcomes with these losses, of runs that were not trained."""
    (chunk,) = chunks(spec.model_copy(update={"epochs": 1}))
    outcomes = run_chunk(chunk).outcomes
    return [replace(one, loss=loss) for one, loss in zip(outcomes, losses, strict=True)]


def test_the_best_rate_has_the_smallest_median() -> None:
    spec = small(optimizers=["sgd"])
    losses = [0.5, 0.5, 0.5, 0.4, 0.4, 9.0, 0.1, 0.45, 0.45]  # three seeds of each rate
    (found,) = conclude(spec, finished(spec, losses)).optimizers
    assert found.best_rate == 0.1
    assert found.rates[1].median == 0.4


def test_of_equal_rates_the_smaller_one() -> None:
    spec = small(optimizers=["sgd"])
    (found,) = conclude(spec, finished(spec, [0.5] * 3 + [0.4] * 6)).optimizers
    assert found.best_rate == 0.1


def test_diverging_rates_are_counted_and_never_chosen() -> None:
    spec = small(
        base={"data": {"kind": "plane", "samples": 60, "noise": 0}, "layers": []},
        optimizers=["sgd", "adam"],
        learning_rates=[0.001, 50],
        epochs=60,
    )
    result = sweep(spec)
    sgd, adam = result.optimizers
    assert [rate.diverged for rate in sgd.rates] == [0, 3]
    assert sgd.rates[1].validation_losses == (None,) * 3
    assert sgd.rates[1].median is None
    assert sgd.best_rate == 0.001
    assert sgd.safe_zone is not None
    assert sgd.safe_zone.high == 0.001
    alone = sweep(spec.model_copy(update={"learning_rates": (50.0,)}))
    assert alone.optimizers[0].best_rate is None
    assert alone.optimizers[0].test_losses == ()
    assert alone.ranking.places[-1].competitor == 0
    assert any("SGD diverged at every learning rate" in note for note in alone.notes)
    assert alone.model_dump_json()
    assert adam.best_rate is not None


def test_the_safe_zone_ends_between_rates() -> None:
    spec = small(optimizers=["sgd"], learning_rates=[0.001, 0.01, 0.1, 1])
    untrained = sweep(small()).untrained_loss
    assert untrained is not None
    limit = 0.1 * untrained  # the best loss is 0
    losses = [2 * limit] * 3 + [0.0] * 3 + [limit / 2] * 3 + [float("inf")] * 3
    (found,) = conclude(spec, finished(spec, losses)).optimizers
    assert found.safe_zone is not None
    assert found.safe_zone.limit == pytest.approx(limit)
    assert found.safe_zone.low == pytest.approx(0.01 * 10**-0.5)
    assert found.safe_zone.high == pytest.approx(0.1)
    assert found.safe_zone.decades == pytest.approx(1.5)


def test_notes_say_what_to_mind() -> None:
    spec = small(optimizers=["sgd", "adam"])
    losses = [0.3] * 3 + [0.4] * 6 + [0.5] * 6 + [0.4] * 3
    notes = conclude(spec, finished(spec, losses)).notes
    assert notes == (
        "SGD did best at 0.01, the smallest rate tried: a smaller one may be better still",
        "Adam did best at 0.3, the largest rate tried: a larger one may be better still",
        "With 3 seeds no difference between 2 optimizers can be clear: it takes at least 6",
    )


# The spec and the result


def test_the_default_grid_is_half_decades() -> None:
    assert SweepSpec().rates == (0.001, 0.003162, 0.01, 0.03162, 0.1, 0.3162, 1.0)


def test_rates_rise_and_differ() -> None:
    assert small(learning_rates=[0.1, 0.01, 0.1]).rates == (0.01, 0.1)


def test_optimizers_of_one_kind_are_told_apart() -> None:
    momentum = [{"kind": "momentum", "momentum": 0.5}, {"kind": "momentum", "learning_rate": 1}]
    assert small(optimizers=momentum).titles == ("Momentum (momentum 0.5)", "Momentum")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"optimizers": ["sgd", {"kind": "sgd", "learning_rate": 0.5}]}, "optimizers"),
        ({"optimizers": []}, "optimizers"),
        ({"learning_rates": {"low": 1, "high": 0.1}}, "learning_rates"),
        ({"learning_rates": [0.1, 0]}, "learning_rates"),
        ({"seeds": 65}, "seeds"),
        ({"base": {"layers": [{"units": 256}] * 8}, "seeds": 64}, "seeds"),
        ({"validation_fraction": 0}, "validation_fraction"),
        ({"epoch": 3}, "epoch"),
    ],
)
def test_wrong_sweeps_are_refused(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        small(**changes)
    assert {error["loc"][0] for error in caught.value.errors()} == {field}


def test_rows_hold_every_run_and_the_chosen_test_losses() -> None:
    spec = small()
    result = sweep(spec)
    header, *rows = result.rows()
    table = [dict(zip(header, row, strict=True)) for row in rows]
    assert len(table) == spec.count
    for row in table:
        (optimizer,) = (one for one in result.optimizers if one.title == row["optimizer"])
        chosen = row["learning_rate"] == optimizer.best_rate
        assert (row["test_loss"] != "") == chosen
    assert {row["seed"] for row in table} == {0, 1, 2}


def test_a_result_survives_json() -> None:
    result = sweep(small(seeds=1))
    assert type(result).model_validate_json(result.model_dump_json()) == result


def test_a_chunk_is_small_before_it_begins() -> None:
    assert len(pickle.dumps(Chunk(small(), 0, 1))) < 10_000
