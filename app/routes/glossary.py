"""The glossary as a page: every explanation in one place, readable without JavaScript."""

import asyncio
import re
from functools import lru_cache, partial

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment

from app.glossary import Term, glossary
from app.routes.page import NO_CACHE, current_assets
from app.translation import LANGUAGES, language_of, translate

router = APIRouter(include_in_schema=False)

PLACES = {
    "arXiv:": ("https://arxiv.org/abs/", r"arXiv:[\w.]+\d"),
    "doi:": ("https://doi.org/", r"doi:10\.[^\s;,]*[^\s;,.]"),
}
"""Of papers: their addresses, and how sources name them."""
PAPER = re.compile("(" + "|".join(pattern for _, pattern in PLACES.values()) + ")")


@router.get("/glossary")
async def glossary_page(request: Request) -> HTMLResponse:
    """What every setting, option and mark means."""
    assets = await current_assets(request)
    templates: Environment = request.app.state.templates
    language = language_of(request)
    # Thousands of texts: not on the event loop, and once for each version of the page.
    html = await asyncio.to_thread(_render, templates, assets.version, language)
    return HTMLResponse(html, headers={**NO_CACHE, "Vary": "Cookie, Accept-Language"})


@lru_cache(maxsize=2 * len(LANGUAGES))
def _render(templates: Environment, version: str, language: str) -> str:
    groups: dict[str, list[Term]] = {}
    for term in glossary():
        groups.setdefault(term.group, []).append(term)
    return templates.get_template("glossary.html").render(
        static=f"/static/{version}",
        lang=language,
        t=partial(translate, language=language),
        groups=groups,
        paragraphs=lambda text: re.split(r"\n\s*\n", text),
        linked=linked,
    )


def linked(source: str) -> list[tuple[str, str]]:
    """A source in pieces of text, each with the address of the paper that it names, or with ""."""
    pieces = []
    for piece in filter(None, PAPER.split(source)):
        name = next((name for name in PLACES if PAPER.fullmatch(piece) and name in piece), "")
        pieces.append((piece, PLACES[name][0] + piece.removeprefix(name) if name else ""))
    return pieces
