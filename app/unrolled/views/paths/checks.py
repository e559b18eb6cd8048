"""Self-checks of paths and gradients: nothing arrives where no path leads, and cells are measured in another way."""

import numpy as np

from unrolled.core.arrays.types import Steps
from unrolled.core.checks.laws import Check
from unrolled.core.cost.derivative import Cost, Size, products_flops
from unrolled.core.jacobians.product import log10_norms
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.run import checks_of, derivative_of
from unrolled.experiment.size import size_of
from unrolled.experiment.triangle import checks_cost
from unrolled.experiment.variants import comparable_models
from unrolled.runtime.memo import Memo
from unrolled.views.paths.measure import ModelPath, experiment_of, is_carried_back
from unrolled.views.paths.text import MESSAGES

_TOLERANCE = 1e-9
# Work of one product that is multiplied out again, in multiply-adds: it must cost little beside the answer.
_WORK = 4e8
_LONGEST = 256


def paths_checks(experiment: Experiment, memo: Memo, models: tuple[ModelPath, ...], lags: Steps) -> tuple[Check, ...]:
    """Check an answer.

    The laws of the derivative of the model that is set, or of the first one there is; ``paths``: there is a size, and
    it may be other than zero, exactly where the search of the graph finds a path; ``cells``: of every model the
    nearest and a far size, multiplied out once more, or its matrix decomposed once more.
    """
    if not models:
        return ()
    names = [model.name for model in models]
    current = experiment.query.model if experiment.query.model in names else names[0]
    wrong = sum(_contradictions(model) for model in models)
    differences = [_difference(experiment_of(experiment, model.name), memo, model, lags) for model in models]
    worst, cells = float(np.max(differences)), MESSAGES["cells check"].format(models=len(models))
    return (
        *checks_of(experiment_of(experiment, current), memo),
        Check("paths", float(wrong), 0.0, wrong == 0, MESSAGES["paths check"]),
        Check("cells", worst, _TOLERANCE, bool(worst <= _TOLERANCE), cells),
    )


def _contradictions(model: ModelPath) -> int:
    """Count sizes without a path, and paths whose size is cut off."""
    has_path = model.path_length >= 0
    return int(np.count_nonzero(np.where(has_path, np.isnan(model.log10_norm), model.log10_norm > -np.inf)))


def _difference(experiment: Experiment, memo: Memo, model: ModelPath, lags: Steps) -> float:
    """Measure some cells again and give the largest difference, in decades."""
    pairs = [(float(model.log10_norm_full[index]), int(lags[index])) for index in _chosen_cells(experiment, lags)]
    return float(np.max([_decades(size, _measured_again(experiment, memo, lag)) for size, lag in pairs]))


def _chosen_cells(experiment: Experiment, lags: Steps) -> set[int]:
    """Choose the nearest distance and the farthest that is not too much work."""
    most = _longest(size_of(experiment))
    return {int(np.searchsorted(lags, 1)) if len(lags) > 1 else 0, int(np.searchsorted(lags, most, side="right")) - 1}


def _longest(size: Size) -> int:
    """Give the distance up to which a cell is measured again."""
    if not size.state:
        return size.length
    return min(_LONGEST, max(1, int(_WORK / (size.state**2 * (size.input_size + size.hidden)))))


def paths_checks_cost(experiment: Experiment) -> Cost:
    """Count the laws of one model, and a far cell of every recurrent one."""
    sizes = [size_of(experiment_of(experiment, name)) for name in comparable_models(experiment)]
    again = [Cost(products_flops(size, min(_longest(size), size.length), size.height)) for size in sizes if size.state]
    return checks_cost(experiment).then(*again)


def _measured_again(experiment: Experiment, memo: Memo, lag: int) -> float:
    """Measure log10 ‖∂o_T/∂x_{T−lag}‖ by itself."""
    last, norm, along = experiment.query.length, experiment.query.norm, derivative_of(experiment, memo)
    if not along.is_hop and not is_carried_back(experiment):
        return float(along.row(last, np.array([last - lag]), norm)[0])
    factors = along.matrix(last, last - lag)
    return float(log10_norms(factors.matrix[None], norm)[0]) + factors.log10_scale


def _decades(one: float, other: float) -> float:
    return 0.0 if one == other else abs(one - other)
