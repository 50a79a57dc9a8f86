"""Points of one's own over HTTP and from the command line: JSON, and CSV as people have it."""

import json
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from app.cli import main
from app.csv_table import CsvError, read_csv
from app.settings import Settings
from engine import RunSpec, store_data, train
from engine.custom_data import load
from engine.data import split
from tests.app.server import Server, serving
from tests.app.test_experiments import problem

X: list[Any] = [[-1, 2], [3, -4], [0.5, 0], [5, 5]]
CSV = b"height,width,class\n1.5,2,dog\n2.5,3,cat\n1.0,9,dog\n7,-1e2,cat\n"


def upload(server: Server, content: bytes, **query: str) -> httpx.Response:
    headers = {"Content-Type": "text/csv; charset=utf-8"}
    return server.http.post("/api/data", content=content, headers=headers, params=query)


def test_drawn_points_are_stored_and_trained_on(server: Server) -> None:
    answer = server.http.post("/api/data", json={"x": X, "y": [0, 1, 0, 2], "title": "Mine"})
    assert answer.status_code == 201
    stored = answer.json()
    id = stored.pop("id")
    assert stored == {
        "title": "Mine",
        "task": "multiclass",
        "classes": 3,
        "class_names": ["class 0", "class 1", "class 2"],
        "columns": None,
        "rows": 4,
    }
    described = server.http.get(f"/api/data/{id}").json()
    assert (described.pop("x"), described.pop("y")) == (X, [0, 1, 0, 2])
    assert described == {"id": id, **stored}
    lab = server.create({"data": {"kind": "custom", "id": id}, "features": ["x1", "radius"]})
    assert lab.post("step", epochs=3)["epoch"] == 3
    data = server.http.get(f"{lab.path}/data").json()
    assert sorted(data["train"]["x"] + data["test"]["x"]) == sorted(X)
    assert (data["classes"], data["columns"]) == (3, None)
    # The same bits as here: the workers have read the same file.
    spec = RunSpec.model_validate(lab.created["runs"][0]["spec"])
    ours = train(spec, epochs=3).history["train_loss"].tolist()
    assert lab.history()["runs"][0]["train_loss"] == ours


def test_a_table_is_stored_and_trained_on(server: Server) -> None:
    stored = upload(server, CSV, title="animals").json()
    assert stored["title"] == "animals"
    assert stored["columns"] == ["height", "width"]
    assert (stored["task"], stored["class_names"]) == ("binary", ["cat", "dog"])
    assert upload(server, CSV, title="animals").json()["id"] == stored["id"]
    described = server.http.get(f"/api/data/{stored['id']}").json()
    assert np.abs(described["x"]).max() < 6
    lab = server.create({"data": {"kind": "custom", "id": stored["id"]}, "features": ["width"]})
    assert lab.created["runs"][0]["units"] == [1, 4, 2, 1]
    tuned = lab.patch(features=["height", "width"])
    assert tuned["runs"][0]["units"] == [2, 4, 2, 1]
    values = upload(server, b"a,b\n1,0.5\n2,1\n", task="regression").json()
    assert (values["task"], values["classes"], values["class_names"]) == ("regression", 0, [])


def test_a_large_set_has_a_small_thumbnail(server: Server) -> None:
    x = np.random.default_rng(0).uniform(-6, 6, (5000, 2)).tolist()
    stored = server.http.post("/api/data", json={"x": x, "y": [0, 1] * 2500}).json()
    assert stored["rows"] == 5000
    assert len(server.http.get(f"/api/data/{stored['id']}").json()["y"]) == 120


BAD: list[tuple[Any, str, str]] = [
    ({"x": X}, "y", "missing"),
    ({"x": X, "y": [0, 1, "a", 1]}, "y.2", "number"),
    ({"x": [[1, 2], [1, None]], "y": [0, 1]}, "x.1.1", "number"),
    ({"x": X, "y": [0, 1, 0, 1], "colour": 1}, "colour", "no such setting"),
    ({"x": X, "y": [0, 0, 0, 0]}, "y", "one class"),
    ({"x": X[:1], "y": [0]}, "x", "1 points"),
    ({"x": [], "y": []}, "x", "rows"),
    ({"x": [[9, 9], [1, 1]], "y": [0, 1]}, "x", "within -6 and 6"),
    ({"x": [[1, 2, 3], [1, 1, 1]], "y": [0, 1]}, "columns", "needs names"),
    ({"x": X, "y": [0, 1, 0.5, 1], "task": "classification"}, "y", "counted from 0"),
    ({"x": X, "y": [0, 1, 0, 1e300]}, "y", "at most 1e+09"),
    ({"x": X, "y": [0, 1, 0, 1], "task": "regression", "class_names": []}, "class_names", "Values"),
    ([], "", "dictionary"),
]


