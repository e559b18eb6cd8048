"""One Jacobian in full: how a small change of one state moves a later one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from unrolled.core.arrays.types import Array, Norm, Steps
from unrolled.core.checks.laws import Check
from unrolled.core.checks.readings import matrix_check, singular_values_check
from unrolled.core.cost.derivative import Cost
from unrolled.core.jacobians.product import ScaledMatrix
from unrolled.experiment.experiment import CELL_FIELDS, CHAIN_FIELDS, Experiment
from unrolled.experiment.product_cost import MAX_FACTORS, factors_cost
from unrolled.experiment.remembered import remembered
from unrolled.experiment.run import chain_of, checks_of, derivative_of, layer_of
from unrolled.experiment.triangle import products_checks_cost
from unrolled.runtime.memo import Memo
from unrolled.views.contract.panel import PagePanel
from unrolled.views.contract.view import Column, Payload, View, finite, finite_list, finite_rows
from unrolled.views.derivative.factor import last_factor
from unrolled.views.derivative.text import JACOBIAN as MESSAGES
from unrolled.views.plots.figure import axis, empty_note, heat_map, layout, validated
from unrolled.views.plots.ticks import whole_ticks
from unrolled.views.plots.triangle import colour_range
from unrolled.views.text.derivative import Derivative, derivative
from unrolled.views.text.message import Message, Text, say
from unrolled.views.text.numbers import MINUS, counted, power

_ROUNDING = 1e-12


@dataclass(frozen=True)
class Jacobian:
    """∂h_t/∂h_k in full, of unit Frobenius norm with its scale, and its singular values (H,), descending.

    ``steps`` (n,) are the j whose factors are measured: k+1 … t, or evenly spaced ones of a long path, the last one t;
    ``log10_steps`` (n,) are ‖J_j‖, ``log10_products`` (n + 1,) are ‖P[j, k]‖ for j = k and these j. ``factor`` is J_t
    in numbers; None on the diagonal. Of a hop there is no factor: an input moves an output directly.
    """

    t: int
    k: int
    norm: Norm
    matrix: ScaledMatrix
    log10_singular_values: Array
    steps: Steps
    log10_steps: Array
    log10_products: Array
    factor: Payload | None
    derivative: Derivative
    is_hop: bool

    @property
    def log10_norm(self) -> float:
        """The size of the whole product."""
        return float(self.log10_products[-1])

    def payload(self) -> Payload:
        """Give the Jacobian for JSON: it is matrix × 10^log10_scale."""
        sizes = zip(finite_list(self.log10_steps), finite_list(self.log10_products[1:]), strict=True)
        return {
            "of": self.derivative.of,
            "wrt": self.derivative.wrt,
            "t": self.t,
            "k": self.k,
            "norm": self.norm,
            "matrix": finite_rows(self.matrix.matrix),
            "log10_scale": finite(self.matrix.log10_scale),
            "log10_norm": finite(self.log10_norm),
            "log10_singular_values": finite_list(self.log10_singular_values),
            "steps": [
                {"t": int(j), "log10_norm": step, "log10_product": so_far}
                for j, (step, so_far) in zip(self.steps, sizes, strict=True)
            ],
            "factor": self.factor,
            "sentence": self.sentence(),
        }

    def sentence(self) -> Message:
        """Say how a small change of h_k moves h_t."""
        values = dict(zip(("of", "wrt"), self.derivative.ends(self.t, self.k), strict=True))
        size = power(self.log10_norm)
        if self.is_hop:
            if self.log10_norm == -np.inf:
                return say(MESSAGES["no_path"], **values)
            directions, counts = self._directions()
            return say(MESSAGES[f"direct{directions}"], **values, size=size, **counts)
        if values["of"] == values["wrt"]:
            return say(MESSAGES["identity"], **values)
        if self.log10_norm == -np.inf:
            alive = np.flatnonzero(self.log10_products > -np.inf)
            if not alive.size:
                return say(MESSAGES["no_path"], **values)
            return say(MESSAGES["dies"], **values, step=int(self.steps[alive[-1]]))
        factors, is_within = counted(self.t - self.k, "factor"), self.t == self.k
        if self.norm == "frobenius":
            key = "within.frobenius" if is_within else "frobenius"
            return say(MESSAGES[key], **values, size=size, factors=factors)
        size = Text(MESSAGES["all_of_it"], self.log10_norm) if abs(self.log10_norm) < _ROUNDING else size
        directions, counts = self._directions()
        key = f"{'within' if is_within else 'spectral'}{directions}"
        return say(MESSAGES[key], **values, size=size, factors=factors, **counts)

    def _directions(self) -> tuple[str, dict[str, int]]:
        """Tell how many directions come through nearly as well as the best one: the message, and the counts in it."""
        values = self.log10_singular_values
        if len(values) == 1 or np.isnan(values).any():
            return "", {}
        near = int(np.count_nonzero(values >= values[0] - 1.0))
        kind = "all" if near == len(values) else "one" if near == 1 else "some"
        return f".{kind}", {"near": near, "count": len(values)}

    def columns(self) -> Mapping[str, Column]:
        """Give one row an entry."""
        row, column = np.indices(self.matrix.matrix.shape).reshape(2, -1) + 1
        entries = self.matrix.matrix.ravel()
        with np.errstate(divide="ignore"):
            sizes = np.log10(np.abs(entries)) + (self.matrix.log10_scale if entries.any() else 0.0)
        return {"i": row, "j": column, "entry": entries, "log10_size": sizes}

    def arrays(self) -> Mapping[str, npt.NDArray[Any]]:
        """Give matrix, scale, singular values and both rows of sizes."""
        return {
            "matrix": self.matrix.matrix,
            "log10_scale": np.array(self.matrix.log10_scale),
            "log10_singular_values": self.log10_singular_values,
            "step": self.steps,
            "log10_step": self.log10_steps,
            "log10_product": self.log10_products[1:],
        }


def compute(experiment: Experiment, memo: Memo) -> Jacobian:
    """Multiply out one product, and measure its factors, once for all who ask."""
    return remembered("jacobian", VIEW.fields, _compute, experiment, memo)


def _compute(experiment: Experiment, memo: Memo) -> Jacobian:
    query, along = experiment.query, derivative_of(experiment, memo)
    t, k = query.later, query.earlier
    steps = along.factors(t, k, MAX_FACTORS)
    log10_steps = along.factor_norms(steps, query.norm)
    return Jacobian(
        t,
        k,
        query.norm,
        along.matrix(t, k),
        along.singular_values(t, k),
        steps,
        log10_steps,
        along.growth(t, k, steps, query.norm),
        last_factor(layer_of(experiment, memo), t, float(log10_steps[-1])) if steps.size else None,
        derivative(query),
        is_hop=along.is_hop,
    )


def checks(experiment: Experiment, memo: Memo) -> tuple[Check, ...]:
    """Check the derivative, and the matrix and its singular values against a product from the other end."""
    result, laws = compute(experiment, memo), checks_of(experiment, memo)
    if result.is_hop:
        return laws
    chain = chain_of(experiment, memo)
    values = singular_values_check(chain, [(result.t, result.k, result.log10_singular_values)])
    return (*laws, matrix_check(chain, result.t, result.k, result.matrix), values)


def figure(result: Jacobian) -> Payload:
    """Draw the matrix: one row a unit of h_t, one column a unit of h_k; zero is white.

    ``layout.meta`` has ``sentence`` and ``log10_scale``.
    """
    matrix = result.matrix.matrix
    rows, columns = (np.arange(1, count + 1) for count in matrix.shape)
    largest = float(np.abs(matrix).max()) or 1.0
    exponent = f"{result.matrix.log10_scale:.2f}".replace("-", MINUS)
    shift = f" × 10<sup>{exponent}</sup>" if matrix.any() else ""
    above, below = (part.strip() for part in result.derivative.symbols(str(result.t), str(result.k)).split(" / "))
    hover = f"{above}[%{{y}}] / {below}[%{{x}}]<br>%{{z:.3f}}{shift}<extra></extra>"
    # Below the matrix: beside it, a narrow screen would leave little room for a square.
    bar = {
        "title": {"text": f"entry{shift and f', {shift[1:]}'}", "side": "top"},
        "orientation": "h",
        "y": -0.21,
        "yanchor": "top",
        "thickness": 12,
        "outlinewidth": 0,
        "nticks": 5,
    }
    trace = heat_map(
        # A dead matrix stays empty: the words in it must be readable on a dark page too.
        matrix if matrix.any() else np.full_like(matrix, np.nan),
        columns,
        rows,
        hovertemplate=hover,
        showscale=bool(matrix.any()),
        colorbar=bar,
        **colour_range((-largest, largest)),
    )
    integers = {"tickformat": "d", "constrain": "domain"}
    # A matrix of a column or two would be a thread if its cells had to be square.
    square = {"scaleanchor": "x"} if min(matrix.shape) > 2 else {}
    axes = (
        axis(f"entry of {below[1:]}", range=[0.5, len(columns) + 0.5], **integers | whole_ticks(len(columns), 8)),
        axis(
            f"entry of {above[1:]}",
            range=[len(rows) + 0.5, 0.5],
            automargin=True,
            constraintoward="top",
            **integers | whole_ticks(len(rows), 8) | square,
        ),
    )
    notes = [] if matrix.any() else [empty_note(MESSAGES["empty"])]
    meta = {"sentence": result.sentence(), "log10_scale": finite(result.matrix.log10_scale)}
    return validated([trace], layout(*axes, annotations=notes), meta)


def cost(experiment: Experiment) -> Cost:
    """Count the work."""
    return factors_cost(experiment)


VIEW = View(
    name="jacobian",
    label="One Jacobian",
    question="What does a nudge to one state do to a later one?",
    formula=r"\frac{\partial s_t}{\partial s_k}=J_t\,J_{t-1}\cdots J_{k+1},"
    r"\qquad J_j=\frac{\partial s_j}{\partial s_{j-1}}",
    source="Verwimp, Van hamme, Renkens and Wambacq 2018, “State gradients for RNN memory analysis”, arXiv 1805.04264; "
    "all singular values by QR sweeps, Bojanczyk, Ewerbring, Luk and Van Dooren 1991, "
    "finished by one-sided Jacobi rotations (Demmel and Veselić 1992)",
    fields=CHAIN_FIELDS | CELL_FIELDS | {"norm"},
    compute=compute,
    figure=figure,
    cost=cost,
    checks=checks,
    checks_cost=lambda experiment: products_checks_cost(experiment, 2),
    panel=PagePanel(
        how="The Jacobian of the chosen cell, scaled to unit size: entry (i, j) says how unit j at step k moves "
        "unit i at step t. Its singular values are the gains along its own directions.",
        row=11,
        instrument="jacobian",
        short="Jacobian",
    ),
)
