"""What every option of a run has in common: frozen fields with bounds and help, refused when wrong.

An option is one frozen class that holds its fields, its maths and its docstring. The JSON Schema
made from it draws the page's controls, so titles and help are written here and nowhere else.
"""

from typing import Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Scale = Literal["linear", "log"]


class Option(BaseModel):
    """Base of all options: immutable, hashable, unknown keys and non-finite numbers refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def control(
    title: str,
    description: str,
    *,
    scale: Scale = "linear",
    step: float | None = None,
    advanced: bool = False,
    group: str | None = None,
    titles: dict[str, str] | None = None,
    effect: str = "",
    formula: str = "",
    source: str = "",
    restarts: bool | str = False,
    elsewhere: bool = False,
    **constraints: Any,
) -> Any:
    """A pydantic field with what the page needs to draw it.

    `scale` and `step` shape a slider, `advanced` moves the control behind "All settings", `group`
    names its section, `titles` gives display names of an enumeration's values. `effect` says what
    turning it up does, or when to use which choice, `formula` is as in `described`, `source` where
    to read on. `restarts` says that changing it starts a run afresh, or in a sentence when it does;
    everything else applies live. `elsewhere` is edited in the diagram. `constraints` are pydantic's
    own (gt, ge, lt, le, min_length, ...).
    """
    hints: dict[str, Any] = {"scale": scale}
    if step is not None:
        hints["step"] = step
    if advanced:
        hints["advanced"] = True
    if group is not None:
        hints["group"] = group
    if titles is not None:
        hints["titles"] = titles
    if effect:
        hints["effect"] = effect
    if source:
        hints["source"] = source
    if restarts:
        hints["restarts"] = restarts
    if elsewhere:
        hints["elsewhere"] = True
    extra: dict[str, Any] = {"x-control": hints}
    if formula:
        extra["x-formula"] = formula
    return Field(title=title, description=description, json_schema_extra=extra, **constraints)


def described(title: str, formula: str, source: str = "") -> ConfigDict:
    """Model configuration that gives an option its display name, its formula and its source.

    formula: LaTeX, one equation a line; source: authors, year, and where to find it.
    """
    extra: dict[str, Any] = {"x-formula": formula}
    if source:
        extra["x-source"] = source
    return ConfigDict(title=title, json_schema_extra=extra)


def _from_shorthand(value: object) -> object:
    return {"kind": value} if isinstance(value, str) else value


SHORTHAND = BeforeValidator(_from_shorthand)
"""Lets a choice be written as a bare string: "adam" is {"kind": "adam"} with its defaults."""
