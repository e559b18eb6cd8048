"""The slope of a function in many digits, far out on both sides."""

import mpmath
import numpy as np

FAR = np.array([-300.0, -100.0, -37.0, -20.0, -9.0, -4.0, 4.0, 9.0, 20.0, 37.0, 100.0, 300.0])


def slopes(define, points):
    with mpmath.workdps(700):
        return [float(mpmath.diff(define, mpmath.mpf(x))) for x in points]
