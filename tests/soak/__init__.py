"""Long tests under load, printed as figures beside their goals: `make soak`."""

import os

# One BLAS thread for everybody, set before anything imports NumPy.
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
