"""Pictures: the right values, the right way up, and honest statistics."""

import pickle
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine import Picture, RunSpec, View, advance, predict, render, start, train
from engine.arrays import Array
from engine.data import split
from engine.diagnostics import BINS, layer_statistics
from engine.editing import WeightEdit, edit_weights
from engine.features import feature_matrix
from engine.parts import AblatedUnit
from engine.picture import Detail, render_spread
from engine.warp import LINES
from tests.engine.twin import Twin


def picture_of(view: View | None = None, epochs: int = 3, **changes: Any) -> Picture:
    spec = RunSpec.model_validate({"data": {"kind": "circle", "samples": 60}} | changes)
    _, frames = advance(start([spec]), epochs, view=view or View())
    (picture,) = frames.pictures
    return picture


def detail_of(picture: Picture) -> Detail:
    assert picture.detail is not None
    return picture.detail


def centres(cells: int) -> Array:
    """(cells², 2) cell centres, from the top left corner, row by row."""
    x1 = [-6 + 12 * (column + 0.5) / cells for column in range(cells)]
    return np.array([(a, -b) for b in x1 for a in x1])


def test_the_boundary_is_what_the_network_predicts() -> None:
    spec = RunSpec.model_validate({"data": "spiral", "layers": [{"units": 8}]})
    checkpoint, frames = advance(start([spec]), 5, view=View(cells=40))
    expected = 2 * predict(checkpoint, centres(40))[0, :, 0] - 1
    (picture,) = frames.pictures
    assert picture.boundary.shape == (1, 40, 40)
    values = picture.boundary[0].ravel() / 127 * picture.boundary_scale
    np.testing.assert_allclose(values, expected, atol=0.5 / 127 + 1e-6)


def test_regression_has_a_scale_of_its_own() -> None:
    spec = RunSpec.model_validate({"data": "plane", "layers": []})
    state = start([spec])
    (run,) = state.runs
    state = replace(state, runs=(replace(run, theta=np.array([10.0, 0.0, 0.0], np.float32)),))
    (picture,) = render(state, View())
    assert picture.boundary_scale == pytest.approx(59.4)
    assert picture.boundary[0, 0, 0] == -127
    assert picture.boundary[0, 0, -1] == 127


def test_maps_have_x1_to_the_right_and_x2_upward() -> None:
    picture = picture_of(features=["x1", "x2"])
    x1, x2 = detail_of(picture).unit_maps[:2].astype(int)
    assert (np.diff(x1, axis=1) > 0).all()
    assert (np.diff(x1, axis=0) == 0).all()
    assert (np.diff(x2, axis=0) < 0).all()
    assert detail_of(picture).unit_maps.shape == (2 + 4 + 2, 34, 34)
    assert detail_of(picture).unit_scales[:2] == pytest.approx(5.94, abs=0.01)


def test_a_focused_unit_is_the_same_map_in_full() -> None:
    picture = picture_of(View(focus=((0, 1, 2), (0, 0, 1), (0, 9, 9), (3, 0, 0))))
    assert set(detail_of(picture).focus) == {(1, 2), (0, 1)}
    sharp, scale = detail_of(picture).focus[1, 2]
    assert sharp.shape == (100, 100)
    small = detail_of(picture).unit_maps[2 + 2] / 127 * detail_of(picture).unit_scales[2 + 2]
    np.testing.assert_allclose(sharp[::3, ::3] / 127 * scale, small, atol=1.01 * scale / 127)


def test_unit_maps_are_activations() -> None:
    spec = RunSpec.model_validate({"features": ["x1", "sin(x2)"], "layers": [{"units": 3}]})
    checkpoint, frames = advance(start([spec]), 2, view=View(cells=30))
    weight, bias = checkpoint.weights()[0]
    x = feature_matrix(centres(30), spec.features, None)
    expected = np.tanh(x @ weight.T + bias).T.reshape(3, 30, 30)[:, ::3, ::3]
    (picture,) = frames.pictures
    np.testing.assert_allclose(detail_of(picture).unit_maps[2:] / 127, expected, atol=0.6 / 127)


