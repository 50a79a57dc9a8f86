"""The training engine of Neural Playground: NumPy and pydantic, nothing of the web.

One BLAS thread per process is assumed: set OPENBLAS_NUM_THREADS=1 before NumPy is imported.
"""

from engine.answers import Answers
from engine.checkpoint import Checkpoint, RunState, start
from engine.checkpoint_file import (
    CheckpointError,
    load_checkpoint,
    machine_fingerprint,
    save_checkpoint,
)
from engine.custom_data import DataError, store_data
from engine.data import Data, load_data
from engine.diagnostics import STATISTICS, LayerStatistics
from engine.editing import WeightEdit, edit_weights
from engine.facts import Cost, LayerFacts, ModelFacts, estimate_cost, model_facts
from engine.fingerprints import Fingerprints, fingerprints
from engine.gradient_check import check_gradients
from engine.metrics import METRICS
from engine.picture import Detail, Picture, Spread, View, render, render_spread
from engine.prediction import confusion, predict
from engine.previews import Preview, preview
from engine.replay import Retuning, replay
from engine.retuning import retune
from engine.spec import LayerSpec, RunSpec
from engine.summary import Summary, summarize
from engine.sweep_result import SweepResult
from engine.sweep_spec import SweepSpec
from engine.sweeping import sweep
from engine.training import Frames, TrainResult, advance, train
from engine.warp import Warp

__all__ = [
    "METRICS",
    "STATISTICS",
    "Answers",
    "Checkpoint",
    "CheckpointError",
    "Cost",
    "Data",
    "DataError",
    "Detail",
    "Fingerprints",
    "Frames",
    "LayerFacts",
    "LayerSpec",
    "LayerStatistics",
    "ModelFacts",
    "Picture",
    "Preview",
    "Retuning",
    "RunSpec",
    "RunState",
    "Spread",
    "Summary",
    "SweepResult",
    "SweepSpec",
    "TrainResult",
    "View",
    "Warp",
    "WeightEdit",
    "advance",
    "check_gradients",
    "confusion",
    "edit_weights",
    "estimate_cost",
    "fingerprints",
    "load_checkpoint",
    "load_data",
    "machine_fingerprint",
    "model_facts",
    "predict",
    "preview",
    "render",
    "render_spread",
    "replay",
    "retune",
    "save_checkpoint",
    "start",
    "store_data",
    "summarize",
    "sweep",
    "train",
]
