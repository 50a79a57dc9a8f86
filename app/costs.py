"""What an experiment may cost: checked from its settings alone, before anything is made of them."""

from collections.abc import Callable, Collection, Sequence

from app.changes import Invalid
from app.errors import Refusal
from app.lane import Lane
from app.messages import Change
from app.plan import Planned, plan
from app.settings import Settings
from engine import Cost, RunSpec, estimate_cost
from engine.datasets import PlanarOption
from engine.replay import Position
from engine.spec import LayerSpec

Path = Callable[[int, str], str]
"""Where a call says the setting of a lane, or its `seeds`: from the lane's number and the path.
Empty for what the call does not say."""
Figure = Callable[[Cost], float]

_COSTLY = (
    "data",
    "features",
    "layers",
    "loss",
    "batch_size",
    "precision",
    "regularization",
    "gradient_clip",
    "layer_rates",
    "ablated",
)
_SMALL_LAYERS = (LayerSpec(units=4),)
_SMALL_SAMPLES, _SMALL_BATCH = 200, 10


def in_creation(number: int, field: str) -> str:
    """Where POST /api/experiments has it."""
    return f"seeds.{number}" if field == "seeds" else f"runs.{number}.{field}"


def check(
    settings: Settings,
    specs: Sequence[RunSpec],
    seeds: Sequence[int],
    path: Path = in_creation,
    new: Collection[int] | None = None,
    part: Collection[str] = (),
) -> None:
    """Refuse an experiment of these lanes if it is more than the server allows. Raises Invalid.

    new: the lanes that the call adds or changes, which alone can be at fault; all if not given.
    part: the settings that it changes, which are named rather than others.
    """
    asked = range(len(specs)) if new is None else new
    for number in asked:
        if large := _too_large(settings, specs[number]):
            field, detail = large
            raise Invalid([(path(number, field), detail)])
    if sum(seeds) > settings.max_runs:
        most = max(asked, key=lambda number: seeds[number])
        detail = (
            f"These are {sum(seeds)} runs, seeds of all lanes together; this server allows "
            f"{settings.max_runs}. Try fewer seeds or fewer lanes"
        )
        raise Invalid([(path(most, "seeds"), detail)])
    if costly := _too_costly(settings, estimate_cost(specs, seeds)):
        figure, detail = costly
        number, field = _most_responsible(specs, seeds, asked, figure, part, path)
        raise Invalid([(path(number, field), detail)])


def in_part(number: int, field: str) -> str:
    """Where a part of a spec has it."""
    return "" if field == "seeds" else field


def below(place: str) -> Path:
    """Where a part of a spec has it that lies somewhere in the call."""
    return lambda number, field: f"{place}.{field}" if in_part(number, field) else ""


def plan_checked(
    settings: Settings,
    specs: list[RunSpec],
    seeds: Sequence[int],
    changes: list[Change],
    target: Position,
) -> tuple[list[RunSpec], list[Planned]]:
    """As `plan`; what each change leads to is checked too. Raises Invalid."""
    begin, planned = plan(specs, changes, target)
    latest = list(begin)
    if begin != specs:
        check(settings, begin, seeds)
    for one in planned:
        before, latest[one.change.run] = latest[one.change.run], one.spec
        if costs_differ(before, one.spec):
            check(
                settings,
                latest,
                seeds,
                below(f"changes.{changes.index(one.change)}.changes"),
                [one.change.run],
                one.change.changes,
            )
    return begin, planned


def costs_differ(before: RunSpec, after: RunSpec) -> bool:
    """Whether a change of settings can change what a run costs."""
    return before.optimizer.kind != after.optimizer.kind or any(
        getattr(before, field) != getattr(after, field) for field in _COSTLY
    )


def check_changes(settings: Settings, lanes: Sequence[Lane], more: int) -> None:
    """Refuse so many more changes of settings, if that is more than allowed. Raises Refusal."""
    if sum(len(lane.planned) for lane in lanes) + more > settings.max_changes:
        raise Refusal(
            f"Settings can be changed {settings.max_changes} times in one experiment: reset it, "
            "or begin another one with them"
        )


