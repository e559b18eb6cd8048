"""The drawing of a triangle: exact zeros, the horizon, what a truncation cuts off, and its axes."""

import numpy as np

from tests.views.answers import unpacked
from unrolled.core.arrays.grid import Grid
from unrolled.query.query import Query
from unrolled.views.plots.triangle import colour_bar, stride_of, triangle_axes, triangle_traces
from unrolled.views.text.derivative import derivative


def powers(weight, length):
    """Return the grid and log10 norms of a linear network with one unit."""
    steps = np.arange(1, length + 1)
    lag = steps[:, None] - steps[None, :]
    with np.errstate(divide="ignore"):
        log10 = np.log10(np.float64(weight) ** np.maximum(lag, 0))
    return Grid(steps, steps), np.where(lag >= 0, log10, np.nan)


def traces(weight, length=7, kept=None):
    grid, log10_norm = powers(weight, length)
    return triangle_traces(log10_norm, grid, "spectral", derivative(Query()), kept)


def pieces(line):
    x, y = unpacked(line["x"]).reshape(-1, 3), unpacked(line["y"]).reshape(-1, 3)
    assert np.isnan(x[:, 2]).all()
    assert np.isnan(y[:, 2]).all()
    return set(zip(*x[:, :2].T.tolist(), *y[:, :2].T.tolist(), strict=True))


def test_exact_zeros_have_a_colour_and_a_hover_text_of_their_own():
    _, zeros, *_ = traces(0.0, 4)
    assert np.isfinite(unpacked(zeros["z"])).sum() == 6
    assert "exactly zero" in zeros["hovertemplate"]
    assert zeros["showscale"] is False
    assert len({colour for _, colour in zeros["colorscale"]}) == 1
    assert all(trace.get("hovertemplate", "").count("exactly") == 0 for trace in traces(0.5, 4))


def test_the_horizon_line_runs_between_above_and_below_a_thousandth():
    """|w| = 0.2: lag 4 is 0.0016, lag 5 is 0.00032; the line is a staircase at lag 4½."""
    line = traces(0.2)[-1]
    assert line["type"] == "scatter"
    assert pieces(line) == {(1.5, 1.5, 5.5, 6.5), (2.5, 2.5, 6.5, 7.5), (0.5, 1.5, 5.5, 5.5), (1.5, 2.5, 6.5, 6.5)}
    assert [trace["type"] for trace in traces(1.0)] == ["heatmap"]


def test_the_horizon_line_is_at_a_thousandth_of_what_there_is_at_lag_zero():
    steps = np.array([1, 2, 3])
    sizes = np.where(np.tri(3, dtype=bool), -1.0 - 2.0 * np.subtract.outer(steps, steps), np.nan)
    below = triangle_traces(sizes, Grid(steps, steps), "spectral", derivative(Query()), reference=-1.0)
    (line,) = [trace for trace in below if trace.get("name") == "10⁻³"]
    # Lag 1 has 10^−2 of lag 0, lag 2 has 10^−4.
    assert {(float(x), float(y)) for x, y in zip(unpacked(line["x"]), unpacked(line["y"]), strict=True) if x == x} == {
        (1.5, 2.5), (1.5, 3.5), (0.5, 2.5),
    }  # fmt: skip


def test_truncated_values_are_faint_and_have_a_border():
    kept = np.arange(7)[:, None] - np.arange(7)[None, :] < 6
    full, faint, border = traces(1.0, kept=kept)
    assert np.isfinite(unpacked(full["z"])).sum() == 27
    assert np.isfinite(unpacked(faint["z"])).sum() == 1
    assert (faint["name"], faint["opacity"] < 1) == ("cut", True)
    assert "cut off by the truncation" in faint["hovertemplate"]
    assert pieces(border) == {(1.5, 1.5, 6.5, 7.5), (0.5, 1.5, 6.5, 6.5)}


def test_time_runs_down_and_axes_end_at_the_edges_of_the_cells():
    grid = Grid(np.arange(10, 31, 5), np.arange(1, 6))
    x, y = triangle_axes(grid, [str(t) for t in grid.t], [str(k) for k in grid.k])
    assert (x["range"], y["range"]) == ([0.5, 5.5], [32.5, 7.5])
    assert x["title"]["text"].startswith("k")
    assert y["title"]["text"].startswith("t")
    assert stride_of(np.array([7])) == 1


def test_the_colour_bar_names_the_norm_and_ends_with_inequalities():
    bar = colour_bar("frobenius", "∂h / ∂x")
    assert bar["title"]["text"] == "‖∂h/∂x‖<sub>F</sub>"
    assert [bar["ticktext"][place] for place in (0, 3, -1)] == ["≤ 10<sup>−6</sup>", "1", "≥ 10<sup>6</sup>"]
