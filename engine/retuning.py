"""Changing the settings of a run that has begun."""

from dataclasses import replace

import numpy as np

from engine.checkpoint import Checkpoint, RunState, initial_state
from engine.initializers import Initializer
from engine.spec import RunSpec


def retune(checkpoint: Checkpoint, run: int, spec: RunSpec) -> tuple[Checkpoint, tuple[str, ...]]:
    """Give one run new settings.

    Weights and optimizer state are kept whenever the shapes allow; an optimizer of another kind
    starts with fresh state on the same weights. Returns the checkpoint, and the paths of the
    settings that made the run start anew from its initial weights: empty when the change went
    on live. A diverged run trains again, from its last finite weights.
    """
    state = checkpoint.runs[run]
    restarted = restarting_settings(state.spec, spec)
    new = initial_state(spec) if restarted or not state.updates else _continued(state, spec)
    runs = list(checkpoint.runs)
    runs[run] = new
    return replace(checkpoint, runs=tuple(runs)), restarted if state.updates else ()


def restarting_settings(old: RunSpec, new: RunSpec) -> tuple[str, ...]:
    """Paths of the changed settings with which a run can only start anew."""

    def inits(spec: RunSpec) -> list[Initializer]:
        return [layer.init or spec.init for layer in spec.layers] + [spec.init]

    widths_differ = [layer.units for layer in old.layers] != [layer.units for layer in new.layers]
    differs = {
        "seed": old.seed != new.seed,
        "data.kind": old.head.outputs != new.head.outputs,
        "features": old.features != new.features,
        "layers": widths_differ,
        "init": not widths_differ and inits(old) != inits(new),
    }
    return tuple(path for path, changed in differs.items() if changed)


def _continued(state: RunState, spec: RunSpec) -> RunState:
    theta = state.theta.astype(spec.precision)
    if spec.optimizer.kind == state.spec.optimizer.kind:
        optimizer_state, updates = (
            state.optimizer_state.astype(spec.precision),
            state.optimizer_updates,
        )
    else:
        rows = len(spec.optimizer.state)
        optimizer_state, updates = np.zeros((rows, len(theta)), spec.precision), 0
    return RunState(spec, theta, optimizer_state, state.updates, updates)