def _too_large(settings: Settings, spec: RunSpec) -> tuple[str, str] | None:
    """The setting that is beyond what the server allows, and why."""
    if len(spec.layers) > settings.max_layers:
        return "layers", f"This server allows {settings.max_layers} hidden layers in a network"
    for index, layer in enumerate(spec.layers):
        if layer.units > settings.max_units:
            return (
                f"layers.{index}.units",
                f"This server allows {settings.max_units} units in a layer",
            )
    if spec.data.count > settings.max_samples:
        field = "data.samples" if isinstance(spec.data, PlanarOption) else "data"
        detail = f"This server allows {settings.max_samples} points; these are {spec.data.count}"
        return field, detail
    return None


def _too_costly(settings: Settings, cost: Cost) -> tuple[Figure, str] | None:
    """What of the estimate is beyond what the server allows, and why."""
    if cost.memory_bytes > settings.max_experiment_memory:
        return lambda cost: cost.memory_bytes, (
            f"Training all runs is estimated to take {_megabytes(cost.memory_bytes)} of memory; "
            f"this server allows {_megabytes(settings.max_experiment_memory)}. Try fewer units, "
            "fewer points or fewer runs"
        )
    most = settings.max_piece_seconds
    if cost.update_seconds > most:
        return lambda cost: cost.update_seconds, (
            f"One update of all runs is estimated to take {cost.update_seconds:.2g} s; this "
            f"server allows {most:g} s. Try fewer units, a smaller batch or fewer runs"
        )
    if cost.evaluation_seconds > most:
        return lambda cost: cost.evaluation_seconds, (
            f"Evaluating all runs is estimated to take {cost.evaluation_seconds:.2g} s; this "
            f"server allows {most:g} s. Try fewer units, fewer points or fewer runs"
        )
    most = settings.max_epoch_seconds
    if cost.seconds_per_epoch > most:
        return lambda cost: cost.seconds_per_epoch, (
            f"One epoch of all runs is estimated to take {cost.seconds_per_epoch:.2g} s; this "
            f"server allows {most:g} s. Try larger batches, fewer units, fewer points or fewer runs"
        )
    return None


def _megabytes(count: float) -> str:
    return f"{count / 2**20:.3g} MiB"


def _most_responsible(
    specs: Sequence[RunSpec],
    seeds: Sequence[int],
    asked: Collection[int],
    figure: Figure,
    part: Collection[str],
    path: Path,
) -> tuple[int, str]:
    """The lane that costs most by itself, and of its settings the one whose usual value would
    save most."""
    number = max(asked, key=lambda n: figure(estimate_cost([specs[n]], [seeds[n]])))
    spec = specs[number]

    def left(one: RunSpec, count: int) -> float:
        return figure(estimate_cost([one], [count]))

    found: dict[str, float] = {}
    if spec.layers:
        found["layers"] = left(spec.model_copy(update={"layers": _SMALL_LAYERS}), seeds[number])
    if isinstance(spec.data, PlanarOption):
        data = spec.data.model_copy(update={"samples": min(_SMALL_SAMPLES, spec.data.samples)})
        found["data.samples"] = left(spec.model_copy(update={"data": data}), seeds[number])
    found["batch_size"] = left(spec.model_copy(update={"batch_size": _SMALL_BATCH}), seeds[number])
    if spec.regularization.weight_noise:
        calm = spec.regularization.model_copy(update={"weight_noise": 0.0})
        found["regularization.weight_noise"] = left(
            spec.model_copy(update={"regularization": calm}), seeds[number]
        )
    if seeds[number] > 1 and path(number, "seeds"):
        found["seeds"] = left(spec, 1)
    changed = [field for field in found if field.partition(".")[0] in part]
    return number, min(changed or found, key=lambda field: found[field])
