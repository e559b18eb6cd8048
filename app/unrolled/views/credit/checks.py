"""What is told of a credit in a few numbers, by plain loops over what it is told beside."""

import math

import numpy as np

from unrolled.core.arrays.types import Array
from unrolled.core.checks.laws import Check
from unrolled.core.checks.truncation import kept_gradient
from unrolled.core.loss.credit import LEFT_OUT, Credit
from unrolled.core.loss.gradient import LossGraph
from unrolled.views.credit.text import MESSAGES, CreditSummary


def summary_check(graph: LossGraph, credit: Credit, losses: Array, summary: CreditSummary) -> Check:
    """Hold reach, parts left out, share and sizes to residuals and shares by lag; `losses` are those of the rows."""
    values = dict(zip(graph.steps.tolist(), graph.values.tolist(), strict=True))
    distances = [abs(values[t] - told) for t, told in zip(credit.t.tolist(), losses.tolist(), strict=True)]
    pairs = [(summary.loss_sum, math.fsum(values.values())), (summary.log10_gradient, _log10_size(credit))]
    counts = [
        (summary.losses, len(values)),
        (summary.shown, len(credit.t)),
        (summary.last_step, max(values, default=0)),
    ]
    if np.isfinite(credit.log10_gradient):
        residual, reached = credit.residual.tolist(), summary.reached
        pairs.append((summary.share, math.fsum(credit.by_lag.tolist())))
        counts.append((-1 if reached is None else reached, _reached(residual)))
        if residual and reached is not None:
            pairs += [(summary.own, residual[0]), (summary.left, residual[min(reached, len(residual) - 1)])]
    distances += [_apart(*pair) for pair in pairs] + [0.0 if told == here else math.inf for told, here in counts]
    return Check.of("summary", float(np.max(distances)), MESSAGES["summary check"])


def kept_check(graph: LossGraph, credit: Credit, kind: str, window: int, summary: CreditSummary) -> Check:
    """Hold what a truncation leaves to the pairs that it keeps, of the losses of a graph that were taken back."""
    whole = credit.taken.weight_hh
    size = float(np.linalg.norm(whole))
    kept = kept_gradient(graph, kind, window, credit.taken.exponent) if size and kind != "none" else None
    if kept is None or summary.kept is None:
        lacking = size and kind != "none" and summary.kept is None
        return Check.of("truncation", math.inf if lacking else None, MESSAGES["no truncation check"])
    unit = whole / size
    share, error = float((kept / size * unit).sum()), float(np.linalg.norm(unit - kept / size))
    distances = [_apart(summary.kept.share, share), _apart(summary.kept.error, error)]
    return Check.of(
        "truncation", float(np.max(distances)) / (1.0 + float(np.linalg.norm(kept / size))), MESSAGES["kept check"]
    )


def _reached(residual: list[float]) -> int:
    """Find the smallest lag from which every one leaves out little; −1 without any."""
    reached = len(residual)
    while reached > 0 and residual[reached - 1] <= LEFT_OUT:
        reached -= 1
    return reached if residual else -1


def _log10_size(credit: Credit) -> float:
    """Measure log10 ‖g‖ entry by entry."""
    entries = [abs(entry) for entry in credit.gradient.weight_hh.ravel().tolist()]
    largest = max(entries, default=0.0)
    if not largest:
        return -math.inf
    length = math.log10(math.fsum((entry / largest) ** 2 for entry in entries)) / 2.0
    return math.log10(largest) + length + credit.gradient.exponent * math.log10(2.0)


def _apart(told: float, here: float) -> float:
    """Measure a distance, as a share of what is large; 0 between equals."""
    return 0.0 if told == here else abs(told - here) / max(1.0, abs(here))
