"""Weights set by hand."""

from typing import Any

import numpy as np
import pytest

from engine import (
    Checkpoint,
    Retuning,
    RunSpec,
    View,
    WeightEdit,
    advance,
    edit_weights,
    render,
    replay,
    retune,
    start,
)


def spec_of(**changes: Any) -> RunSpec:
    data = {"kind": "xor", "samples": 50}
    return RunSpec.model_validate({"data": data, "layers": [{"units": 3}]} | changes)


def edit(layer: int, unit: int, input: int, value: float) -> WeightEdit:
    return WeightEdit(layer=layer, unit=unit, input=input, value=value)


def same(one: Checkpoint, other: Checkpoint) -> bool:
    pairs = zip(one.runs, other.runs, strict=True)
    return all(
        a.theta.tobytes() == b.theta.tobytes()
        and a.optimizer_state.tobytes() == b.optimizer_state.tobytes()
        for a, b in pairs
    )


def test_only_the_named_weights_change() -> None:
    before, _ = advance(start([spec_of(), spec_of(seed=1)]), 3)
    after = edit_weights(before, 1, [edit(1, 2, 0, 0.5), edit(2, 0, -1, -3), edit(1, 2, 0, 0.25)])
    assert after.runs[0] is before.runs[0]
    (old, old_bias), (out, out_bias) = before.weights(1)
    (new, new_bias), (new_out, new_out_bias) = after.weights(1)
    assert new[2, 0] == 0.25
    assert new_out_bias[0] == -3
    new[2, 0], new_out_bias[0] = old[2, 0], out_bias[0]
    for a, b in ((old, new), (old_bias, new_bias), (out, new_out), (out_bias, new_out_bias)):
        np.testing.assert_array_equal(a, b)
    assert after.runs[1].optimizer_state is before.runs[1].optimizer_state
    assert (after.epoch, after.runs[1].updates) == (3, before.runs[1].updates)


def test_the_pieces_of_a_maxout_unit_move_together() -> None:
    maxout = {"units": 3, "activation": {"kind": "maxout", "pieces": 3}}
    begin = start([spec_of(layers=[maxout])])
    after = edit_weights(begin, 0, [edit(1, 1, 0, 2.0)])
    (old, _), (new, _) = begin.weights()[0], after.weights()[0]
    np.testing.assert_allclose(new[1::3, 0] - new[1, 0], old[1::3, 0] - old[1, 0], rtol=1e-5)
    (picture,) = render(after, View(cells=5))
    assert picture.detail is not None
    assert picture.detail.weights[2 * 1] == pytest.approx(2.0)


def test_an_edited_run_that_is_frozen_keeps_the_new_value() -> None:
    frozen = spec_of(frozen=[{"layer": 1, "unit": 0, "input": 1}])
    after = edit_weights(start([frozen]), 0, [edit(1, 0, 1, 0.125)])
    end, _ = advance(after, 3)
    assert end.weights()[0][0][0, 1] == 0.125


def test_editing_on_the_way_can_be_repeated() -> None:
    spec = spec_of(early_stopping={"patience": 50})
    middle, _ = advance(start([spec]), 4, batches=1)
    tuned, _ = retune(middle, 0, spec_of())
    live, _ = advance(edit_weights(tuned, 0, [edit(1, 0, 1, 1.5)]), 3)
    stop = Retuning((4, 1), {0: spec_of()}, {0: [edit(1, 0, 1, 1.5)]})
    again, _ = replay(start([spec]), (live.epoch, live.batch), [stop])
    assert same(live, again)


def test_weights_set_before_the_first_update_outlast_a_change_of_settings() -> None:
    begun = edit_weights(start([spec_of()]), 0, [edit(1, 0, 0, 0.5)])
    tuned, restarted = retune(begun, 0, spec_of(batch_size=5, optimizer="sgd"))
    assert restarted == ()
    assert tuned.weights()[0][0][0, 0] == 0.5


def test_a_diverged_run_trains_again_after_an_edit() -> None:
    relu = [{"units": 3, "activation": "relu"}]
    optimizer = {"kind": "sgd", "learning_rate": 90.0}
    wild = spec_of(data="plane", layers=relu, init="he_normal", optimizer=optimizer)
    end, _ = advance(start([wild]), 50)
    assert end.status == "diverged"
    calm = edit_weights(end, 0, [edit(2, 0, 0, 0.1)])
    assert (calm.status, calm.runs[0].message) == ("training", "")


@pytest.mark.parametrize("place", [(3, 0, 0), (1, 3, 0), (1, 0, 2), (2, 1, 0)])
def test_a_weight_that_is_not_there_is_refused(place: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="There is no"):
        edit_weights(start([spec_of()]), 0, [edit(*place, 1.0)])


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e7])
def test_a_value_beyond_bounds_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="value"):
        edit(1, 0, 0, value)
