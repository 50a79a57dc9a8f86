"""Keeps the catalogues up to date with the code.

python -m tests.texts                 take new texts in, leave out those that are gone
python -m tests.texts missing         print those without a translation, as a catalogue
python -m tests.texts merge FILE ...  take in the translations of such a catalogue
"""

import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from app.translation import LANGUAGES, catalog_file, read_catalog
from tests.texts import Text
from tests.texts.collected import collected


def empty(language: str) -> Catalog:
    """A catalogue without a head that changes with time."""
    return Catalog(locale=language.replace("-", "_"), fuzzy=False, header_comment="")


def updated(texts: list[Text], old: Catalog) -> Catalog:
    """The texts of now, with the translations of an old catalogue."""
    new = empty(str(old.locale).replace("_", "-"))
    for text in sorted(texts, key=lambda one: one.path):
        known = old.get(text.english)
        # All languages here have one plural form.
        form = (*forms(known), "")[0] if known else ""
        id = (text.english, text.plural) if text.plural else text.english
        new.add(id, (form,) if text.plural else form, locations=[(text.path, 0)])
    return new


def forms(entry: Message) -> list[str]:
    """What stands in a catalogue for a text, if anything: for each plural form."""
    strings = [entry.string] if isinstance(entry.string, str) else entry.string or ()
    return [one for one in strings if one]


def missing(catalog: Catalog) -> Catalog:
    """Those of its entries that have no translation."""
    left = empty(str(catalog.locale))
    for one in catalog:
        if one.id and not forms(one):
            left[one.id] = one
    return left


def merged(catalog: Catalog, more: Catalog) -> None:
    """Take the translations of `more` into a catalogue; texts that it does not have are left."""
    for one in more:
        known = catalog.get(one.id if isinstance(one.id, str) else one.id[0])
        if one.id and known and (found := forms(one)):
            known.string = found[0] if isinstance(known.id, str) else tuple(found)


def as_po(catalog: Catalog) -> bytes:
    """One line for each text, and only what the texts themselves change."""
    file = BytesIO()
    write_po(file, catalog, width=0, include_lineno=False, omit_header=True)
    return head(catalog) + file.getvalue()


def head(catalog: Catalog) -> bytes:
    lines = [
        f"Language: {catalog.locale}",
        f"Plural-Forms: {catalog.plural_forms}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
    ]
    written = "".join(f'"{line}\\n"\n' for line in lines)
    return f'msgid ""\nmsgstr ""\n{written}\n'.encode()


def main(command: str = "update", *files: str) -> None:
    for language in LANGUAGES[1:]:
        catalog = updated(collected(), read_catalog(language))
        if command == "missing":
            sys.stdout.buffer.write(as_po(missing(catalog)))
            continue
        for name in files:
            with Path(name).open("rb") as file:
                merged(catalog, read_po(file, locale=str(catalog.locale)))
        catalog_file(language).write_bytes(as_po(catalog))
        left = sum(1 for one in missing(catalog) if one.id)
        print(f"{language}: {len(catalog)} texts, {left} without a translation", file=sys.stderr)


main(*sys.argv[1:])
