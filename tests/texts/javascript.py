"""Texts in the page's modules: what is handed to i18n.js, and what should be."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

KEYS = {"t": 1, "rich": 1, "message": 1, "tn": 2}
"""Functions of i18n.js, and how many of their arguments are texts."""
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
NAME = re.compile(r"[A-Za-z_$][\w$]*")
NUMBER = re.compile(r"\d[\w.]*")
REGEX = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/\w*")
BEFORE_REGEX = {"return", "typeof", "case", "in", "of", "=>"} | set("(,=:[!&|?{};+-*%<>~^")
HOLE = "\0"
SPOKEN = ("aria-label", "aria-description", "aria-valuetext", "title", "placeholder", "alt")
"""Attributes that people read or hear."""


@dataclass(frozen=True)
class Token:
    """A piece of a module."""

    kind: Literal["name", "string", "template", "sign", "number", "regex"]
    text: str
    """Of strings what they say; of templates too, with HOLE for each ${}."""
    line: int
    tag: str = ""
    """What a template is handed to, such as html."""


@dataclass
class _Template:
    tag: str
    place: int
    line: int
    text: list[str] = field(default_factory=list)
    depth: int = 0
    """Braces open inside its hole."""


def tokens(source: str) -> list[Token]:
    """All of a module in order; a template comes before what is in its holes.

    Comments are left out. Raises ValueError where the source is no JavaScript.
    """
    found: list[Token] = []
    open_templates: list[_Template] = []
    position = 0

    def line() -> int:
        return source.count("\n", 0, position) + 1

    def read_template(template: _Template, start: int) -> int:
        """Read on in a template, up to its next hole or its end."""
        at = start
        while source[at] != "`" and not source.startswith("${", at):
            if source[at] == "\\":
                template.text.append(ESCAPES.get(source[at + 1], source[at + 1]))
                at += 2
            else:
                template.text.append(source[at])
                at += 1
        if source[at] == "`":
            text = "".join(template.text)
            found[template.place] = Token("template", text, template.line, template.tag)
            open_templates.remove(template)
            return at + 1
        template.text.append(HOLE)
        template.depth = 1
        return at + 2

    while position < len(source):
        rest = source[position]
        before = found[-1] if found else None
        if rest.isspace():
            position += 1
        elif source.startswith("//", position):
            end = source.find("\n", position)
            position = len(source) if end < 0 else end
        elif source.startswith("/*", position):
            position = source.index("*/", position) + 2
        elif rest in "\"'":
            text, end = _string(source, position)
            found.append(Token("string", text, line()))
            position = end
        elif rest == "`":
            tagged = before is not None and before.kind == "name" and before.text == "html"
            template = _Template("html" if tagged else "", len(found), line())
            found.append(Token("template", "", line()))
            open_templates.append(template)
            position = read_template(template, position + 1)
        elif name := NAME.match(source, position):
            found.append(Token("name", name[0], line()))
            position = name.end()
        elif number := NUMBER.match(source, position):
            found.append(Token("number", number[0], line()))
            position = number.end()
        elif (
            rest == "/"
            and (before is None or before.text in BEFORE_REGEX)
            and (regex := REGEX.match(source, position))
        ):
            found.append(Token("regex", regex[0], line()))
            position = regex.end()
        else:
            position += 1
            if open_templates and rest in "{}":
                inside = open_templates[-1]
                inside.depth += 1 if rest == "{" else -1
                if inside.depth == 0:
                    position = read_template(inside, position)
                    continue
            if rest == ">" and before is not None and before.text == "=":
                found[-1] = Token("sign", "=>", before.line)
            else:
                found.append(Token("sign", rest, line()))
    return found


def _string(source: str, start: int) -> tuple[str, int]:
    """What the string that begins at `start` says, and where it ends."""
    text = []
    at = start + 1
    while source[at] != source[start]:
        if source[at] != "\\":
            text.append(source[at])
            at += 1
        elif source.startswith("u{", at + 1):
            end = source.index("}", at)
            text.append(chr(int(source[at + 3 : end], 16)))
            at = end + 1
        elif source[at + 1] == "u":
            text.append(chr(int(source[at + 2 : at + 6], 16)))
            at += 6
        else:
            text.append(ESCAPES.get(source[at + 1], source[at + 1]))
            at += 2
    return "".join(text), at + 1


def keys(source: str) -> list[tuple[str, str]]:
    """Texts for translation, each with its plural form or ""."""
    return [texts for _, texts in _calls(tokens(source)) if texts[0]]


def _calls(found: list[Token]) -> Iterator[tuple[set[int], tuple[str, str]]]:
    """Places of the literals, and what they say; of `t(a ? "x" : "y")` both in turn."""
    for index, token in enumerate(found[:-1]):
        if token.kind != "name" or token.text not in KEYS or found[index + 1].text != "(":
            continue
        if index and found[index - 1].text in (".", "function"):
            continue
        arguments = _literals(found, index + 2)
        if KEYS[token.text] == 2:
            if len(arguments) >= 2 and arguments[0] and arguments[1]:
                (place, one), (other_place, other) = arguments[0][0], arguments[1][0]
                yield place | other_place, (one, other)
        elif arguments:
            for place, text in arguments[0]:
                yield place, (text, "")


def _literals(found: list[Token], start: int) -> list[list[tuple[set[int], str]]]:
    """Of each argument of a call its literals, long ones put together: their places, and text."""
    arguments: list[list[tuple[set[int], str]]] = [[]]
    depth = 0
    for index in range(start, len(found)):
        token, before = found[index], found[index - 1]
        if token.kind == "sign" and token.text in "([{":
            depth += 1
        elif token.kind == "sign" and token.text in ")]}":
            depth -= 1
            if depth < 0:
                break
        elif token.kind == "sign" and token.text == "," and depth == 0:
            arguments.append([])
        elif token.kind == "string" and depth == 0:
            if before.text == "+" and arguments[-1]:
                places, text = arguments[-1][-1]
                arguments[-1][-1] = (places | {index}, text + token.text)
            elif before.text in "(,?:" and before.kind == "sign":
                arguments[-1].append(({index}, token.text))
    return arguments


def untranslated(source: str) -> list[str]:
    """English in a module that nobody translates: "line: text"."""
    found = tokens(source)
    taken = {place for places, _ in _calls(found) for place in places}
    left = []
    for index, token in enumerate(found):
        if token.kind == "template" and token.tag == "html":
            left += [f"{token.line}: {text}" for text in _written(token.text)]
        elif (
            (token.kind == "template" or (token.kind == "string" and index not in taken))
            and _is_sentence(token.text)
            and not _is_error(found, index)
        ):
            left.append(f"{token.line}: {token.text.replace(HOLE, '{}')}")
    return left


def _written(template: str) -> Iterator[str]:
    """What an html template says by itself."""
    for name, value in re.findall(r'\s([\w-]+)="([^"]*)"', template):
        if name in SPOKEN and re.search("[A-Za-z]{2}", value):
            yield value.replace(HOLE, "{}")
    for text in re.split(r"<[^>]*>", template):
        if re.search("[A-Za-z]{2}", text):
            yield " ".join(text.replace(HOLE, "{}").split())


def _is_sentence(text: str) -> bool:
    """Several words, the first with a capital; HOLE may stand for a word."""
    return re.match(r"^[A-Z\0][\w\0’'-]*[,:]? [\w\0(]", text) is not None and bool(
        re.search("[A-Za-z]{2}", text)
    )


def _is_error(found: list[Token], index: int) -> bool:
    """Goes to the console, for those who work on the page."""
    return index >= 2 and found[index - 1].text == "(" and found[index - 2].text == "Error"