def test_weights_are_in_pytorch_order() -> None:
    spec = RunSpec()
    checkpoint, frames = advance(start([spec]), 1, view=View())
    flat = np.concatenate([part.ravel() for pair in checkpoint.weights() for part in pair])
    np.testing.assert_array_equal(detail_of(frames.pictures[0]).weights, flat)


def test_layer_statistics_agree_with_the_slow_twin() -> None:
    spec = RunSpec.model_validate(
        {
            "data": {"kind": "xor", "samples": 40},
            "layers": [{"units": 3}, {"units": 2, "activation": "sigmoid"}],
            "regularization": {"l1": 0.01, "l2": 0.02},
            "precision": "float64",
        }
    )
    twin = Twin(spec)
    statistics = render(start([spec]), View())[0].statistics
    points = list(range(len(twin.train_y)))
    norms = [np.linalg.norm(layer) for layer in twin.gradient(points)]
    np.testing.assert_allclose(statistics.gradient_norm, norms, rtol=1e-5)
    layers = twin.forward(twin.data.train_x.tolist())
    for layer in (1, 2):
        values = np.array([[a.value for a in point] for point in layers[layer]])
        assert statistics.mean[layer - 1] == pytest.approx(values.mean(), abs=1e-6)
        assert statistics.spread[layer - 1] == pytest.approx(values.std(), abs=1e-6)
        low, high = statistics.histogram_range[layer - 1]
        assert (low, high) == (pytest.approx(values.min()), pytest.approx(values.max()))
        counts, _ = np.histogram(values, BINS, (values.min(), values.max()))
        np.testing.assert_allclose(statistics.histogram[layer - 1], counts / values.size, atol=1e-6)
    sizes = [np.linalg.norm(weight) for weight, _ in start([spec]).weights()]
    np.testing.assert_allclose(statistics.weight_norm, sizes, rtol=1e-6)
    assert np.isnan(statistics.dead[-1])


