"""Points of one's own: equal content has the equal id, and what cannot be stored is named."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from engine import (
    CheckpointError,
    DataError,
    RunSpec,
    advance,
    load_checkpoint,
    load_data,
    model_facts,
    save_checkpoint,
    start,
    store_data,
    train,
)
from engine.custom_data import MAX_CLASSES, MAX_ROWS, describe, folder, load
from engine.data import plane
from engine.datasets import Custom
from tests.engine.members import stored_table
from tests.engine.test_training import same

X: list[Any] = [[-1.0, 2.0], [3.0, -4.0], [0.5, 0.0], [5.0, 5.0]]
Y = [0, 1, 0, 1]


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that holds nothing yet."""
    monkeypatch.setenv("NEURAL_PLAYGROUND_DATA", str(tmp_path / "data"))
    describe.cache_clear()
    load.cache_clear()
    return tmp_path / "data"


def test_what_was_stored_is_loaded() -> None:
    data = load(store_data(X, Y, title="  Four   points "))
    np.testing.assert_array_equal(data.points, X)
    np.testing.assert_array_equal(data.targets, Y)
    assert data.description.title == "Four points"
    assert data.description.columns is None
    assert data.description.class_names == ("class 0", "class 1")
    table = load(store_data(X, [0.5, 1.0, 2.0, 3.0], columns=["a", "b"]))
    assert table.description.columns == ("a", "b")
    assert table.description.class_names == ()


def test_equal_content_has_the_equal_id(elsewhere: Path) -> None:
    id = store_data(X, Y)
    again = [
        store_data(np.array(X, np.float32), np.array(Y, np.int8)),
        store_data(np.asfortranarray(X), np.array(Y) == 1),
        store_data(
            [[-1.0, 2.0], [3.0, -4.0], [0.5, -0.0], [5.0, 5.0]],
            Y,
            class_names=["class 0", "class 1"],
        ),
    ]
    assert set(again) == {id}
    assert [file.name for file in elsewhere.iterdir()] == [f"{id}.npz"]
    others = [
        store_data(X[::-1], Y),
        store_data(X, Y[::-1]),
        store_data(X, Y, title="Mine"),
        store_data(X, Y, class_names=["no", "yes"]),
        store_data(X, Y, columns=["a", "b"]),
        store_data(X, np.array(Y, float)),
    ]
    assert len({id, *others}) == 7


BAD: list[tuple[tuple[Any, Any], dict[str, Any], str, str]] = [
    ((X[:1], Y[:1]), {}, "points", "1 points were given"),
    ((np.zeros((MAX_ROWS + 1, 2)), np.zeros(MAX_ROWS + 1)), {}, "points", "10,001 points"),
    ((X, Y[:3]), {}, "targets", "4 points, but 3 targets"),
    ((X, [1, 1, 1, 1]), {}, "targets", "one class"),
    ((X, [0, 1, 3, 3]), {}, "targets", "No point is of class 2"),
    ((X, [0, 1, -1, 1]), {}, "targets", "counted from 0"),
    ((X, [0, 1, 0.5, 1]), {"class_names": ["a", "b"]}, "targets", "counted from 0"),
    ((X, [0, 1, 2, 1]), {"class_names": ["a", "b"]}, "class_names", "3 classes, but 2 names"),
    ((X, Y), {"class_names": ["a", "b", "c"]}, "targets", "class 2, 'c'"),
    ((X, Y), {"class_names": ["a", "a "]}, "class_names", "Two are called 'a'"),
    ((X, Y), {"class_names": ["a", ""]}, "class_names", "empty"),
    ((np.arange(22).reshape(11, 2) / 4, np.arange(11)), {}, "targets", f"{MAX_CLASSES} classes"),
    (([*X[:3], [0, np.nan]], Y), {}, "points", "nan in row 4, column 2"),
    ((X, [0.0, 1.5, np.inf, 0]), {}, "targets", "inf in row 3"),
    (([[1e10, 0], *X[1:]], Y), {"columns": ["a", "b"]}, "points", "row 1, column 1"),
    (([[7, 0], *X[1:]], Y), {}, "points", "within -6 and 6"),
    (([[1, 2], [3]], [0, 1]), {}, "points", "equal length"),
    (([["a", 2], ["b", 3]], [0, 1]), {}, "points", "numbers only"),
    (([1, 2, 3, 4], Y), {}, "points", "rows"),
    (([[1, 1]] * 4, Y), {}, "points", "the same"),
    ((np.ones((4, 0)), Y), {"columns": []}, "points", "0 columns"),
    ((np.eye(4, 101), Y), {"columns": [f"c{k}" for k in range(101)]}, "points", "101 columns"),
    ((np.eye(4), Y), {}, "columns", "needs names"),
    ((X, Y), {"columns": ["a"]}, "columns", "2 columns, but 1 names"),
    ((X, Y), {"columns": ["a", "x2"]}, "columns", "function of the plane"),
    ((X, Y), {"columns": ["a", "b" * 81]}, "columns", "at most 80"),
    ((X, Y), {"title": "tab\x07"}, "title", "printable"),
]


