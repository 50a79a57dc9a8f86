"""Formulas for browsers: LaTeX, as the engine has it, to MathML."""

import re
from functools import cache
from typing import Any

from latex2mathml.converter import convert

from engine import RunSpec

REFERENCE = re.compile("&#x([0-9A-Fa-f]+);")
FUNCTION = re.compile(r"<mi>(?:ln|tanh|sin|cos)</mi>(?!<mo)")
"""Before an argument without brackets."""


@cache
def mathml(latex: str) -> str:
    """Each line of LaTeX as a <math> element, one after the other; empty for none."""
    whole = "".join(convert(line, display="block") for line in latex.splitlines())
    # It spells every sign as a number, which makes it twice as long, and takes ~ for a name.
    short = REFERENCE.sub(_sign, whole).replace("<mi>~</mi>", "<mo>∼</mo>")
    return FUNCTION.sub(r'\g<0><mspace width="0.167em"/>', short)


def _sign(reference: re.Match[str]) -> str:
    sign = chr(int(reference[1], 16))
    return reference[0] if sign in "<>&" else sign


@cache
def explained_schema() -> dict[str, Any]:
    """JSON Schema of a run, with "x-mathml" beside every "x-formula". Not to be changed."""
    schema = RunSpec.model_json_schema()
    _add_mathml(schema)
    return schema


def _add_mathml(node: object) -> None:
    if isinstance(node, dict):
        for value in list(node.values()):
            _add_mathml(value)
        if "x-formula" in node:
            node["x-mathml"] = mathml(node["x-formula"])
    elif isinstance(node, list):
        for value in node:
            _add_mathml(value)
