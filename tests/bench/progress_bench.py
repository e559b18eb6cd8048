"""How far the share that a bar shows is from the share of the time that has passed, for 28 long questions.

`python -m tests.bench.progress_bench [NAME …]` asks each of them once, in one thread and without any memory, and prints
what was counted beside what was estimated, and by which factor the bar was wrong at worst: ahead of the time, behind
it, and when. Shares below a twentieth count as a twentieth.
"""

import sys
import time
from typing import Any

from threadpoolctl import threadpool_limits

from unrolled.experiment.experiment import Experiment
from unrolled.query.query import Query
from unrolled.runtime.memo import Memo
from unrolled.runtime.progress import Watch, watched
from unrolled.views import VIEWS
from unrolled.views.derivative.metrics import METRICS_VIEW

_LEAST = 0.05
_QUESTIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "small and long": ("influence", {"length": 65_536, "hidden": 16, "norm": "frobenius"}),
    "long, spectral": ("influence", {"length": 10_000, "hidden": 64, "resolution": 256}),
    "every step": ("influence", {"length": 256, "hidden": 128, "resolution": 256}),
    "large": ("influence", {"length": 300, "hidden": 256, "norm": "frobenius", "resolution": 64}),
    "small": ("influence", {"length": 2000, "hidden": 4, "resolution": 256}),
    "LSTM": ("influence", {"length": 10_000, "hidden": 32, "model": "lstm", "of": "s", "wrt": "s"}),
    "stack": ("influence", {"length": 2000, "hidden": 32, "model": "gru", "layers": 3, "origin": 1}),
    "attention": ("influence", {"length": 10_000, "hidden": 64, "model": "attention", "resolution": 256}),
    "window": ("influence", {"length": 30_000, "hidden": 256, "model": "window", "window": 64, "layers": 3}),
    "decay": ("decay", {"length": 20_000, "hidden": 24, "model": "lstm"}),
    "saturation": ("saturation", {"length": 60_000, "hidden": 64, "model": "gru"}),
    "jacobian": ("jacobian", {"length": 2000, "hidden": 48, "k": 1100}),
    "long path": ("jacobian", {"length": 20_000, "hidden": 32, "model": "gru"}),
    "spectrum": ("spectrum", {"length": 2000, "hidden": 64}),
    "small spectrum": ("spectrum", {"length": 2000, "hidden": 8, "model": "lstm", "of": "s", "wrt": "s"}),
    "shortcuts": ("shortcuts", {"length": 2000, "hidden": 64, "model": "lstm"}),
    "diagnosis": ("diagnosis", {"length": 2000, "hidden": 32}),
    "metrics": ("check", {"length": 2000, "hidden": 64}),
    "credit": ("credit", {"length": 2000, "hidden": 32, "model": "lstm"}),
    "credit of a stack": ("credit", {"length": 500, "hidden": 64, "model": "gru", "layers": 2, "layer": 1}),
    "bias": ("bias", {"length": 1000, "hidden": 64}),
    "bias of a stack": ("bias", {"length": 500, "hidden": 24, "model": "lstm", "layers": 2, "layer": 1}),
    "memory": ("facts", {"length": 2000, "hidden": 128}),
    "paths": ("paths", {"length": 2000, "hidden": 64}),
    "graph": ("graph", {"length": 2000, "hidden": 64, "model": "lstm"}),
    "activations": ("activations", {"length": 2000, "hidden": 64}),
    "models": ("models", {"length": 2000, "hidden": 64}),
    "lengths": ("lengths", {"length": 2000, "hidden": 96}),
}


class Diary(Watch):
    """A watch that notes when how much was done."""

    def __init__(self, total: float) -> None:
        super().__init__(total)
        self.moments: list[tuple[float, float]] = []

    def advance(self, work: float) -> None:
        super().advance(work)
        self.moments.append((time.process_time(), self.fraction))


def _ask(name: str) -> str:
    view, fields = _QUESTIONS[name]
    experiment, asked = Experiment(Query.build(fields)), {**VIEWS, "check": METRICS_VIEW}[view]
    diary = Diary(asked.work(experiment).flops)
    memo, start = Memo(2**30), time.process_time()
    with watched(diary):
        asked.compute(experiment, memo)
        asked.checks(experiment, memo)
    end = time.process_time()
    # Between two moments the bar stands still: the end of such a pause is its worst.
    shown = [0.0, *(fraction for _, fraction in diary.moments)]
    times = [*(moment for moment, _ in diary.moments), end]
    passed = [0.0, *((moment - start) / (end - start) for moment in times)]
    behind = max(zip(passed[1:], shown, strict=True), key=lambda pair: _ratio(pair[0], pair[1]))
    ahead = max(zip(passed[1:-1], shown[1:], strict=True), key=lambda pair: _ratio(pair[1], pair[0]))
    return (
        f"{name:18s} {end - start:6.2f} s  {diary.done / 1e9:8.2f} GFLOP  "
        f"counted/estimated {diary.done / diary.total:5.2f}  {diary.done / 1e9 / (end - start):5.1f} GFLOP/s  "
        f"behind {_ratio(*behind):5.2f} at {behind[0]:4.0%}  ahead {_ratio(*ahead[::-1]):5.2f} at {ahead[0]:4.0%}"
    )


def _ratio(one: float, other: float) -> float:
    return max(one, _LEAST) / max(other, _LEAST)


if __name__ == "__main__":
    with threadpool_limits(limits=1, user_api="blas"):
        for question in sys.argv[1:] or _QUESTIONS:
            sys.stdout.write(f"{_ask(question)}\n")
            sys.stdout.flush()
