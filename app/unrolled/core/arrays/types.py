"""The array types of the core: everything is computed in float64."""

from typing import Literal

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Steps = npt.NDArray[np.int64]


Norm = Literal["spectral", "frobenius"]


Flags = npt.NDArray[np.bool_]
