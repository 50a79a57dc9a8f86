"""Texts in other languages: every one is there, and errors come in the asker's language."""

import json
import re

import pytest

from app.translation import (
    LANGUAGES,
    LONGEST,
    PLACE,
    asked_for,
    catalog_file,
    for_page,
    read_catalog,
    translate,
    values_in,
)
from tests.app.server import Server
from tests.texts import javascript
from tests.texts.collected import ROOT, collected, modules

TEXTS = {text.english: text for text in collected()}
OTHERS = LANGUAGES[1:]
AS_THEY_ARE = {
    "CSV",
    "JSON",
    "Playground",  # the name of the page, in two parts
    "Ctrl Z",  # as on the keys
    "{} of {}",  # names in a cache
    "{}px {}px {}px {}px",  # lengths
}
ENGLISH_ONLY = {"plain.js"}
"""Puts the server's English in plain words; in other languages the catalogues do."""
PLURAL_S = "{expected_plural}"


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


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_has_a_translation(language: str) -> None:
    catalog = read_catalog(language)
    known = {one.id if isinstance(one.id, str) else one.id[0]: one for one in catalog if one.id}
    new, gone = sorted(TEXTS.keys() - known.keys()), sorted(known.keys() - TEXTS.keys())
    assert not new, "make texts, then translate"
    assert not gone, "make texts leaves them out"
    left = [english for english, one in known.items() if not one.string or not one.string[0]]
    assert not left, "python -m tests.texts missing prints them"
    assert not [english for english, one in known.items() if one.fuzzy]
    plural = sorted(english for english, one in known.items() if not isinstance(one.id, str))
    assert plural == sorted(english for english, text in TEXTS.items() if text.plural)


@pytest.mark.parametrize("language", OTHERS)
def test_translations_have_the_places_of_their_texts(language: str) -> None:
    for one in read_catalog(language):
        english = one.id if isinstance(one.id, str) else one.id[1]
        for form in [one.string] if isinstance(one.string, str) else one.string or ():
            wanted = set(PLACE.findall(english.replace(PLURAL_S, "")))
            assert set(PLACE.findall(form)) == wanted, english
            assert english.count("\n\n") == form.count("\n\n"), english


@pytest.mark.parametrize("language", OTHERS)
def test_finished_sentences_are_known_again(language: str) -> None:
    for english, text in TEXTS.items():
        if text.path.endswith(".py") and PLACE.search(english):
            said = PLACE.sub(lambda place: f"<{place[1]}>", english)
            translated = translate(said, language)
            assert translated != said
            assert set(re.findall(r"<\w+>", translated)) <= set(re.findall(r"<\w+>", said))
            assert not PLACE.search(translated), english


def test_the_page_says_nothing_that_cannot_be_translated() -> None:
    left = [
        f"{file.relative_to(ROOT)}:{found}"
        for file in modules()
        if file.name not in ENGLISH_ONLY
        for found in javascript.untranslated(file.read_text("utf-8"))
        if found.partition(": ")[2] not in AS_THEY_ARE
    ]
    assert not left, "\n".join(left)


@pytest.mark.parametrize("language", OTHERS)
def test_what_somebody_typed_is_read_but_once(language: str) -> None:
    """A text that nearly fits a template in very many ways: it would take minutes to try them."""
    for one in read_catalog(language):
        template = one.id if isinstance(one.id, str) else one.id[0]
        if not PLACE.search(template):
            continue
        first, *inside = PLACE.split(template)[::2]
        text = (first + "".join(inside) * LONGEST)[: LONGEST - 1] + "!"
        translate(text, language)
        assert values_in(text, PLACE.split(template)) is None or not inside[-1]
