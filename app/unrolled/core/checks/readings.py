"""What is read off single products, held to the products themselves, multiplied again from the other end.

Of a large state, or over long paths, that would take longer than the answer: then there is nothing to hold it against.
"""

import numpy as np

from unrolled.core.arrays.types import Array, Norm, Steps
from unrolled.core.checks.laws import Check, row_reach
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.core.jacobians.product import ScaledMatrix, log10_norms, product_back
from unrolled.core.networks.layer import LayerTrace

_LARGE, _FEW = 64, 3
_ROUNDING = 1e-8
# Determinants of nearly singular factors lose digits: they are held to 10⁻⁴.
_LOOSE = 1e-4
_NORMS: tuple[Norm, Norm] = ("spectral", "frobenius")


def matrix_check(chain: JacobianChain, t: int, k: int, shown: ScaledMatrix) -> Check:
    """Check a matrix that is shown: it is the product from its later end."""
    statement = "the matrix and its scale, multiplied again from the other end"
    if t - k > row_reach(chain.height, chain.state_size):
        return Check.of("matrix", None, f"{statement}: so long a path was not")
    again = _again(chain, t, k)
    if -np.inf in (again.log10_scale, shown.log10_scale):
        return Check.of("matrix", float(again.log10_scale != shown.log10_scale), statement)
    scale = 10.0 ** float(np.clip(shown.log10_scale - again.log10_scale, -300.0, 300.0))
    return Check.of("matrix", float(np.linalg.norm(shown.matrix * scale - again.matrix)), statement, _ROUNDING)


def singular_values_check(chain: JacobianChain, pairs: list[tuple[int, int, Array]]) -> Check:
    """Check log10 σ_i of some products (t, k): the largest is the norm, Σ σ_i² is ‖P‖_F², and ∏ σ_i is |det P|."""
    statement, distances = "the largest is ‖P‖₂, Σ σ_i² = ‖P‖_F² and ∏ σ_i = ∏ |det J_j|, from the other end", []
    for t, k, values in pairs:
        if t - k > row_reach(chain.height, chain.state_size) or np.isnan(values).any():
            continue
        again = _again(chain, t, k)
        if again.log10_scale == -np.inf or values[0] == -np.inf:
            distances.append(0.0 if values[0] == again.log10_scale else np.inf)
            continue
        sizes = [float(log10_norms(again.matrix[None], norm)[0]) + again.log10_scale for norm in _NORMS]
        whole = values[0] + 0.5 * float(np.log10((10.0 ** (2.0 * (values - values[0]))).sum()))
        distances += [abs(values[0] - sizes[0]), abs(whole - sizes[1])]
        if chain.is_full_state and np.isfinite(values).all():
            distances.append(abs(float(values.sum()) - _log10_determinant(chain, t, k)) * _LOOSE)
    return Check.of("singular values", max(distances, default=None), statement, _ROUNDING)


def _log10_determinant(chain: JacobianChain, t: int, k: int) -> float:
    """Add up log10 |det J_j|."""
    steps = range(k + 1, t + 1)
    logs = [float(np.linalg.slogdet(chain.jacobians(np.array([step]))[0])[1]) for step in steps]
    return sum(logs) / float(np.log(10.0))


def units_check(chain: JacobianChain, starts: Steps, lag: int, arriving: Array, leaving: Array) -> Check:
    """Check the shares of the units in ‖P[k+n, k]‖_F², mean over some k."""
    statement = f"shares of the units over {len(starts)} products, multiplied again from the other end"
    if chain.state_size > _LARGE:
        return Check.of("units", None, f"{statement}: so large ones were not")
    rows, columns = [], []
    for k in starts.tolist():
        squares = np.square(_again(chain, k + lag, k).matrix)
        if squares.any():
            rows.append(squares.sum(axis=1) / squares.sum())
            columns.append(squares.sum(axis=0) / squares.sum())
    distances = [
        float(np.abs(np.mean(shares, axis=0).reshape(-1, len(told)).sum(axis=0) - told).max()) if rows else told.max()
        for shares, told in ((rows, arriving), (columns, leaving))
    ]
    return Check.of("units", max(distances), statement, _ROUNDING)


def change_check(chain: JacobianChain, starts: Steps, lag: int, total: float, parts: dict[str, float]) -> Check:
    """Check the mean change of log10 ‖P[k+n, k]‖_F per step, that its parts add up, and what W_hh alone does to it."""
    statement = f"the change a step over {len(starts)} products from the other end; its parts add up to it"
    if chain.state_size > _LARGE:
        return Check.of("change", None, f"{statement}: so large ones were not multiplied again")
    ends = [_again(chain, k + lag, k) for k in starts.tolist()]
    sizes = [float(log10_norms(end.matrix[None], "frobenius")[0]) + end.log10_scale for end in ends]
    expected = float(np.mean(sizes) - 0.5 * np.log10(chain.state_size)) / lag
    if -np.inf in (expected, total):
        return Check.of("change", float(expected != total), statement)
    distances = [abs(expected - total), abs(sum(parts.values()) - total) if parts else 0.0]
    weights = [parts[name] for name in ("weights", "spectral radius", "non-normal growth") if name in parts]
    if weights and chain.layers[0].halves[0] == "weights":
        distances.append(abs(sum(weights) - float(np.mean([_by_matrix(chain, k, lag) for k in starts.tolist()]))))
    return Check.of("change", max(distances), statement, _ROUNDING)