def test_unit_statistics_are_those_of_the_training_points() -> None:
    spec = RunSpec.model_validate(
        {
            "data": {"kind": "xor", "samples": 60},
            "layers": [{"units": 5, "activation": "relu"}, {"units": 2, "activation": "maxout"}],
            "precision": "float64",
        }
    )
    checkpoint, frames = advance(start([spec]), 3, view=View())
    mean, spread, flat = detail_of(frames.pictures[0]).unit_statistics
    points = split(spec.data).train_points
    weight, bias = checkpoint.weights()[0]
    first = np.maximum(feature_matrix(points, spec.features, None) @ weight.T + bias, 0)
    np.testing.assert_allclose(mean[:5], first.mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(spread[:5], first.std(axis=0), rtol=1e-5)
    np.testing.assert_allclose(flat[:5], (first == 0).mean(axis=0))
    assert flat[5:7].tolist() == [0, 0]  # one of the pieces always has a slope
    output = predict(checkpoint, points)[0, :, 0]
    assert mean[7] == pytest.approx(output.mean(), rel=1e-5)
    assert np.isnan(flat[7])


def test_what_dropped_units_did_is_told() -> None:
    spec = RunSpec.model_validate({"data": {"kind": "xor"}, "layers": [{"units": 4}]})
    whole, frames = advance(start([spec]), 5, view=View())
    assert detail_of(frames.pictures[0]).ablation.shape == (0, 2)
    dropped = spec.model_copy(update={"ablated": (AblatedUnit(layer=1, unit=2),)})
    run = replace(whole.runs[0], spec=dropped)
    (picture,) = render(replace(whole, runs=(run,)), View())
    silent, speaking = detail_of(picture).ablation

    history = frames.history
    for part, name in enumerate(("train_loss", "test_loss")):
        assert speaking[part] == pytest.approx(history[name][0, -1], rel=1e-6)
    # Without its outgoing weight a unit says nothing either.
    edited = edit_weights(whole, 0, [WeightEdit(layer=2, unit=0, input=2, value=0)])
    again = render(replace(edited, runs=(replace(edited.runs[0], spec=dropped),)), View())
    np.testing.assert_allclose(detail_of(again[0]).ablation[1], silent, rtol=1e-5)


def test_the_update_ratio_is_that_of_the_next_update() -> None:
    spec = RunSpec.model_validate({"layers": [{"units": 4}], "regularization": {"dropout": 0.2}})
    now, frames = advance(start([spec]), 2, view=View())
    after, _ = advance(now, 0, batches=1)
    for layer, ((old, _), (new, _)) in enumerate(zip(now.weights(), after.weights(), strict=True)):
        ratio = np.linalg.norm(new - old) / np.linalg.norm(old)
        assert frames.pictures[0].statistics.update_ratio[layer] == pytest.approx(ratio, rel=1e-4)


def test_drawing_changes_nothing() -> None:
    spec = RunSpec.model_validate({"layers": [{"units": 4, "batch_norm": True}]})
    state, _ = advance(start([spec]), 2)
    before = pickle.dumps(state)
    render(state, View(focus=((0, 1, 1),)))
    assert pickle.dumps(state) == before


def test_classes_have_a_map_each() -> None:
    spec = RunSpec.model_validate({"data": {"kind": "blobs", "classes": 5}})
    state, frames = advance(start([spec]), 3, view=View(cells=20))
    (picture,) = frames.pictures
    assert picture.boundary.shape == (5, 20, 20)
    expected = predict(state, centres(20))[0].T
    np.testing.assert_allclose(picture.boundary.reshape(5, -1) / 127, expected, atol=0.6 / 127)


def test_a_table_is_drawn_through_its_mean() -> None:
    spec = RunSpec.model_validate({"data": "wine", "scaling": "standardize"})
    state, frames = advance(start([spec]), 3, view=View(cells=21))
    (picture,) = frames.pictures
    mean = split(spec.data).train_points.mean(axis=0, keepdims=True)
    middle = picture.boundary[:, 10, 10] / 127
    np.testing.assert_allclose(middle, predict(state, mean)[0, 0], atol=0.6 / 127)


def test_dead_and_saturated_units_are_counted() -> None:
    spec = RunSpec.model_validate(
        {"layers": [{"units": 4, "activation": "relu"}, {"units": 2, "activation": "tanh"}]}
    )
    begin = start([spec])
    (run,) = begin.runs
    theta = run.theta.copy()
    theta[8:12] = [-100, -100, -100, 100]  # biases of the ReLU units: three never fire
    theta[12:22] = 0
    theta[20:22] = [0.0, 50.0]  # biases of the tanh units: one is pinned at 1
    (picture,) = render(replace(begin, runs=(replace(run, theta=theta),)), View())
    assert picture.statistics.dead[0] == pytest.approx(0.75)
    assert np.isnan(picture.statistics.saturated[0])
    assert picture.statistics.saturated[1] == pytest.approx(0.5)


def test_pictures_of_a_broken_network_are_still_bytes() -> None:
    begin = start([RunSpec()])
    (run,) = begin.runs
    broken = replace(begin, runs=(replace(run, theta=np.full_like(run.theta, np.nan)),))
    view = View(closer=((0, (0, 1, 0, 1)),), answers=(0,), warps=((0, 1, None), (0, 1, (0, 1))))
    (picture,) = render(broken, view)
    assert picture.boundary.dtype == picture.closer[0, 1, 0, 1].dtype == np.int8
    assert all(np.isfinite(warp.grid).all() for warp in picture.warps.values())
    assert np.isfinite(detail_of(picture).unit_scales).all()


@pytest.mark.parametrize("points", [[1.0, 2.0], [[1.0, 2.0, 3.0]]])
def test_predict_refuses_other_shapes(points: Any) -> None:
    with pytest.raises(ValueError, match=r"\(N, 2\)"):
        predict(start([RunSpec()]), points)


def test_only_what_is_asked_for_is_drawn() -> None:
    checkpoint = start([RunSpec(seed=seed) for seed in range(3)])
    pictures = render(checkpoint, View(runs=(2, 0), detailed=(0,)))
    every = render(checkpoint, View())
    assert [picture.detail is None for picture in pictures] == [True, False]
    np.testing.assert_array_equal(pictures[0].boundary, every[2].boundary)
    np.testing.assert_array_equal(detail_of(pictures[1]).unit_maps, detail_of(every[0]).unit_maps)


@pytest.mark.parametrize("kind", ["circle", "blobs", "plane"])
def test_the_spread_is_where_seeds_disagree(kind: str) -> None:
    specs = [RunSpec.model_validate({"data": kind, "seed": seed}) for seed in range(5)]
    checkpoint, _ = advance(start(specs), 2)
    runs = (0, 2, 3, 4)
    spread = render_spread(checkpoint, runs, View(cells=20))
    predicted = predict(checkpoint, centres(20))[list(runs)]
    if kind == "plane":
        expected = predicted.std(axis=0)[:, 0]
    else:
        found = predicted[..., 0] > 0.5 if kind == "circle" else predicted.argmax(axis=2)
        counts = np.array([np.unique(column, return_counts=True)[1].max() for column in found.T])
        expected = 1 - counts / len(runs)
    values = spread.map.ravel() / 127 * spread.scale
    np.testing.assert_allclose(values, expected, atol=spread.scale / 127)
    assert expected.max() > 0


def test_large_networks_are_judged_by_every_kth_point(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = RunSpec.model_validate(
        {"data": {"kind": "circle", "samples": 1000}, "layers": [{"units": 4}]}
    )
    checkpoint = train(spec, epochs=5).checkpoint
    points = split(spec.data).train_points
    count = len(points)
    monkeypatch.setattr("engine.diagnostics.OPERATIONS", 1.0)
    found = layer_statistics(checkpoint.runs[0], 5)
    step = -(-count // 200)
    assert step > 1
    expected = predict(checkpoint, points[::step])[0].mean()
    assert found.mean[-1] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("kind", ["circle", "blobs", "plane"])
def test_a_closer_look_is_what_the_network_predicts_there(kind: str) -> None:
    spec = RunSpec.model_validate({"data": kind, "layers": [{"units": 8}]})
    domain = (-1.5, 0.5, 2.0, 4.0)
    view = View(cells=20, closer=((0, domain), (1, domain)))
    checkpoint, frames = advance(start([spec]), 3, view=view)
    picture = frames.pictures[0]
    centre = (np.arange(20) + 0.5) / 10
    places = np.array([(-1.5 + across, 4.0 - down) for down in centre for across in centre])
    expected = predict(checkpoint, places)[0].T
    if kind == "circle":
        expected = 2 * expected - 1
    scale = picture.boundary_scale
    values = picture.closer[domain].reshape(len(expected), -1) / 127 * scale
    np.testing.assert_allclose(values, expected, atol=0.6 / 127 * scale)
    assert np.ptp(picture.closer[domain]) > 0


@pytest.mark.parametrize("data", ["circle", "blobs", "plane", "wine"])
def test_answers_are_what_is_predicted_at_the_points(
    data: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.answers.MOST_POINTS", 40)
    spec = RunSpec.model_validate(
        {"data": data, "scaling": "standardize", "regularization": {"label_smoothing": 0.2}}
        if data != "plane"
        else {"data": data}
    )
    checkpoint, frames = advance(start([spec]), 3, view=View(answers=(0,)))
    found = frames.pictures[0].answers
    assert found is not None
    parts = split(spec.data)
    assert found.train == 40
    for part, points, targets in (
        (slice(0, 40), parts.train_points, parts.train_targets),
        (slice(40, None), parts.test_points, parts.test_targets),
    ):
        predicted = predict(checkpoint, points[:40])[0]
        best = predicted.max(axis=1)
        np.testing.assert_allclose(found.values[part], best, rtol=1e-5, atol=1e-6)
        y = targets[:40]
        if data == "plane":
            losses = (predicted[:, 0] - y) ** 2
        elif data == "circle":
            np.testing.assert_array_equal(found.chosen[part], best > 0.5)
            losses = -np.log(np.where(y == 1, best, 1 - best))
        else:
            np.testing.assert_array_equal(found.chosen[part], predicted.argmax(axis=1))
            losses = -np.log(predicted[np.arange(len(y)), y.astype(int)])
        np.testing.assert_allclose(found.losses[part], losses, rtol=1e-3, atol=1e-5)


WARPED = {
    "data": {"kind": "xor", "samples": 40},
    "layers": [{"units": 3}, {"units": 2, "activation": "sigmoid"}],
    "precision": "float64",
}


@pytest.mark.parametrize("layer", [0, 1, 2])
def test_what_a_layer_sees_are_its_activations_by_the_slow_twin(layer: int) -> None:
    spec = RunSpec.model_validate(WARPED)
    twin = Twin(spec)
    seen = twin.forward(twin.data.train_x.tolist())[layer]
    expected = np.array([[getattr(a, "value", a) for a in point] for point in seen])
    pair = render(start([spec]), View(warps=((0, layer, (1, 0)),)))[0].warps[layer, (1, 0)]
    assert pair.train == len(expected)
    np.testing.assert_allclose(pair.points[:, : pair.train].T, expected[:, [1, 0]], atol=1e-5)

    plane = render(start([spec]), View(warps=((0, layer, None),)))[0].warps[layer, None]
    away = expected - expected.mean(axis=0)
    _, sizes, axes = np.linalg.svd(away)
    axes = axes[:2] * np.sign(axes[[0, 1], np.abs(axes[:2]).argmax(axis=1)])[:, None]
    np.testing.assert_allclose(plane.points[:, : plane.train].T, away @ axes.T, atol=1e-5)
    shares = sizes[:2] ** 2 / (sizes**2).sum()
    np.testing.assert_allclose(plane.shares, shares, atol=1e-6)


def test_the_grid_of_a_layer_is_that_of_the_plane() -> None:
    spec = RunSpec.model_validate(WARPED)
    (picture,) = render(start([spec]), View(warps=((0, 0, (0, 1)), (0, 9, None), (0, 1, (0, 3)))))
    assert set(picture.warps) == {(0, (0, 1))}  # there are no others
    grid = picture.warps[0, (0, 1)].grid.reshape(2, LINES, LINES)
    np.testing.assert_allclose(grid[:, 0, 0], [-6, 6])
    np.testing.assert_allclose(grid[:, -1, -1], [6, -6])
    np.testing.assert_allclose(np.diff(grid[0], axis=1), 12 / (LINES - 1), atol=1e-6)


@pytest.mark.parametrize("units", [None, (0, 1), (1, 0)])
def test_the_line_before_the_output_parts_the_classes(units: tuple[int, int] | None) -> None:
    spec = RunSpec.model_validate(WARPED)
    state, _ = advance(start([spec]), 20)
    warp = render(state, View(warps=((0, 2, units),)))[0].warps[2, units]
    assert warp.line is not None
    a, b, c = warp.line
    z = a * warp.points[0] + b * warp.points[1] + c
    points = np.concatenate([split(spec.data).train_points, split(spec.data).test_points])
    predicted = predict(state, points)[0, :, 0]
    np.testing.assert_allclose(1 / (1 + np.exp(-z)), predicted, atol=1e-5)
    other = render(state, View(warps=((0, 1, None), (0, 2, (1, 1)))))[0].warps
    assert other[1, None].line is None
    assert other[2, (1, 1)].line is None


def test_one_unit_is_seen_on_a_line() -> None:
    spec = RunSpec.model_validate({"layers": [{"units": 1}]})
    warps = render(start([spec]), View(warps=((0, 1, None), (0, 2, None))))[0].warps
    for layer in (1, 2):
        assert np.ptp(warps[layer, None].points[0]) > 0
        assert not warps[layer, None].points[1].any()
