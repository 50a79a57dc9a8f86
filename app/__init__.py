"""The server of Neural Playground: HTTP commands, the WebSocket stream and the page."""

import os

# Before NumPy is imported, here and in the workers, which inherit it: there is one worker per
# core, and its matrices are so small that more threads would only wait for each other.
for _library in ("OPENBLAS", "MKL", "OMP"):
    os.environ[f"{_library}_NUM_THREADS"] = "1"
