"""Makes the tables' files from the copies in scikit-learn: `python engine/tables/make.py`.

Needs scikit-learn, which the playground itself does not.
"""

from pathlib import Path

import numpy as np
from sklearn import datasets

HERE = Path(__file__).parent

if __name__ == "__main__":
    for name in ("iris", "wine", "breast_cancer", "digits"):
        table = getattr(datasets, f"load_{name}")()
        columns = [str(column).removesuffix(" (cm)") for column in table.feature_names]
        x = table.data.astype(np.uint8) if name == "digits" else table.data
        np.savez_compressed(
            HERE / f"{name}.npz",
            x=x,
            y=table.target.astype(np.uint8),
            columns=np.array(columns),
            classes=np.array([str(value) for value in table.target_names]),
        )
        print(name, x.shape, (HERE / f"{name}.npz").stat().st_size, "bytes")