@pytest.mark.parametrize(("body", "path", "detail"), BAD, ids=str)
def test_a_bad_upload_is_named_by_its_path(
    server: Server, body: Any, path: str, detail: str
) -> None:
    answer = server.http.post("/api/data", json=body)
    assert answer.status_code == 422, answer.text
    found = problem(answer)
    assert found["path"] == path
    assert detail in found["detail"]


def test_what_is_neither_json_nor_csv(server: Server) -> None:
    send = server.http.post
    for content in (b"{", b'{"x": [[NaN, 1], [2, 3]], "y": [0, 1]}', b"\xff\xfe"):
        answer = send("/api/data", content=content, headers={"Content-Type": "application/json"})
        assert answer.status_code in (400, 422)
        problem(answer)
    answer = send("/api/data", content=CSV, headers={"Content-Type": "image/png"})
    assert answer.status_code == 415
    problem(answer)


def test_unknown_data(server: Server) -> None:
    for id in ("0123456789abcdef", "nonsense", "..%2f..%2fetc"):
        answer = server.http.get(f"/api/data/{id}")
        assert answer.status_code == 404
        problem(answer)
    run = {"data": {"kind": "custom", "id": "0123456789abcdef"}}
    answer = server.http.post("/api/experiments", json={"runs": [run]})
    assert answer.status_code == 422
    assert problem(answer)["path"] == "runs.0.data.id"
    run = {"data": {"kind": "custom"}}
    answer = server.http.post("/api/experiments", json={"runs": [run]})
    assert problem(answer)["path"] == "runs.0.data.id"


def test_uploads_have_limits_of_their_own() -> None:
    settings = Settings(workers=1, max_body_size=2000, max_upload_size=8000, max_data_size=1024)
    with serving(settings) as server:

        def send(points: int, chunked: bool = False) -> int:
            content = b"x1,x2,class\n" + b"1.5,2.5,a\n-1,-2,b\n" * points
            body = iter([content]) if chunked else content
            answer = server.http.post(
                "/api/data", content=body, headers={"Content-Type": "text/csv"}
            )
            if answer.status_code != 201:
                problem(answer)
            return answer.status_code

        large = server.http.post("/api/experiments", json={"runs": [{"name": "a" * 2000}]})
        assert large.status_code == 413
        assert [send(1000), send(1000, chunked=True)] == [413, 413]
        store_data(np.eye(100), np.arange(100) % 2, columns=[f"c{k}" for k in range(100)])
        assert send(200) == 507


CLASSES = [[1.5, 2.0], [2.5, 3.0], [1.0, 9.0], [7.0, -100.0]]
VARIANTS: dict[str, bytes] = {
    "as it is": CSV,
    "with a mark and other ends of lines": b"\xef\xbb\xbf" + CSV.replace(b"\n", b"\r\n"),
    "semicolons, decimal commas": CSV.replace(b",", b";").replace(b".", b","),
    "tabs": CSV.replace(b",", b"\t"),
    "quotes, spaces and empty lines": b'"height" , width,"class"\n\n1.5, 2 ,"dog"\n'
    b"2.5,3,cat\n,,\n1.0,9, dog\n7,-1e2,cat",
    "target first": b"Label,height,width\ndog,1.5,2\ncat,2.5,3\ndog,1,9\ncat,7,-100\n",
}


@pytest.mark.parametrize("content", VARIANTS.values(), ids=VARIANTS)
def test_csv_variants(content: bytes) -> None:
    table = read_csv(content)
    assert table.x == CLASSES
    assert table.y == [1, 0, 1, 0]
    assert table.class_names == ["cat", "dog"]
    assert table.columns == ["height", "width"]


def test_csv_without_a_header() -> None:
    table = read_csv(b"1,2,0\n3,4,10\n5,6,9\n7,8,9\n1,1,0\n2,2,10")
    assert table.columns == ["column 1", "column 2"]
    assert table.class_names == ["0", "9", "10"]
    assert table.y == [0, 2, 1, 1, 0, 2]


def test_csv_targets() -> None:
    assert read_csv(b"a,b\n1,2\n2,3\n3,4").class_names is None  # each comes once
    assert read_csv(b"a,b\n1,2.5\n2,2.5\n3,4\n3,4").class_names is None
    assert read_csv(b"a,class\n1,2.5\n2,2.50\n3,4").class_names == ["2.5", "4"]
    assert read_csv(b"a,b\n1,0\n2,1\n3,0\n4,1").class_names == ["0", "1"]
    assert read_csv(b"a,b\n1,0\n2,1\n3,0\n4,1", "regression").y == [0, 1, 0, 1]


