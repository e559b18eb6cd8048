"""Self-checks of paths and gradients: nothing arrives where no path leads, and cells measured in another way."""

import numpy as np

from unrolled.core.arrays.scaling import LOG10_2
from unrolled.core.arrays.types import Steps
from unrolled.core.checks.laws import Check
from unrolled.core.jacobians.product import log10_norms, product, running_norms_back
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.run import chain_of, checks_of, direct_run
from unrolled.runtime.memo import Memo
from unrolled.views.paths.measure import ModelPath, asked_of, is_carried

_TOLERANCE = 1e-9
# Work of one product that is multiplied out again, in multiply-adds: it must cost little beside the answer.
_WORK = 4e8
_LONGEST = 256


def paths_checks(experiment: Experiment, memo: Memo, models: tuple[ModelPath, ...], lags: Steps) -> tuple[Check, ...]:
    """Check an answer.

    Parameters
    ----------
    problem : Experiment
        The sequence and the sizes.
    memo : Memo
        Remembers runs.
    models : tuple of ModelPath
        The answer.
    lags : array of shape (n,)
        Its distances.

    Returns
    -------
    tuple of Check
        The laws of the derivative of the model that is set, or of the first one there is; ``paths``: a size is told,
        and may be other than zero, exactly where the search of the graph finds a path; ``cells``: of every model the
        nearest and a far size, multiplied out once more, or its matrix decomposed once more.
    """
    if not models:
        return ()
    names = [each.name for each in models]
    looked = experiment.query.model if experiment.query.model in names else names[0]
    astray = sum(_astray(each) for each in models)
    apart = [_apart(asked_of(experiment, each.name), memo, each, lags) for each in models]
    worst = float(np.max(apart))
    paths = "a size is told, and may differ from zero, exactly where a search of the graph finds a path"
    cells = f"two sizes of each of {len(models)} models, multiplied or decomposed once more in another way"
    return (
        *checks_of(asked_of(experiment, looked), memo),
        Check("paths", float(astray), 0.0, astray == 0, paths),
        Check("cells", worst, _TOLERANCE, bool(worst <= _TOLERANCE), cells),
    )


def _astray(each: ModelPath) -> int:
    """Count sizes without a path, and paths whose size is cut off."""
    leads = each.path_length >= 0
    return int(np.count_nonzero(np.where(leads, np.isnan(each.log10_norm), each.log10_norm > -np.inf)))


def _apart(asked: Experiment, memo: Memo, each: ModelPath, lags: Steps) -> float:
    """Measure some cells again and give the largest difference, in decades."""
    pairs = [(float(each.log10_norm_full[place]), int(lags[place])) for place in _places(asked, lags)]
    return float(np.max([_distance(here, _again(asked, memo, lag)) for here, lag in pairs]))


def _places(asked: Experiment, lags: Steps) -> set[int]:
    """Choose the nearest distance and the farthest that is not too much work."""
    query = asked.query
    most = int(lags[-1])
    if not query.is_direct:
        state = query.layers * query.hidden * len(query.state_names)
        most = min(_LONGEST, max(1, int(_WORK / (state**2 * (asked.input_size + query.hidden)))))
    return {int(np.searchsorted(lags, 1)) if len(lags) > 1 else 0, int(np.searchsorted(lags, most, side="right")) - 1}


def _again(asked: Experiment, memo: Memo, lag: int) -> float:
    """Measure log10 ‖∂o_T/∂x_{T−lag}‖ by itself."""
    last, norm = asked.query.length, asked.query.norm
    if asked.query.is_direct:
        matrices, exponents = direct_run(asked, memo).scaled_jacobians(last, np.array([last - lag]))
        size = float(np.linalg.norm(matrices[0], 2 if norm == "spectral" else "fro"))
        return float(np.log10(size) + LOG10_2 * exponents[0]) if size else -np.inf
    if not is_carried(asked):
        return float(running_norms_back(chain_of(asked, memo), last, np.array([last - lag]), norm)[0])
    found = product(chain_of(asked, memo), last, last - lag)
    return float(log10_norms(found.matrix[None], norm)[0]) + found.log10_scale


def _distance(here: float, there: float) -> float:
    return 0.0 if here == there else abs(here - there)
