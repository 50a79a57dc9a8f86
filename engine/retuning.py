"""Changing the settings of a run that has begun."""

from dataclasses import replace

from engine.checkpoint import Checkpoint, RunState, initial_optimizer_state, initial_state
from engine.initializers import Initializer
from engine.spec import RunSpec


def retune(checkpoint: Checkpoint, run: int, spec: RunSpec) -> tuple[Checkpoint, tuple[str, ...]]:
    """Give one run new settings.

    Weights and optimizer state are kept whenever the shapes allow; an optimizer of another kind
    starts with fresh state on the same weights. Returns the checkpoint, and the paths of the
    settings that made the run start anew from its initial weights: empty when the change went
    on live. A run that has ended trains again, from the weights it was left with.
    """
    state = checkpoint.runs[run]
    restarted = restarting_settings(state.spec, spec)
    # Before the first update, weights in another precision are drawn anew, not rounded twice.
    anew = not state.updates and spec.precision != state.spec.precision
    new = initial_state(spec) if restarted or anew else _continued(state, spec)
    runs = list(checkpoint.runs)
    runs[run] = new
    return replace(checkpoint, runs=tuple(runs)), restarted if state.updates else ()


def restarting_settings(old: RunSpec, new: RunSpec) -> tuple[str, ...]:
    """Paths of the changed settings with which a run can only start anew."""

    def inits(spec: RunSpec) -> list[Initializer]:
        return [layer.init or spec.init for layer in spec.layers] + [spec.init]

    def shapes(spec: RunSpec) -> list[tuple[int, int, bool]]:
        return [(layer.units, layer.activation.rows, layer.batch_norm) for layer in spec.layers]

    shapes_differ = shapes(old) != shapes(new)
    differs = {
        "seed": old.seed != new.seed,
        "data.kind": old.data.task != new.data.task,
        "features": old.inputs != new.inputs,
        "layers": shapes_differ,
        "init": not shapes_differ and inits(old) != inits(new),
    }
    return tuple(path for path, changed in differs.items() if changed)


def _continued(state: RunState, spec: RunSpec) -> RunState:
    same_kind = spec.optimizer.kind == state.spec.optimizer.kind
    return RunState(
        spec,
        state.theta.astype(spec.precision),
        state.optimizer_state.astype(spec.precision)
        if same_kind
        else initial_optimizer_state(spec),
        state.running.astype(spec.precision),
        state.updates,
        state.optimizer_updates if same_kind else 0,
    )
