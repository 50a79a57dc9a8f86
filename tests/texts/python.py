"""Texts in Python: sentences in the code of the server and the engine."""

import ast
import re
from collections.abc import Iterator

SENTENCE = re.compile(r"^(?:[A-Z][^\n]* [^\n]* |\{\w+\} [a-z])")
"""A capital and three words at least, or words after a place."""
PLACE = re.compile(r"\{\w*\}")
CODE = re.compile(r"\w\(\{|doi:|arXiv:")
NOT_READ = {
    *("Body", "Field", "Mark", "Response", "control", "described", "ValueError", "RuntimeError"),
}
"""Calls whose texts are for the schema, where they are found again, or for those at work here."""


def sentences(source: str) -> list[str]:
    """Templates of the finished sentences that a module makes, with {named} places."""
    return list(dict.fromkeys(_sentences(ast.parse(source))))


def _sentences(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call):
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        owner = getattr(getattr(function, "value", None), "id", "")
        if name in NOT_READ or owner == "logger":
            return
    if isinstance(node, ast.Constant | ast.JoinedStr):
        text = template(node)
        if text is not None and is_sentence(text):
            yield text
        return
    for child in ast.iter_child_nodes(node):
        # Docstrings and annotations are for those at work here.
        docstring = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
        annotation = child is getattr(node, "annotation", None)
        if not docstring and not annotation:
            yield from _sentences(child)


def is_sentence(text: str) -> bool:
    """It is for people, rather than code or the title of a book."""
    words = re.findall("[A-Za-z]{2,}", PLACE.sub("", text))
    enough = len(words) > 1 or not text.startswith("{")
    return enough and SENTENCE.match(text) is not None and not CODE.search(text)


def template(node: ast.Constant | ast.JoinedStr) -> str | None:
    """A literal with {named} places; None for one that is no text."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    parts: list[str] = []
    names: dict[str, str] = {}
    for value in node.values:
        if isinstance(value, ast.Constant):
            parts.append(str(value.value))
        elif isinstance(value, ast.FormattedValue):
            name, expression = _named(value.value), ast.dump(value.value)
            while names.setdefault(name, expression) != expression:
                name += "_"
            parts.append(f"{{{name}}}")
    return "".join(parts)


def _named(node: ast.AST) -> str:
    """A name for a value: the most particular one in its expression."""
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Subscript):
        return _named(node.value)
    if isinstance(node, ast.Call):
        return _named(node.args[0]) if node.args else _named(node.func)
    names = [one.id for one in ast.walk(node) if isinstance(one, ast.Name)]
    return names[0] if names else "value"
