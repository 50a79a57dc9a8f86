"""The training engine of Neural Playground: NumPy and pydantic, nothing of the web.

One BLAS thread per process is assumed: set OPENBLAS_NUM_THREADS=1 before NumPy is imported.
"""

from engine.checkpoint import Checkpoint, RunState, start
from engine.data import Data, load_data
from engine.gradient_check import check_gradients
from engine.picture import Picture, View, render
from engine.prediction import predict
from engine.retuning import retune
from engine.spec import LayerSpec, RunSpec
from engine.training import Frames, TrainResult, advance, train

__all__ = [
    "Checkpoint",
    "Data",
    "Frames",
    "LayerSpec",
    "Picture",
    "RunSpec",
    "RunState",
    "TrainResult",
    "View",
    "advance",
    "check_gradients",
    "load_data",
    "predict",
    "render",
    "retune",
    "start",
    "train",
]
