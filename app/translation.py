"""Texts in other languages than English, from gettext catalogues.

English texts are the keys. Whoever raises an error writes a finished English sentence; `translate`
knows it again by its template, so that the engine and pydantic need to know of no languages.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from starlette.requests import Request

LANGUAGES = ("en", "zh-Hans")
"""BCP 47; the first is that of the texts in the code."""
FOLDER = Path(__file__).parent / "locale"
COOKIE = "lang"
"""In which the page keeps what its reader has chosen."""
LONGEST = 2000
"""Characters; whoever sends texts that make a longer complaint reads it in English."""
OR = "; or: "
"""Between the complaints about one field."""
PLACE = re.compile(r"\{(\w+)\}")


def catalog_file(language: str) -> Path:
    """The gettext catalogue of a language other than the first."""
    return FOLDER / language.replace("-", "_") / "LC_MESSAGES" / "messages.po"


def read_catalog(language: str) -> Catalog:
    """The entries of its catalogue."""
    with catalog_file(language).open("rb") as file:
        return read_po(file, locale=language.replace("-", "_"))


def for_page(file: Path) -> bytes:
    """A catalogue as JSON: by its English text each translation, or a list of its plural forms."""
    with file.open("rb") as opened:
        catalog = read_po(opened)
    texts = {
        one.id if isinstance(one.id, str) else one.id[0]: one.string
        for one in catalog
        if one.id and one.string
    }
    return json.dumps(texts, ensure_ascii=False, separators=(",", ":")).encode()


def translate(text: str, language: str) -> str:
    """A text, template or finished sentence in a language; as it is without a translation."""
    if language == LANGUAGES[0] or not text:
        return text
    known = _known(language)
    if (found := known.texts.get(text)) is not None:
        return found
    if len(text) > LONGEST:
        return text
    if OR in text:
        return known.texts.get(OR, OR).join(translate(one, language) for one in text.split(OR))
    for pieces, translation in known.templates:
        if (values := values_in(text, pieces)) is not None:
            return filled(translation, values)
    return text


def filled(text: str, values: dict[str, str]) -> str:
    """A text with values at its {named} places."""
    return PLACE.sub(lambda place: values.get(place[1], place[0]), text)


def asked_for(accept_language: str) -> str:
    """The language that an Accept-Language header likes best of those that are here."""
    best, most = LANGUAGES[0], 0.0
    for item in accept_language.lower().split(","):
        name, _, weight = item.partition(";")
        main = name.strip().partition("-")[0]
        found = next((one for one in LANGUAGES if one.partition("-")[0] == main), None)
        try:
            liked = float(weight.replace(" ", "").removeprefix("q=") or 1)
        except ValueError:
            continue
        if found and liked > most:
            best, most = found, liked
    return best


def language_of(request: Request) -> str:
    """Of a page: as its address says, as has been chosen before, as the browser likes."""
    for name in (request.query_params.get("lang", ""), request.cookies.get(COOKIE, "")):
        if name in LANGUAGES:
            return name
    return asked_for(request.headers.get("accept-language", ""))


@dataclass(frozen=True)
class _Known:
    """What a catalogue says of the server's texts."""

    texts: dict[str, str]
    templates: list[tuple[list[str], str]]
    """Of finished sentences, with their translations: those that say most themselves first."""


@cache
def _known(language: str) -> _Known:
    texts: dict[str, str] = {}
    templates = []
    for one in read_catalog(language):
        if not one.id or not one.string:
            continue
        if not isinstance(one.id, str) or not isinstance(one.string, str):
            # All languages here have one plural form.
            texts |= dict.fromkeys(one.id, one.string[0])
            continue
        texts[one.id] = one.string
        if PLACE.search(one.id) and any(path.endswith(".py") for path, _ in one.locations):
            templates.append((one.id, one.string))
    templates.sort(key=lambda pair: -len(PLACE.sub("", pair[0])))
    return _Known(texts, [(PLACE.split(english), string) for english, string in templates])


def values_in(text: str, pieces: Sequence[str]) -> dict[str, str] | None:
    """The values of a template in a finished sentence; None where that is of another.

    pieces: literal text and names of places in turn. Each value is as short as it can be, found
    without going back: a sentence may hold what somebody has typed, and must not take long.
    """
    first, last = pieces[0], pieces[-1]
    end = len(text) - len(last)
    if end < len(first) or not (text.startswith(first) and text.endswith(last)):
        return None
    values: dict[str, str] = {}
    begin = len(first)
    for index in range(1, len(pieces), 2):
        name, literal = pieces[index], pieces[index + 1]
        until = end if index + 2 == len(pieces) else text.find(literal, begin, end)
        if until < begin or values.setdefault(name, text[begin:until]) != text[begin:until]:
            return None
        begin = until + len(literal)
    return values
