"""Specs from files and from --set."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.changes import Invalid, Spec, laid_over, merge, parsed
from app.cli.failure import Failure


def read_spec(
    model: type[Spec], file: Path, settings: Sequence[str], more: dict[str, Any] | None = None
) -> Spec:
    """A file's spec with `more`, and `settings`, each PATH=VALUE, laid over it. Raises Failure."""
    try:
        spec = parsed(model, merge(json.loads(file.read_text()), more or {}))
        for setting in settings:
            path, equals, text = setting.partition("=")
            if not equals:
                raise Failure(f"--set {setting}: write it as PATH=VALUE")
            part = _part(spec.model_dump(mode="json"), path.split("."), _value(text))
            spec = laid_over(spec, part)
    except OSError as error:
        raise Failure(f"{file}: {error.strerror}") from None
    except json.JSONDecodeError as error:
        raise Failure(f"{file} is not JSON: {error}") from None
    except Invalid as error:
        lines = [f"{path}: {detail}" for path, detail in error.errors]
        raise Failure("\n  ".join(["the settings are not right", *lines])) from None
    return spec


def _value(text: str) -> Any:
    """JSON, or a bare word."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _part(whole: Any, path: Sequence[str], value: Any) -> Any:
    """The partial spec that puts `value` at `path`. Lists, which replace others, come whole."""
    if not path:
        return value
    key, *rest = path
    if isinstance(whole, list) and key.isdigit() and int(key) < len(whole):
        items = list(whole)
        items[int(key)] = merge(whole[int(key)], _part(whole[int(key)], rest, value))
        return items
    return {key: _part(whole.get(key) if isinstance(whole, dict) else None, rest, value)}
