"""Partial specs: merging them into a whole one, and naming the field that is wrong."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import ValidationError

from engine import RunSpec
from engine.option import Option
from engine.spec import fitting

Spec = TypeVar("Spec", bound=Option)
MOST_COMPLAINTS = 100


class Invalid(ValueError):
    """Fields that were refused: `errors` holds (path, detail) of each."""

    def __init__(self, errors: list[tuple[str, str]]) -> None:
        super().__init__(errors)
        self.errors = errors

    def below(self, path: str) -> "Invalid":
        """The same with `path` in front."""
        return Invalid([(f"{path}.{field}".rstrip("."), detail) for field, detail in self.errors])


def changed(spec: RunSpec, part: Mapping[str, Any]) -> RunSpec:
    """The spec with `part` laid over it. Raises Invalid.

    Of its frozen and ablated parts those go that its network no longer has.
    """
    # Only what the part itself says is refused when it is not there.
    held = {name: getattr(spec, name) for name in ("frozen", "ablated") if name not in part}
    if not any(held.values()):
        return laid_over(spec, part)
    bare = laid_over(spec.model_copy(update=dict.fromkeys(held, ())), part)
    return fitting(bare.model_copy(update=held))


def laid_over(spec: Spec, part: Mapping[str, Any]) -> Spec:
    # What the part leaves alone stays the object that it is, and is not checked again.
    whole = {name: getattr(spec, name) for name in type(spec).model_fields}
    whole |= spec.model_dump(mode="json", include=set(part))
    return parsed(type(spec), merge(whole, part))


def complete(value: Any) -> RunSpec:
    """The run that `value` describes, with the defaults filled in. Raises Invalid."""
    return parsed(RunSpec, value)


def parsed(model: type[Spec], value: Any) -> Spec:
    """The spec that `value` describes, with the defaults filled in. Raises Invalid."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise Invalid(complaints(error.errors(), value)) from None


def complaints(errors: Sequence[Mapping[str, Any]], value: Any) -> list[tuple[str, str]]:
    """(path, detail) for each field of `value` that pydantic refused; the first of very many."""
    details: dict[str, str] = {}
    for error in errors[:MOST_COMPLAINTS]:
        path, detail = field_path(error["loc"], value), _in_plain_words(error)
        # Members of a union complain one by one: together they say what is possible.
        details[path] = f"{details[path]}; or: {detail}" if path in details else detail
    return list(details.items())


def _in_plain_words(error: Mapping[str, Any]) -> str:
    match error["type"]:
        case "extra_forbidden":
            return "There is no such setting"
        case "missing" | "union_tag_not_found":
            return "Is missing"
        case "union_tag_invalid":
            choices = error["ctx"]["expected_tags"].replace("'", "")
            return f"There is no {error['ctx']['tag']!r}; the choices are {choices}"
        case _:
            return str(error["msg"]).replace("Input should", "Should")


def merge(whole: Any, part: Any) -> Any:
    """`part` laid over `whole`, deep; neither is touched.

    Objects are merged key by key. Everything else is replaced whole: numbers, texts, lists, and a
    choice that is given with another `kind` or as a bare string.
    """
    if not (isinstance(whole, Mapping) and isinstance(part, Mapping)):
        return part
    if "kind" in part and part["kind"] != whole.get("kind"):
        return dict(part)
    merged = dict(whole)
    for key, value in part.items():
        merged[key] = merge(whole[key], value) if key in whole else value
    return merged


def field_path(loc: Sequence[int | str], value: Any) -> str:
    """The dotted path of a pydantic error location in the input `value`.

    pydantic puts the tag of a union's member into the location although the input has no such
    key; walking the input beside the location tells the two apart.
    """
    path: list[str] = []
    for position, part in enumerate(loc):
        if isinstance(value, Mapping) and isinstance(part, str):
            last = position == len(loc) - 1
            if part not in value and (not last or part == value.get("kind")):
                continue  # a tag; the name of a field that is missing would come last
            value = value.get(part)
        elif isinstance(value, Sequence) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            continue  # a tag beside a bare string or number
        path.append(str(part))
    return ".".join(path)