def test_csv_of_planar_points() -> None:
    assert read_csv(b"x1,x2,y\n1,2,0\n-3,6,1\n1,1,0\n2,2,1").columns is None
    # What cannot be points of the plane is a table, whose columns are no functions of the plane.
    table = read_csv(b"x1,x2,y\n1,2,0\n-3,60,1\n1,1,0\n2,2,1")
    assert table.columns == ["column x1", "column x2"]


BAD_FILES: list[tuple[bytes, str]] = [
    (b"", "empty"),
    (b"\n \n", "empty"),
    (b"a,b\n1,2\n", "two rows"),
    (b"a\n1\n2\n", "two columns"),
    (b"a b\n1 2\n3 4\n", "commas, semicolons or tabs"),
    (b"a,b,class\n1,2,x\n1,two,y\n", "Row 3, column 'b': 'two' is no number"),
    (b"a,b,class\n1,2,x\n1,,y\n", "Row 3, column 'b' is empty"),
    (b"a,b,class\n1,2,x\n1,3,\n", "Row 3, column 'class' is empty"),
    (b"a,b,class\n1,2,x\n1,inf,y\n", "Row 3, column 'b': 'inf' is no finite number"),
    (b"a,b,class\n1,2,x\n1,1_0,y\n", "'1_0' is no number"),
    (b"a,b,class\n1,2,x\n\n1,2,3,y\n", "Row 4 has 4 cells, where the first has 3"),
    (b"a,b\n" + b"".join(b"%d,c%d\n" % (k, k) for k in range(11)), "11 different classes"),
    (b"\x89PNG\r\n\x1a\n", "UTF-8"),
    (b'a,b\n1,"' + b"2" * 200_000 + b'"\n1,2\n', "Row 2: field larger"),
]


@pytest.mark.parametrize(("content", "message"), BAD_FILES, ids=lambda v: str(v)[:30])
def test_a_bad_file_is_named_by_row_and_column(content: bytes, message: str) -> None:
    with pytest.raises(CsvError, match=message):
        read_csv(content)


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"a,a,class\n1,2,x\n1,2,y", "Two are called 'a'"), (b"a,class\n1,x\n2,x", "one class")],
)
def test_what_the_engine_finds_in_a_file(server: Server, content: bytes, message: str) -> None:
    answer = upload(server, content)
    assert answer.status_code == 422
    assert message in problem(answer)["detail"]


def test_train_on_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec, table = tmp_path / "spec.json", tmp_path / "animals.csv"
    spec.write_text('{"features": ["width"], "data": {"kind": "custom", "train_fraction": 0.75}}')
    table.write_bytes(CSV)
    output = tmp_path / "history.json"
    command = ["train", str(spec), "--epochs", "3", "--output", str(output)]
    assert main([*command, "--data", str(table)]) == 0
    first, *_ = capsys.readouterr().out.splitlines()
    id = first.rpartition("=")[2]
    assert load(id).description.title == "animals"
    history = json.loads(output.read_text())
    assert len(history["train_loss"]) == 4
    # The same by its id, without the file.
    spec.write_text(json.dumps({"data": {"kind": "custom", "id": id, "train_fraction": 0.75}}))
    assert main([*command, "--set", 'features=["width"]']) == 0
    assert json.loads(output.read_text())["train_loss"] == history["train_loss"]
    table.write_bytes(CSV.replace(b"9", b"nine"))
    assert main([*command, "--data", str(table)]) == 1
    assert "animals.csv: Row 4, column 'width': 'nine' is no number" in capsys.readouterr().err
    assert main([*command, "--data", "nothing.csv"]) == 1
    assert "nothing.csv: No such file" in capsys.readouterr().err


def test_rows_of_tables_come_with_their_points(server: Server) -> None:
    lab = server.create({"data": "iris"}, {"data": "digits"}, {"data": "circle"})
    iris, digits, circle = (
        server.http.get(f"{lab.path}/data", params={"run": run}).json() for run in range(3)
    )
    parts = split(RunSpec.model_validate({"data": "iris"}).data)
    assert iris["rows"] == {
        "train": parts.train_points.tolist(),
        "test": parts.test_points.tolist(),
    }
    assert digits["columns"] is not None
    assert digits["rows"] is None  # too many
    assert circle["rows"] is None
