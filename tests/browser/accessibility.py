"""axe-core in the page."""

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / ".config/node_modules/axe-core/axe.min.js"


@cache
def _source() -> str:
    return AXE.read_text(encoding="utf-8")


def axe_violations(page: Page) -> list[str]:
    """What axe-core finds: one line per rule and element, empty when all is well."""
    # Evaluated by the debugger, so the page's Content-Security-Policy does not apply.
    page.evaluate(_source())
    found: list[str] = page.evaluate(
        """async () => (await axe.run()).violations.flatMap(({ id, nodes }) =>
          nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary}`))"""
    )
    return found