def _by_matrix(chain: JacobianChain, k: int, lag: int) -> float:
    """Measure what W_hh by itself does to log10 ‖P‖_F, mean a step, from one k on."""
    weight, product, change = chain.layers[0].weights.weight_hh, np.eye(chain.state_size), 0.0
    for step in range(k + 1, k + lag + 1):
        moved = weight @ product
        change += float(np.log10(np.linalg.norm(moved) / np.linalg.norm(product)))
        product = chain.jacobians(np.array([step]))[0] @ product
        product /= np.linalg.norm(product)
    return change / lag


def curve_check(layer: LayerTrace, lag: Steps, bound: Array, asymptote: Array) -> Check:
    """Check the curves beside the measured one: σ_max out of W_hhᵀ W_hh, and ρ out of the transpose."""
    weight, statement = layer.weights.weight_hh, "the bound is (γ σ_max)^n with σ_max² out of W_hhᵀ W_hh, the other ρ^n"
    gamma, last = layer.slope_bound, len(lag) - 1
    if gamma is None or not last or not np.isfinite([bound[last], asymptote[last]]).all():
        return Check.of("curves", None, statement)
    sigma = float(np.sqrt(np.linalg.eigvalsh(weight.T @ weight)[-1]))
    radius = float(np.abs(np.linalg.eigvals(weight.T)).max())
    wanted = float(np.log10(gamma * sigma)), float(np.log10(radius))
    slopes = [float(curve[last] - curve[0]) / float(lag[last]) for curve in (bound, asymptote)]
    return Check.of("curves", float(np.abs(np.subtract(slopes, wanted)).max()), statement, 1e-6)


def gate_check(layer: LayerTrace, steps: Steps, norm: Norm, retained: Array) -> Check:
    """Check what the gate that keeps the past would leave by itself, (G,) by lag of evenly spaced steps (G,)."""
    statement = "‖diag ∏ f‖ at some lags, factor by factor, median over t"
    gate = layer.memory_gate(np.arange(1, layer.length + 1))
    if gate is None or len(steps) < _FEW or not gate.all():
        return Check.of("gate", None, statement)
    logs, distances = np.log10(gate), []
    for lag in {1, len(steps) // 2, len(steps) - 1}:
        sums = [logs[k:t].sum(axis=0) for k, t in zip(steps, steps[lag:], strict=False)]
        sizes = [float(each.max()) for each in sums]
        if norm == "frobenius":
            sizes = [
                float(top + np.log10(np.linalg.norm(10.0 ** (each - top))))
                for top, each in zip(sizes, sums, strict=True)
            ]
        distances.append(abs(float(np.median(sizes)) - float(retained[lag])))
    return Check.of("gate", max(distances), statement, _ROUNDING)


def shortcuts_check(cell: JacobianChain, starts: Steps, lag: int, norm: Norm, told: dict[str, float]) -> Check:
    """Check what is told of an LSTM's cell at one lag: truths and what is taken for them, factor by factor.

    ``cell`` is the chain of ∂c/∂c; ``told`` has medians over some k, by name.
    """
    statement, size = "truths and shortcuts at one lag, factor by factor from some k on", cell.layers[-1].hidden_size
    order = 2 if norm == "spectral" else None
    sizes: dict[str, list[float]] = {name: [] for name in told}
    for k in starts.tolist():
        jacobians = cell.layers[-1].jacobians(np.arange(k + 1, k + lag + 1))
        whole, blocks, gates = np.eye(2 * size), np.eye(size), np.eye(size)
        for jacobian in jacobians:
            whole, blocks = jacobian @ whole, jacobian[:size, :size] @ blocks
            gates = jacobian[size:, size:] @ gates
        truth = _again(cell, k + lag, k)
        measured = {"truth_h": whole[:size, :size], "held_c": whole[size:, size:], "blocks": blocks, "gates": gates}
        with np.errstate(divide="ignore"):
            logs = {name: float(np.log10(np.linalg.norm(each, order))) for name, each in measured.items()}
            logs["truth_c"] = float(np.log10(np.linalg.norm(truth.matrix, order))) + truth.log10_scale
        for name in told:
            sizes[name].append(logs[name])
    distances = [
        0.0 if told[name] == (median := float(np.median(each))) else abs(median - told[name])
        for name, each in sizes.items()
    ]
    return Check.of("shortcuts", float(np.max(distances)), statement, 1e-6)


def _again(chain: JacobianChain, t: int, k: int) -> ScaledMatrix:
    """Multiply ∂(of)_t/∂(wrt)_k out from the later end."""
    back = product_back(chain, t, k)
    matrix = back.matrix @ chain.initial(np.array([k]))[0].T
    size = float(np.linalg.norm(matrix))
    if not size:
        return ScaledMatrix(matrix, -np.inf)
    return ScaledMatrix(matrix / size, back.log10_scale + float(np.log10(size)))
