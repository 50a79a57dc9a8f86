"""Texts in other languages: every one is there, and errors come in the asker's language."""

import json

import pytest

from app.translation import asked_for, catalog_file, for_page
from tests.app.server import Server


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("*", "en"),
        ("fr", "en"),
        ("zh", "zh-Hans"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("en-GB, zh;q=0.9", "en"),
        ("en;q=0.1, zh-TW;q=0.2", "zh-Hans"),
        ("zh;q=0", "en"),
        ("zh;q=many, en", "en"),
        (";;,=", "en"),
    ],
)
def test_the_language_that_the_browser_likes_best(header: str, language: str) -> None:
    assert asked_for(header) == language


def test_the_page_reads_the_catalogue_as_json() -> None:
    texts = json.loads(for_page(catalog_file("zh-Hans")))
    assert texts["Language"] == "语言"
    assert "" not in texts


def test_complaints_come_in_the_askers_language(server: Server) -> None:
    wrong = {"runs": [{"batch_size": 0}]}
    english = server.http.post("/api/experiments", json=wrong)
    assert english.json()["errors"][0]["detail"].startswith("Should be")
    assert english.headers["vary"] == "Accept-Language"
    chinese = server.http.post("/api/experiments", json=wrong, headers={"Accept-Language": "zh-CN"})
    assert chinese.status_code == 422
    assert chinese.headers["content-language"] == "zh-Hans"
    first = chinese.json()["errors"][0]
    assert first["path"] == "runs.0.batch_size"
    assert first["detail"] == "不能小于 1，或须为 'full'"
    assert chinese.json()["detail"] == f"{first['path']}: {first['detail']}"
