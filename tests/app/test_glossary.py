"""Formulas become MathML, and the glossary holds every setting, option and mark once."""

import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest

from app.formulas import explained_schema, mathml
from app.glossary import Term, glossary
from app.marks import MARKS
from app.routes.glossary import linked
from app.translation import translate
from engine import RunSpec
from tests.app.server import Server

MATHML = "{http://www.w3.org/1998/Math/MathML}"
CORE = {
    *("math", "mrow", "mi", "mo", "mn", "mtext", "mspace", "mfrac", "msqrt", "mstyle"),
    *("msub", "msup", "msubsup", "munder", "mover", "munderover", "mtable", "mtr", "mtd"),
}
"""What formulas may be made of, all in MathML Core; an unknown command would be a mere word."""


def formulas(node: Any) -> Iterator[tuple[str, str]]:
    """Formulas of a JSON Schema, with their MathML."""
    if isinstance(node, dict):
        if "x-formula" in node:
            yield node["x-formula"], node["x-mathml"]
        node = list(node.values())
    for below in node if isinstance(node, list) else ():
        yield from formulas(below)


FORMULAS = {
    *formulas(explained_schema()),
    *((term.formula, term.mathml) for term in glossary() if term.formula),
}


@pytest.mark.parametrize(("latex", "markup"), sorted(FORMULAS))
def test_a_formula_is_well_formed_mathml(latex: str, markup: str) -> None:
    root = ElementTree.fromstring(f"<formulas>{markup}</formulas>")
    assert len(root) == len(latex.splitlines())
    for element in root.iter():
        name = element.tag.removeprefix(MATHML)
        assert name in CORE or element is root
        assert "style" not in element.attrib  # the Content-Security-Policy would refuse it
    words = "".join(root.itertext())
    assert "\\" not in words
    assert "&" not in words


def test_lines_and_signs() -> None:
    assert mathml("") == ""
    assert mathml("a = b\nc").count("<math ") == 2
    assert "<mo>=</mo>" in mathml("a = b")
    assert "&#x0003C;" in mathml("a < b")


def test_the_schema_has_mathml_beside_every_formula(server: Server) -> None:
    served = server.http.get("/api/schema").json()
    assert served == explained_schema()

    def without_mathml(node: Any) -> Any:
        if isinstance(node, dict):
            return {k: without_mathml(v) for k, v in node.items() if k != "x-mathml"}
        return [without_mathml(one) for one in node] if isinstance(node, list) else node

    assert without_mathml(served) == RunSpec.model_json_schema()


def test_the_glossary_holds_everything_once(server: Server) -> None:
    terms = [Term.model_validate(one) for one in server.http.get("/api/glossary").json()]
    assert terms == list(glossary())
    ids = [term.id for term in terms]
    assert len(set(ids)) == len(ids)
    schema = RunSpec.model_json_schema()
    assert set(schema["properties"]) <= set(ids)
    marks = {mark.id for group in MARKS.values() for mark in group}
    assert marks <= set(ids)
    places = {"FrozenPart", "AblatedUnit"}  # pointed at in the diagram
    settings = [one for name, one in schema["$defs"].items() if name not in places]
    for model in [schema, *settings]:
        own = model.get("properties", {})
        if "kind" in own:
            kind = own["kind"]["const"]
            assert any(
                term.id.endswith(f":{kind}") and term.description == model["description"]
                for term in terms
            )
        for field in own.values():
            if field.get("description") and "x-control" in field:
                assert field["description"] in {term.description for term in terms}


@pytest.mark.parametrize("term", glossary(), ids=lambda term: term.id)
def test_a_term_reads_well(term: Term) -> None:
    assert term.title == term.title.strip() != ""
    assert term.description.endswith((".", ")"))
    assert term.effect == "" or term.effect.endswith(".")
    assert bool(term.formula) == bool(term.mathml)


def test_the_page_holds_every_term_in_the_language_asked_for(server: Server) -> None:
    english = server.http.get("/glossary", headers={"Accept-Language": "en"})
    assert english.status_code == 200
    assert english.headers["vary"] == "Cookie, Accept-Language"
    places = re.findall(r'<article class="term" id="([^"]+)"', english.text)
    assert places == [term.id for term in glossary()]
    assert english.text.count("<math ") == sum(term.mathml.count("<math ") for term in glossary())
    chinese = server.http.get("/glossary", params={"lang": "zh-Hans"}).text
    assert '<html lang="zh-Hans">' in chinese
    learning_rate = translate("Learning rate", "zh-Hans")
    assert re.search(f'id="optimizer.learning_rate".{{1,200}}>{learning_rate}<', chinese, re.DOTALL)


def test_every_link_of_the_page_leads_somewhere(server: Server) -> None:
    page = server.http.get("/glossary").text
    ids = set(re.findall(r' id="([^"]+)"', page))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= ids
    for path in set(re.findall(r'"(/static/[^"]+)"', page)):
        assert server.http.get(path).status_code == 200


@pytest.mark.parametrize(
    ("source", "papers"),
    [
        ("Kingma and Ba 2015, arXiv:1412.6980", ["https://arxiv.org/abs/1412.6980"]),
        (
            "Polyak 1964, doi:10.1016/0041-5553(64)90137-5",
            ["https://doi.org/10.1016/0041-5553(64)90137-5"],
        ),
        (
            "A 2017, arXiv:1702.03118; B 2017, arXiv:1710.05941",
            ["https://arxiv.org/abs/1702.03118", "https://arxiv.org/abs/1710.05941"],
        ),
        ("Minsky and Papert 1969, Perceptrons", []),
    ],
)
def test_sources_link_to_papers(source: str, papers: list[str]) -> None:
    pieces = linked(source)
    assert "".join(text for text, _ in pieces) == source
    assert [address for _, address in pieces if address] == papers


def test_every_identifier_in_a_source_is_a_link() -> None:
    for term in glossary():
        named = term.source.count("arXiv:") + term.source.count("doi:")
        assert sum(1 for _, address in linked(term.source) if address) == named, term.id