@pytest.mark.parametrize(("content", "words", "field", "message"), BAD, ids=lambda v: str(v)[:30])
def test_what_cannot_be_stored_is_named(
    elsewhere: Path, content: tuple[Any, Any], words: dict[str, Any], field: str, message: str
) -> None:
    with pytest.raises(DataError, match=message) as caught:
        store_data(*content, **words)
    assert caught.value.field == field
    assert not elsewhere.exists()


def test_nothing_is_left_of_a_write_that_fails(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError, match="no space left"):
        store_data(X, Y)
    assert list(elsewhere.iterdir()) == []


def test_the_folder_is_the_users_unless_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEURAL_PLAYGROUND_DATA")
    monkeypatch.setenv("XDG_DATA_HOME", "/somewhere")
    assert folder() == Path("/somewhere/neural-playground/data")
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", "/home/someone")
    assert folder() == Path("/home/someone/.local/share/neural-playground/data")


def custom(id: str, **more: Any) -> RunSpec:
    return RunSpec.model_validate({"data": {"kind": "custom", "id": id}, **more})


def test_planar_points_have_functions_of_the_plane() -> None:
    rng = np.random.default_rng(3)
    points = rng.uniform(-5, 5, (200, 2))
    id = store_data(points, (np.hypot(*points.T) < 3).astype(int))
    spec = custom(id, features=["x1^2", "x2^2"])
    assert train(spec, epochs=40).history["test_accuracy"][-1] > 0.9
    assert plane(spec.data).domain == (-6, 6, -6, 6)
    facts, data = model_facts(spec), load_data(spec)
    assert (facts.train_points, facts.test_points) == (len(data.train_y), len(data.test_y))


def test_columns_of_a_table_are_features() -> None:
    spec = custom(stored_table(), features=["weight", "height"])
    parts = load_data(spec)
    assert parts.train_x.shape == (20, 2)
    assert spec.data.task.kind == "regression"
    assert custom(stored_table()).inputs == ("height", "width", "weight")
    linear = custom(stored_table(), scaling="standardize", layers=[])
    assert train(linear, 200).history["test_r2"][-1] > 0.99
    with pytest.raises(ValidationError) as caught:
        custom(stored_table(), features=["size"])
    assert caught.value.errors()[0]["loc"] == ("features", 0)


def test_values_can_be_standardized_and_classes_cannot() -> None:
    id = store_data(X, [100.0, 300.0, 200.0, 250.0])
    _, plain = Custom(id=id).points()
    np.testing.assert_array_equal(plain, [100, 300, 200, 250])
    _, values = Custom(id=id, standardize=True).points()
    np.testing.assert_allclose([values.mean(), values.std()], [0, 1], atol=1e-12)
    np.testing.assert_allclose(np.corrcoef(plain, values), 1)
    same = store_data(X, [5.0] * 4)
    np.testing.assert_array_equal(Custom(id=same, standardize=True).points()[1], 0)
    classes = store_data(X, Y)
    np.testing.assert_array_equal(Custom(id=classes, standardize=True).points()[1], Y)


@pytest.mark.parametrize("rows", [[[1.0], [2.0]], [[1.0, 0.0], [1.0, 5.0]]])
def test_the_smallest_tables_are_drawn_and_trained(rows: list[list[float]]) -> None:
    id = store_data(rows, [0, 1], columns=["a", "b"][: len(rows[0])])
    flat = plane(Custom(id=id))
    placed = flat.place(np.array(rows))
    assert np.isfinite(placed).all()
    assert flat.domain[0] < flat.domain[1]
    history = train(custom(id), epochs=3).history
    assert np.isfinite(history["train_loss"]).all()


def test_without_the_file_the_id_is_refused_by_its_path(elsewhere: Path) -> None:
    with pytest.raises(ValidationError, match="does not have the data set 0123456789abcdef") as one:
        custom("0123456789abcdef")
    assert one.value.errors()[0]["loc"] == ("data", "custom", "id")
    with pytest.raises(ValidationError, match="pattern"):
        custom("../../etc/passwd")
    elsewhere.mkdir()
    (elsewhere / "0123456789abcdef.npz").write_bytes(b"PK nonsense")
    with pytest.raises(ValidationError, match="damaged"):
        custom("0123456789abcdef")


def test_a_changed_file_is_not_taken_for_the_original(elsewhere: Path) -> None:
    id, other = store_data(X, Y), store_data(X, Y[::-1])
    (elsewhere / f"{other}.npz").replace(elsewhere / f"{id}.npz")
    with pytest.raises(DataError, match="was changed"):
        load(id)


def test_checkpoints_name_their_data(elsewhere: Path) -> None:
    id = store_data(X, Y)
    checkpoint, _ = advance(start([custom(id)]), 3)
    file = io.BytesIO()
    save_checkpoint(checkpoint, file)
    loaded = load_checkpoint(io.BytesIO(file.getvalue()))
    assert same(advance(loaded, 2)[0], advance(checkpoint, 2)[0])
    (elsewhere / f"{id}.npz").unlink()
    with pytest.raises(CheckpointError, match=f"data.custom.id: .* data set {id}: it stays where"):
        load_checkpoint(io.BytesIO(file.getvalue()))
