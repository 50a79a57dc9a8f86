"""The training engine of Neural Playground: NumPy and pydantic, nothing of the web.

One BLAS thread per process is assumed: set OPENBLAS_NUM_THREADS=1 before NumPy is imported.
"""

from engine.checkpoint import Checkpoint, RunState, start
from engine.checkpoint_file import (
    CheckpointError,
    load_checkpoint,
    machine_fingerprint,
    save_checkpoint,
)
from engine.data import Data, load_data
from engine.diagnostics import STATISTICS, LayerStatistics
from engine.facts import Cost, LayerFacts, ModelFacts, estimate_cost, model_facts
from engine.gradient_check import check_gradients
from engine.metrics import METRICS
from engine.picture import Picture, View, render
from engine.prediction import confusion, predict
from engine.retuning import retune
from engine.spec import LayerSpec, RunSpec
from engine.training import Frames, TrainResult, advance, train

__all__ = [
    "METRICS",
    "STATISTICS",
    "Checkpoint",
    "CheckpointError",
    "Cost",
    "Data",
    "Frames",
    "LayerFacts",
    "LayerSpec",
    "LayerStatistics",
    "ModelFacts",
    "Picture",
    "RunSpec",
    "RunState",
    "TrainResult",
    "View",
    "advance",
    "check_gradients",
    "confusion",
    "estimate_cost",
    "load_checkpoint",
    "load_data",
    "machine_fingerprint",
    "model_facts",
    "predict",
    "render",
    "retune",
    "save_checkpoint",
    "start",
    "train",
]
